//! `heyroom simulate`.

use std::{
    io::{BufRead, IsTerminal},
    path::PathBuf,
};

use anyhow::Context;
use clap::Args;
use secrecy::SecretString;
use serde_json::json;
use tokio::sync::mpsc;

use super::{Status, output};
use crate::simulator::{Contact, Options, Scenario, Simulator, command_help};

/// The environment variable that holds the PIN when no file does.
const PIN_VARIABLE: &str = "HEYROOM_PIN";

/// Run a Room API terminal without a screen, on loopback.
///
/// One port serves everything: config.json, the WebSocket, the HTTP server and the control endpoint
/// (GET /control lists what it can do). Every request, answer and event is printed. At a terminal,
/// lines that are typed make things happen: "ring maria", "give_up", "fault drop", "help", "quit".
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8765)]
    port: u16,

    /// A port of its own for the built-in HTTP server, as a real terminal has; 0 takes a free one
    #[arg(long, value_name = "PORT")]
    http_port: Option<u16>,

    /// Who is there, how they answer, and what happens when (YAML)
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,

    /// The address book: a JSON array of {"peerId", "peerDn", "status"}
    #[arg(long, value_name = "FILE")]
    contacts: Option<PathBuf>,

    /// The PIN that clients must send, in a file; or in the environment variable HEYROOM_PIN
    #[arg(long, value_name = "FILE")]
    pin_file: Option<PathBuf>,

    /// Start without a server connection (state 0) instead of logged in (state 3)
    #[arg(long)]
    logged_out: bool,

    /// Where chance starts: equal seeds give equal ids
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// Print JSON lines
    #[arg(long)]
    json: bool,

    /// Read commands from standard input also when it is no terminal
    #[arg(long)]
    repl: bool,
}

pub fn run(args: SimulateArgs) -> anyhow::Result<Status> {
    let options = Options {
        port: args.port,
        http_port: args.http_port,
        pin: pin(&args)?,
        logged_in: !args.logged_out,
        contacts: args.contacts.as_deref().map(Contact::load).transpose()?,
        scenario: args.scenario.as_deref().map(Scenario::load).transpose()?.unwrap_or_default(),
        seed: args.seed,
    };
    super::block_on(serve(options, &args))
}

fn pin(args: &SimulateArgs) -> anyhow::Result<Option<SecretString>> {
    let Some(file) = &args.pin_file else {
        return Ok(std::env::var(PIN_VARIABLE).ok().filter(|pin| !pin.is_empty()).map(SecretString::from));
    };
    let pin = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the PIN from {}", file.display()))?;
    let pin = pin.trim();
    anyhow::ensure!(!pin.is_empty(), "{} is empty; write the PIN into it", file.display());
    Ok(Some(pin.into()))
}

async fn serve(options: Options, args: &SimulateArgs) -> anyhow::Result<Status> {
    let mut end = std::pin::pin!(end()?);
    let protected = options.wants_pin();
    let simulator = Simulator::start(options).await?;
    let mut records = simulator.records();
    let listening = json!({
        "kind": "listening",
        "ws": simulator.ws_url(),
        "http": simulator.http_url(),
        "config": format!("http://{}/public/default/config.json", simulator.ws_addr()),
        "pin": protected,
    });
    let read_commands = args.repl || std::io::stdin().is_terminal();
    if args.json {
        output::json(&listening)?;
    } else {
        output::line(format_args!("Room API simulator: {}", simulator.ws_url()))?;
        output::line(format_args!("  config.json   {}", listening["config"].as_str().unwrap_or_default()))?;
        output::line(format_args!("  HTTP server   {}", simulator.http_url()))?;
        output::line(format_args!("  control       http://{}/control", simulator.ws_addr()))?;
        output::line(format_args!(
            "  access        {}",
            if protected { "with a PIN" } else { "unprotected" }
        ))?;
        if read_commands {
            output::line("Type help for what can be made to happen, quit to end.")?;
        }
    }
    let mut lines = if read_commands { read_lines() } else { mpsc::channel(1).1 };
    loop {
        tokio::select! {
            ended = &mut end => {
                ended?;
                break;
            }
            record = records.next() => match record {
                Some(record) if args.json => output::json(&record)?,
                Some(record) => output::line(record)?,
                None => break,
            },
            Some(line) = lines.recv() => match line.trim() {
                "" => {}
                "quit" | "exit" => break,
                "help" => {
                    output::line(command_help().trim_end())?;
                    output::line("  quit                                       ends the simulator")?;
                }
                command => obey(&simulator, command).await?,
            },
        }
    }
    simulator.shutdown().await;
    Ok(Status::Done)
}

/// Does what a typed line says. What was done shows in the records; only answers and errors are printed.
async fn obey(simulator: &Simulator, command: &str) -> anyhow::Result<()> {
    match simulator.command(command).await {
        Ok(told) if command == "state" => output::line(told)?,
        Ok(_) => {}
        Err(error) => eprintln!("heyroom: {error}"),
    }
    Ok(())
}

/// The lines of standard input. A thread, because reading it cannot be called off; it ends with the process.
fn read_lines() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(16);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// Waits for Ctrl-C, or for the system to end the program. From this call on, neither ends it abruptly.
fn end() -> std::io::Result<impl Future<Output = std::io::Result<()>>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            Ok(())
        })
    }
    #[cfg(not(unix))]
    Ok(tokio::signal::ctrl_c())
}
