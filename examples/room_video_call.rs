//! Calls a user or a conference and says how it went.
//!
//! `HEYROOM_ROOM=ws://127.0.0.1:8765 cargo run --example room_video_call -- ann@video.example`; a conference is
//! written `\c\1234567890`.

mod room_support;

use heyroom::room::CallOutcome;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Some(target) = std::env::args().nth(1) else {
        anyhow::bail!(r"usage: room_video_call USER@SERVER, or \c\CONFERENCE");
    };
    let room = room_support::connect().await?;
    let mut state = room.state();
    tokio::spawn(async move {
        let mut last = None;
        while state.changed().await.is_ok() {
            let now = state.borrow_and_update().app_state;
            if now != last {
                println!("  the terminal: {}", now.map(|state| state.to_string()).unwrap_or_default());
                last = now;
            }
        }
    });
    println!("calling {target}; Ctrl-C gives up");
    tokio::select! {
        // Resolves when the other side has answered or refused, or one side has given up.
        outcome = room.call(target) => match outcome? {
            CallOutcome::Accepted(_) => println!("accepted"),
            refused => println!("no conversation: {refused}"),
        },
        _ = tokio::signal::ctrl_c() => {
            room.hang_up(false).await?;
        }
    }
    Ok(())
}
