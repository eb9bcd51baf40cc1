//! `heyroom doctor`.

use clap::Args;

use super::Status;

/// Check everything, and say what to do about each failure.
#[derive(Debug, Args)]
pub struct DoctorArgs {}

pub fn run(_args: DoctorArgs) -> anyhow::Result<Status> {
    anyhow::bail!("not built yet")
}
