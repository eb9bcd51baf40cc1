//! Asks on the console whether to accept each invitation.
//!
//! `HEYROOM_ROOM=ws://127.0.0.1:8765 cargo run --example room_invitation`

mod room_support;

use heyroom::room::State;
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let room = room_support::connect().await?;
    let mut state = room.state();
    let mut answers = BufReader::new(tokio::io::stdin()).lines();
    let rings = |state: &State| state.incoming_call().is_some();
    loop {
        let Some(call) = state.wait_for(rings).await?.incoming_call().cloned() else { continue };
        println!("{} calls. Accept? (y/n)", call.peer_dn);
        tokio::select! {
            answer = answers.next_line() => {
                match answer?.as_deref().map(str::trim) {
                    Some("y" | "yes") => room.accept().await?,
                    Some(_) => room.reject().await?,
                    None => return Ok(()),
                };
            }
            // Nobody needs to decide about a call that is over.
            _ = state.wait_for(|state| !rings(state)) => println!("it stopped ringing"),
        }
        state.wait_for(|state| !rings(state)).await?;
    }
}
