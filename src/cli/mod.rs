//! The command line: one file per subcommand. Here things are printed and exit codes are made.
//!
//! Results go to stdout, diagnostics to stderr. Exit status: 0 done, 1 the work failed, 2 the
//! command line was wrong.

mod completions;
mod connection;
mod demo;
mod devices;
mod doctor;
mod doctor_settings;
mod eval;
mod eval_live;
mod eval_progress;
mod explain;
mod grammar;
mod grammar_actions;
mod grammar_check;
mod grammar_conditions;
mod grammar_names;
mod listen;
mod logging;
mod match_lines;
mod match_text;
mod models;
pub mod output;
mod room;
mod room_completion;
mod run;
mod setup;
mod simulate;

use std::{process::ExitCode, time::Duration};

use clap::{CommandFactory, Parser, Subcommand};

/// Hands-free voice assistant for meeting rooms.
///
/// Say "Hey room, call John Smith", "hang up", "mute", "next slide". heyroom hears it offline and
/// drives the TrueConf Room terminal on this PC.
#[derive(Debug, Parser)]
#[command(name = "heyroom", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    logging: logging::LoggingArgs,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Run(run::RunArgs),
    Listen(listen::ListenArgs),
    Match(match_text::MatchArgs),
    Grammar(grammar::GrammarArgs),
    Devices(devices::DevicesArgs),
    Models(models::ModelsArgs),
    Room(room::RoomArgs),
    Simulate(simulate::SimulateArgs),
    Doctor(doctor::DoctorArgs),
    Eval(eval::EvalArgs),
    Explain(explain::ExplainArgs),
    Completions(completions::CompletionsArgs),
    Man(completions::ManArgs),
}

/// What a subcommand reports when it could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The work was done: exit status 0.
    Done,
    /// The work was done and found a failure that is already printed: exit status 1.
    Failed,
}

/// The clap definition: help, completions and the man page come from it.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // The demo and the doctor tell their story on stdout; what a log adds to it is noise unless asked for.
    let story = matches!(cli.command, Command::Demo(_) | Command::Doctor(_));
    logging::init(&cli.logging, story);
    let result = match cli.command {
        Command::Demo(args) => demo::run(args),
        Command::Run(args) => run::run(args),
        Command::Listen(args) => listen::run(args),
        Command::Match(args) => match_text::run(args),
        Command::Grammar(args) => grammar::run(args),
        Command::Devices(args) => devices::run(args),
        Command::Models(args) => models::run(args),
        Command::Room(args) => room::run(args),
        Command::Simulate(args) => simulate::run(args),
        Command::Doctor(args) => doctor::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Explain(args) => explain::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => completions::man(&args),
    };
    match result {
        Ok(Status::Done) => ExitCode::SUCCESS,
        Ok(Status::Failed) => ExitCode::FAILURE,
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("heyroom: {}", output::error_text(&error));
            ExitCode::FAILURE
        }
    }
}

/// How long what runs beside may take to end. A model that is being loaded takes longer, and nobody waits for it any more.
const ENDS_WITHIN: Duration = Duration::from_secs(2);

/// Runs `future` on a new tokio runtime.
///
/// # Errors
///
/// What the future returns, or that the system gave no threads for the runtime.
pub(crate) fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let result = runtime.block_on(future);
    runtime.shutdown_timeout(ENDS_WITHIN);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stopping_does_not_wait_for_what_is_still_being_made() {
        let (done, made) = std::sync::mpsc::channel::<()>();
        let started = std::time::Instant::now();
        let result = block_on(async {
            tokio::task::spawn_blocking(move || made.recv());
            Ok(5)
        });
        assert_eq!(result.ok(), Some(5));
        assert!(started.elapsed() < Duration::from_secs(30));
        drop(done);
    }
}
