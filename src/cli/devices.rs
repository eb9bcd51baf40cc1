//! `heyroom devices`.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;

use super::{Status, output};
use crate::audio::devices::{self, DeviceChoice, DeviceInfo, Direction};
use crate::audio::{
    AudioEvent, Frame, Input, Level, Microphone, MicrophoneSettings, SILENCE_DBFS, Vad, VadReport,
};
use crate::config;

/// List microphones and speakers, with a live level meter.
///
/// On a terminal the level of the microphone follows the list until Ctrl-C: speak, and see whether
/// heyroom takes it for speech. Write the id or a part of the name into heyroom.toml to use a device.
#[derive(Debug, Args)]
pub struct DevicesArgs {
    /// Show the level meter even if the output is no terminal (one line per second then)
    #[arg(long, conflicts_with = "list")]
    meter: bool,

    /// Only the list, no meter
    #[arg(long)]
    list: bool,

    /// The settings file; its microphone is metered unless --input names another
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The microphone of the meter: an id, a name or a part of one [default: that of the settings]
    #[arg(long, value_name = "NAME")]
    input: Option<String>,

    /// Only this sound system: alsa, pulseaudio, wasapi, ...
    #[arg(long, value_name = "NAME")]
    host: Option<String>,

    /// Listen to this channel only, counted from 1 [default: the average of all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    channel: Option<u16>,

    /// End the meter after so many seconds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    seconds: Option<u32>,

    /// List all names that ALSA has for each device
    #[arg(long)]
    all: bool,

    /// Print JSON: the list as one object, the meter as one object per second
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct List<'a> {
    hosts: Vec<String>,
    inputs: Vec<&'a DeviceInfo>,
    outputs: Vec<&'a DeviceInfo>,
}

pub fn run(args: DevicesArgs) -> anyhow::Result<Status> {
    let devices = devices::list(args.host.as_deref(), args.all)?;
    let of = |direction| devices.iter().filter(|d| d.direction == direction).collect::<Vec<_>>();
    let (inputs, outputs) = (of(Direction::Input), of(Direction::Output));
    if args.json && !args.meter {
        output::json(&List { hosts: devices::hosts(), inputs, outputs })?;
        return Ok(Status::Done);
    }
    let terminal = io::stdout().is_terminal();
    if !args.json {
        print(
            "Microphones",
            &inputs,
            "Plug one in, or start the sound service. `heyroom demo` works without.",
        )?;
        print("Speakers", &outputs, "heyroom works without one; it is only not heard.")?;
    }
    let wanted = args.meter || terminal && !args.list && !inputs.is_empty();
    if !wanted {
        return Ok(Status::Done);
    }
    let device = microphone(&args)?;
    let settings = MicrophoneSettings { device, channel: args.channel, ..MicrophoneSettings::default() };
    let style = match (args.json, terminal) {
        (true, _) => Style::Json,
        (false, true) => Style::Bar,
        (false, false) => Style::Lines,
    };
    meter(settings, style, args.seconds.map(|seconds| Duration::from_secs(seconds.into())))
}

/// The microphone of the command line, or that of the settings.
fn microphone(args: &DevicesArgs) -> anyhow::Result<DeviceChoice> {
    let named = DeviceChoice { host: args.host.clone(), device: args.input.clone() };
    if named != DeviceChoice::default() {
        return Ok(named);
    }
    match config::load(args.config.as_deref()) {
        Ok(loaded) => Ok(super::run::device(&loaded.config.audio, &loaded.config.audio.input)),
        Err(error) if args.config.is_some() => Err(error.into()),
        // Settings that somebody is still writing shall not keep them from finding their microphone.
        Err(error) => {
            tracing::warn!(%error, "the settings cannot be read, the default microphone is taken");
            Ok(named)
        }
    }
}

