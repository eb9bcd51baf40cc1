//! Prints chat messages as they come.
//!
//! `HEYROOM_ROOM=ws://127.0.0.1:8765 cargo run --example room_chat`

mod room_support;

use heyroom::room::Event;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let room = room_support::connect().await?;
    let mut messages = room.events().only(["incomingChatMessage", "incomingGroupChatMessage"]);
    while let Some(item) = messages.next().await {
        match item {
            Ok(event) => match &*event {
                Event::IncomingChatMessage(message) => print("to you", &message.peer_id, &message.message),
                Event::IncomingGroupChatMessage(message) => {
                    print("to all", &message.peer_id, &message.message)
                }
                _ => {}
            },
            Err(gap) => eprintln!("{gap}"),
        }
    }
    Ok(())
}

fn print(kind: &str, sender: &Option<String>, text: &Option<String>) {
    println!("{} {kind}: {}", sender.as_deref().unwrap_or("?"), text.as_deref().unwrap_or_default());
}
