//! `heyroom grammar`.

use clap::Args;

use super::Status;

/// Check, test and show the grammars.
#[derive(Debug, Args)]
pub struct GrammarArgs {}

pub fn run(_args: GrammarArgs) -> anyhow::Result<Status> {
    anyhow::bail!("not built yet")
}