fn print(title: &str, devices: &[&DeviceInfo], remedy: &str) -> io::Result<()> {
    if devices.is_empty() {
        return output::line(format_args!("{title}: none found. {remedy}"));
    }
    output::line(format_args!("{title}:"))?;
    for device in devices {
        let mark = if device.default { '*' } else { ' ' };
        let format = match &device.format {
            Some(format) => {
                let plural = if format.channels == 1 { "" } else { "s" };
                format!("{} Hz, {} channel{plural}, {}", format.rate, format.channels, format.sample)
            }
            None => "in use by another program".to_owned(),
        };
        output::line(format_args!("{mark} {}  [{}: {}]  {format}", device.name, device.host, device.id))?;
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    Bar,
    Lines,
    Json,
}

/// Shows the level until the time is over or Ctrl-C.
fn meter(settings: MicrophoneSettings, style: Style, length: Option<Duration>) -> anyhow::Result<Status> {
    let input = Microphone::start(settings)?;
    let stopper = input.stopper();
    super::block_on(async move {
        let work = tokio::task::spawn_blocking(move || show(&input, style, length));
        tokio::pin!(work);
        tokio::select! {
            result = &mut work => result?,
            signal = tokio::signal::ctrl_c() => {
                signal?;
                stopper.stop();
                work.await??;
                Ok(Status::Done)
            }
        }
    })
}

#[derive(Serialize)]
struct Reading {
    seconds: f64,
    rms_dbfs: f32,
    peak_dbfs: f32,
    noise_dbfs: f32,
    speech: bool,
}

fn show(input: &Input, style: Style, length: Option<Duration>) -> anyhow::Result<Status> {
    let mut display = Display::new(style);
    let start = Instant::now();
    let (mut heard, mut told) = (false, false);
    while length.is_none_or(|length| start.elapsed() < length) {
        match input.recv_timeout(Duration::from_millis(100)) {
            Ok(AudioEvent::Frames(frames)) => {
                heard = true;
                frames.iter().try_for_each(|frame| display.frame(frame))?;
            }
            // The log tells these; what follows shall not overwrite it.
            Ok(AudioEvent::Lost { .. } | AudioEvent::Overrun { .. }) => {
                told = true;
                display.end_line()?;
            }
            Ok(AudioEvent::Restored { .. }) | Err(RecvTimeoutError::Timeout) => {}
            Ok(AudioEvent::End) | Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    display.end_line()?;
    if !heard && !told {
        eprintln!("heyroom: the microphone gave no sound in {:.0} s", start.elapsed().as_secs_f64());
    }
    Ok(if heard { Status::Done } else { Status::Failed })
}

/// How long the highest peak stays shown.
const HOLD_FRAMES: u32 = 150;
const BAR_CELLS: usize = 40;
/// The left end of the bar.
const BAR_DBFS: f32 = -70.0;

struct Display {
    style: Style,
    vad: Vad,
    frames: u64,
    /// Sound since the last output.
    samples: Vec<i16>,
    spoke: bool,
    hold: f32,
    held: u32,
    open_line: bool,
}

impl Display {
    fn new(style: Style) -> Self {
        Self {
            style,
            vad: Vad::default(),
            frames: 0,
            samples: Vec::new(),
            spoke: false,
            hold: SILENCE_DBFS,
            held: 0,
            open_line: false,
        }
    }

    fn frame(&mut self, frame: &Frame) -> io::Result<()> {
        let report = self.vad.frame(frame);
        self.frames += 1;
        self.samples.extend(frame.samples);
        self.spoke |= report.speech;
        self.held += 1;
        if report.level.peak_dbfs >= self.hold || self.held > HOLD_FRAMES {
            (self.hold, self.held) = (report.level.peak_dbfs, 0);
        }
        let every = if self.style == Style::Bar { 5 } else { 100 };
        if self.frames.is_multiple_of(every) {
            let level = Level::of(&self.samples);
            self.samples.clear();
            let spoke = std::mem::take(&mut self.spoke);
            self.output(level, &report, spoke)?;
        }
        Ok(())
    }

    fn output(&mut self, level: Level, report: &VadReport, spoke: bool) -> io::Result<()> {
        let verdict = if level.peak_dbfs <= SILENCE_DBFS {
            "digital silence: is it muted?"
        } else if spoke {
            "speech"
        } else {
            "noise"
        };
        match self.style {
            Style::Json => output::json(&Reading {
                seconds: self.frames as f64 / 100.0,
                rms_dbfs: level.rms_dbfs,
                peak_dbfs: level.peak_dbfs,
                noise_dbfs: report.noise_dbfs,
                speech: spoke,
            }),
            Style::Lines => output::line(format_args!(
                "level {:6.1} dBFS  peak {:6.1} dBFS  noise {:6.1} dBFS  {verdict}",
                level.rms_dbfs, level.peak_dbfs, report.noise_dbfs
            )),
            Style::Bar => {
                let mut out = io::stdout().lock();
                self.open_line = true;
                write!(
                    out,
                    "\r[{}] {:6.1} dBFS  peak {:6.1}  noise {:6.1}  {verdict}\x1b[K",
                    bar(level.rms_dbfs, self.hold, report.noise_dbfs),
                    level.rms_dbfs,
                    self.hold,
                    report.noise_dbfs
                )?;
                out.flush()
            }
        }
    }

    fn end_line(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.open_line) { output::line("") } else { Ok(()) }
    }
}

/// The level as a bar, the noise as ":" and the held peak as "|".
fn bar(level: f32, peak: f32, noise: f32) -> String {
    let cell = |dbfs: f32| {
        let part = ((dbfs - BAR_DBFS) / -BAR_DBFS).clamp(0.0, 1.0);
        (part * BAR_CELLS as f32).round() as usize
    };
    let (level, peak, noise) = (cell(level), cell(peak), cell(noise));
    (1..=BAR_CELLS)
        .map(|at| match at {
            _ if at == peak => '|',
            _ if at <= level => '#',
            _ if at == noise => ':',
            _ => ' ',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_shows_level_noise_and_peak() {
        assert_eq!(
            bar(-35.0, -17.5, -70.0),
            format!("{}{}|{}", "#".repeat(20), " ".repeat(9), " ".repeat(10))
        );
        assert_eq!(bar(-70.0, -70.0, -35.0), format!("{}:{}", " ".repeat(19), " ".repeat(20)));
        assert_eq!(bar(3.0, 0.0, SILENCE_DBFS), format!("{}|", "#".repeat(39)));
    }
}
