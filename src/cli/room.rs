//! `heyroom room`.

use clap::Args;

use super::Status;

/// Send one Room API method, or watch the room's events.
#[derive(Debug, Args)]
pub struct RoomArgs {}

pub fn run(_args: RoomArgs) -> anyhow::Result<Status> {
    anyhow::bail!("not built yet")
}
