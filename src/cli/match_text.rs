//! `heyroom match`.

use clap::Args;

use super::Status;

/// Match phrases given as text, without sound or a room.
#[derive(Debug, Args)]
pub struct MatchArgs {}

pub fn run(_args: MatchArgs) -> anyhow::Result<Status> {
    anyhow::bail!("not built yet")
}
