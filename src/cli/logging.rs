//! What is logged to stderr, and how much.

use std::io::IsTerminal;

use clap::Args;
use tracing_subscriber::{EnvFilter, fmt};

/// How much is told on stderr.
#[derive(Debug, Args)]
pub struct LoggingArgs {
    /// Tell more on stderr (-v: what happens, -vv: every message)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,

    /// Tell only errors on stderr
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
}

/// The environment variable with a filter.
const VARIABLE: &str = "HEYROOM_LOG";

/// Installs the log writer. `HEYROOM_LOG` (a tracing filter such as `heyroom::room=trace`) wins over the flags;
/// `quiet` is what a command wants that prints its own story.
pub fn init(args: &LoggingArgs, quiet: bool) {
    let default = match (args.quiet || quiet && args.verbose == 0, args.verbose) {
        (true, _) => "error",
        (false, 0) => "warn,heyroom=info",
        (false, 1) => "info,heyroom=debug",
        (false, _) => "debug,heyroom=trace",
    };
    // The PulseAudio client calls it an error when we hang up; what matters comes as a value as well.
    let default = format!("{default},pulseaudio=off");
    let filter = match std::env::var(VARIABLE).ok().filter(|wanted| !wanted.is_empty()) {
        None => EnvFilter::new(default),
        Some(wanted) => EnvFilter::try_new(&wanted).unwrap_or_else(|error| {
            // There is no log yet that could tell.
            eprintln!(
                "heyroom: {VARIABLE}={wanted} is no filter ({error}) and is left out; write a level, or parts with \
                 levels, such as warn,heyroom::room=trace"
            );
            EnvFilter::new(default)
        }),
    };
    fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
}
