//! Prints every invitation and accepts it.
//!
//! `HEYROOM_ROOM=ws://127.0.0.1:8765 cargo run --example room_auto_answer`

mod room_support;

use heyroom::room::events::InviteReceived;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let room = room_support::connect().await?;
    let mut invitations = room.events().of::<InviteReceived>();
    println!("waiting for calls");
    while let Some(invitation) = invitations.next().await {
        match invitation {
            Ok(invitation) => {
                println!("{} calls", invitation.peer_dn.or(invitation.peer_id).unwrap_or_default());
                if let Err(error) = room.accept().await {
                    eprintln!("{error}");
                }
            }
            Err(gap) => eprintln!("{gap}"),
        }
    }
    Ok(())
}
