//! Fires a custom event, and prints the answer and the event that all clients of the terminal receive.
//!
//! `HEYROOM_ROOM=ws://127.0.0.1:8765 cargo run --example room_custom_event -- hello`

mod room_support;

use heyroom::room::events::MyEvent;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let data = std::env::args().nth(1).unwrap_or_else(|| "hello".to_owned());
    let room = room_support::connect().await?;
    // Subscribe first: the event may be there before the answer.
    let mut events = room.events().of::<MyEvent>();
    let answer = room.fire_my_event(data).raw().await?;
    println!("answer: {answer:?}");
    if let Some(Ok(event)) = events.next().await {
        println!("event: {}", event.data.unwrap_or_default());
    }
    Ok(())
}
