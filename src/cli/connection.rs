//! Flags and environment variables that say where the room is and how it is entered; shared by the subcommands
//! that talk to it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use clap::error::ErrorKind;
use secrecy::SecretString;

use crate::config::{self, Loaded, RoomConfig};
use crate::room::{Address, Auth, Options, ServerLogin};

/// Where the room is. What is given here wins over the settings file.
#[derive(Debug, Clone, Args)]
pub struct ConnectionArgs {
    /// The settings file; without it heyroom.toml here, then that of the user, then /etc/heyroom/heyroom.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The room: ws://HOST:PORT, or HOST or HOST:PORT of its web manager, which tells the port; heyroom run also
    /// takes "simulator"
    #[arg(long, global = true, value_name = "ADDRESS", env = "HEYROOM_ROOM")]
    pub room: Option<String>,

    /// A file that holds the PIN; the environment variable HEYROOM_ROOM_PIN may hold the PIN itself
    #[arg(long, global = true, value_name = "FILE")]
    pub pin_file: Option<PathBuf>,

    /// How long to wait for an answer of the room
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<Duration>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.1..=600.0).contains(&number) => Ok(Duration::from_secs_f64(number)),
        _ => Err("a number of seconds from 0.1 to 600 is needed".to_owned()),
    }
}

impl ConnectionArgs {
    /// Reads the settings file.
    ///
    /// # Errors
    ///
    /// When it cannot be read or says something wrong.
    pub fn settings(&self) -> anyhow::Result<Loaded> {
        Ok(config::load(self.config.as_deref())?)
    }

    /// The address as written: the flag, else the environment variable, else the settings.
    #[must_use]
    pub fn address<'a>(&'a self, settings: &'a RoomConfig) -> &'a str {
        self.room.as_deref().filter(|room| !room.is_empty()).unwrap_or(&settings.address)
    }

    /// How to connect: flags, environment and settings together. A wrong address on the command line ends the
    /// program with status 2.
    ///
    /// # Errors
    ///
    /// When the PIN file cannot be read, or the settings hold a wrong address.
    pub fn options(&self, settings: &RoomConfig) -> anyhow::Result<Options> {
        let address = self.address(settings);
        let address = match parse_address(address) {
            Ok(address) => address,
            Err(error) if self.room.is_some() => usage_error(&error.to_string()),
            Err(error) => return Err(error.context("the settings name no room (room.address)")),
        };
        let mut options = Options::new(address);
        if let Some(pin) = self.pin(settings)? {
            options.auth = Auth::Pin(pin);
        }
        options.request_timeout =
            self.timeout.unwrap_or_else(|| Duration::from_secs_f64(settings.timeout_s.clamp(0.1, 600.0)));
        options.automations.slides_to_second_monitor = settings.slides_to_second_monitor;
        if let Some(server) = &settings.server {
            options.server_login = Some(ServerLogin {
                server: server.host.clone(),
                port: server.port,
                login: server.login.clone(),
                password: server.password.clone().unwrap_or_default(),
            });
        }
        Ok(options)
    }

    /// The PIN: file on the command line, environment, settings.
    fn pin(&self, settings: &RoomConfig) -> anyhow::Result<Option<SecretString>> {
        if let Some(file) = &self.pin_file {
            return read_pin(file).map(Some);
        }
        match std::env::var("HEYROOM_ROOM_PIN") {
            Ok(pin) if !pin.is_empty() => Ok(Some(pin.into())),
            _ => Ok(settings.pin.clone()),
        }
    }
}

fn parse_address(text: &str) -> anyhow::Result<Address> {
    if text == "simulator" {
        anyhow::bail!(
            "\"simulator\" is the room of heyroom run and heyroom demo; \
             for other commands start heyroom simulate and give the address that it prints"
        );
    }
    Ok(text.parse()?)
}

fn read_pin(file: &Path) -> anyhow::Result<SecretString> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the PIN file {} cannot be read", file.display()))?;
    let pin = text.trim_end_matches(['\r', '\n']);
    anyhow::ensure!(!pin.is_empty(), "the PIN file {} is empty", file.display());
    Ok(pin.to_owned().into())
}

/// Ends the program like a wrong flag does: message and the usage of the subcommand on stderr, status 2.
pub fn usage_error(message: &str) -> ! {
    let mut command = super::command();
    command.build();
    let named = std::env::args().skip(1).find(|argument| command.find_subcommand(argument).is_some());
    let subcommand = named.and_then(|named| command.find_subcommand_mut(named));
    let error = match subcommand {
        Some(subcommand) => subcommand.error(ErrorKind::ValueValidation, message),
        None => command.error(ErrorKind::ValueValidation, message),
    };
    error.exit()
}
