//! `heyroom demo`.

use clap::Args;

use super::Status;

/// Show the whole assistant at work, with nothing to set up.
#[derive(Debug, Args)]
pub struct DemoArgs {}

pub fn run(_args: DemoArgs) -> anyhow::Result<Status> {
    anyhow::bail!("not built yet")
}
