//! `heyroom run`.

use clap::Args;

use super::Status;

/// Run the assistant: microphone, configured room.
#[derive(Debug, Args)]
pub struct RunArgs {}

pub fn run(_args: RunArgs) -> anyhow::Result<Status> {
    anyhow::bail!("not built yet")
}
