//! Creates an all-on-screen conference with the users named on the command line.
//!
//! `HEYROOM_ROOM=ws://127.0.0.1:8765 cargo run --example room_create_conference -- ann@video.example bob@video.example`

mod room_support;

use heyroom::room::{ConferenceKind, ConferenceOutcome};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let people: Vec<String> = std::env::args().skip(1).collect();
    let room = room_support::connect().await?;
    let request = room.create_conference("Made by an example", ConferenceKind::AllOnScreen, true);
    // Awaiting waits until the conference exists, not only until the terminal has understood.
    match request.invite_list(people).await? {
        ConferenceOutcome::Created(conference) => {
            println!("created {}", conference.conf_id.unwrap_or_default());
            if let Some(url) = conference.join_url {
                println!("others join at {url}");
            }
        }
        ConferenceOutcome::Rejected(cause) => println!("not created: {cause}"),
        other => println!("not created: {other:?}"),
    }
    Ok(())
}
