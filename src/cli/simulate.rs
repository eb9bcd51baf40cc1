//! `heyroom simulate`.

use clap::Args;

use super::Status;

/// Run a Room API terminal without a screen, on loopback.
#[derive(Debug, Args)]
pub struct SimulateArgs {}

pub fn run(_args: SimulateArgs) -> anyhow::Result<Status> {
    anyhow::bail!("not built yet")
}
