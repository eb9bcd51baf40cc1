//! `heyroom devices`.

use clap::Args;

use super::Status;

/// List microphones and speakers, with a live level meter.
#[derive(Debug, Args)]
pub struct DevicesArgs {}

pub fn run(_args: DevicesArgs) -> anyhow::Result<Status> {
    anyhow::bail!("not built yet")
}
