//! Prints the microphones, loudspeakers and cameras of the terminal, and goes.
//!
//! `HEYROOM_ROOM=ws://127.0.0.1:8765 cargo run --example room_hardware`

mod room_support;

use heyroom::room::Device;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let room = room_support::connect().await?;
    let hardware = room.get_hardware().await?;
    print("microphones", hardware.audio_capturers, hardware.current_audio_capturer_name);
    print("loudspeakers", hardware.audio_renderers, hardware.current_audio_renderer_name);
    print("cameras", hardware.video_capturers, hardware.current_video_capturer_name);
    room.close().await;
    Ok(())
}

fn print(title: &str, devices: Option<Vec<Device>>, current: Option<String>) {
    println!("{title}:");
    for device in devices.unwrap_or_default() {
        let mark = if device.name == current { "*" } else { " " };
        println!("  {mark} {}", device.name.unwrap_or_default());
    }
}
