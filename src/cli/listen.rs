//! `heyroom listen`.

use clap::Args;

use super::Status;

/// Recognise recordings and match them, without a room.
#[derive(Debug, Args)]
pub struct ListenArgs {}

pub fn run(_args: ListenArgs) -> anyhow::Result<Status> {
    anyhow::bail!("not built yet")
}
