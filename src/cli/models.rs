//! `heyroom models`.

use clap::Args;

use super::Status;

/// List, install and verify speech models.
#[derive(Debug, Args)]
pub struct ModelsArgs {}

pub fn run(_args: ModelsArgs) -> anyhow::Result<Status> {
    anyhow::bail!("not built yet")
}
