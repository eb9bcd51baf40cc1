//! Prints everything that happens at the terminal, as JSON lines, until interrupted.
//!
//! `HEYROOM_ROOM=ws://127.0.0.1:8765 cargo run --example room_all_events`

mod room_support;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let room = room_support::connect().await?;
    let mut events = room.events();
    while let Some(item) = events.next().await {
        match item {
            // Also events that this version does not know, whole.
            Ok(event) => println!("{}", serde_json::to_string(&*event)?),
            Err(gap) => eprintln!("{gap}"),
        }
    }
    Ok(())
}
