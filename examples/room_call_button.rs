//! A call button in the terminal: coloured by the state of the room. Enter calls when the room is idle, answers
//! when it rings, and hangs up otherwise.
//!
//! `HEYROOM_ROOM=ws://127.0.0.1:8765 cargo run --example room_call_button -- reception@video.example`

mod room_support;

use std::io::Write;

use heyroom::room::{AppState, Client, Error, State};
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Some(target) = std::env::args().nth(1) else {
        anyhow::bail!("usage: room_call_button USER@SERVER");
    };
    let room = room_support::connect().await?;
    let mut state = room.state();
    let mut keys = BufReader::new(tokio::io::stdin()).lines();
    loop {
        draw(&state.borrow_and_update(), &target)?;
        tokio::select! {
            changed = state.changed() => changed?,
            line = keys.next_line() => {
                if line?.is_none() {
                    return Ok(());
                }
                if let Err(error) = press(&room, &target).await {
                    eprintln!("\n{error}");
                }
            }
        }
    }
}

async fn press(room: &Client, target: &str) -> Result<(), Error> {
    let state = room.snapshot();
    match state.app_state {
        // The button shows how it goes on; nobody waits here for the outcome.
        Some(AppState::Idle) => room.call(target).accepted().await.map(drop),
        Some(AppState::Ringing) if state.incoming_call().is_some() => room.accept().await.map(drop),
        _ => room.hang_up(true).accepted().await.map(drop),
    }
}

fn draw(state: &State, target: &str) -> std::io::Result<()> {
    let (colour, text) = match state.app_state {
        _ if !state.connected => (100, "no connection".to_owned()),
        Some(AppState::Idle) => (42, format!("call {target}")),
        Some(AppState::Ringing) => match state.incoming_call() {
            Some(call) => (43, format!("answer {}", call.peer_dn)),
            None => (43, "stop calling".to_owned()),
        },
        Some(AppState::Conference) => (41, "hang up".to_owned()),
        other => (100, other.map(|state| state.to_string()).unwrap_or_default()),
    };
    print!("\r\x1b[2K\x1b[30;{colour}m  {text}  \x1b[0m ");
    std::io::stdout().flush()
}
