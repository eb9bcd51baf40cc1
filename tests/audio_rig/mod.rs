//! Sound devices without hardware, and what compares what went in with what came out.
//!
//! The sound libraries read their environment when they start, so whatever uses a device runs in a process
//! of its own: the test binary itself, told by `child` which of its tests to be.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot set itself up has failed"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// Set in the process that a test starts; holds the directory to work in.
pub const CHILD: &str = "HEYROOM_TEST_CHILD";

/// The directory of the test that started this process; `None` when the test runner did.
pub fn child_directory() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

/// Whether the programs are there; without them a test on a developer's machine is left out, but not in CI.
pub fn have(programs: &[&str]) -> bool {
    let missing: Vec<&&str> = programs
        .iter()
        .filter(|program| {
            let found = Command::new("sh")
                .args(["-c", "command -v \"$1\"", "sh", program])
                .stdout(Stdio::null())
                .status();
            !found.is_ok_and(|status| status.success())
        })
        .collect();
    assert!(missing.is_empty() || std::env::var_os("CI").is_none(), "not installed: {missing:?}");
    if !missing.is_empty() {
        eprintln!("left out, not installed: {missing:?}");
    }
    missing.is_empty()
}

/// A process that ends with the test.
pub struct Process {
    pub child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Process {
    pub fn start(command: &mut Command) -> Self {
        Self::spawn(command.stdin(Stdio::null()))
    }

    /// A process that reads lines; see [`Self::tell`].
    pub fn start_reading(command: &mut Command) -> Self {
        Self::spawn(command.stdin(Stdio::piped()))
    }

    fn spawn(command: &mut Command) -> Self {
        command.stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let stdout = child.stdout.take().unwrap();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines, seen: Vec::new() }
    }

    /// This test binary as the test `name`, in `directory`.
    pub fn test(name: &str, directory: &Path, environment: &[(&str, String)]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", name, "--ignored", "--nocapture", "--test-threads=1"]);
        command.env(CHILD, directory).envs(environment.iter().map(|(k, v)| (*k, v.as_str())));
        Self::start(&mut command)
    }

    /// Types a line.
    pub fn tell(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Waits for a line that contains `text`.
    pub fn expect(&mut self, text: &str) -> String {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            match self.next_line(end) {
                Some(line) if line.contains(text) => return line,
                Some(_) => {}
                None => panic!("no \"{text}\" after: {:#?}", self.seen),
            }
        }
    }

    /// The next line that it prints before `end`.
    pub fn next_line(&mut self, end: Instant) -> Option<String> {
        let line = self.lines.recv_timeout(end.saturating_duration_since(Instant::now())).ok()?;
        self.seen.push(line.clone());
        Some(line)
    }

    /// Everything read so far.
    pub fn seen(&self) -> &[String] {
        &self.seen
    }

    /// Waits for a line that contains `text`; gives everything printed up to it.
    pub fn so_far(&mut self, text: &str) -> &[String] {
        self.expect(text);
        &self.seen
    }

    pub fn finish(mut self) {
        assert!(
            self.child.wait().unwrap().success(),
            "{:#?} {:#?}",
            self.seen,
            self.lines.iter().collect::<Vec<_>>()
        );
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Something like speech: 40 tones from 150 to 1500 Hz that swell and fade in syllables.
pub fn babble(rate: u32, seconds: f64) -> Vec<f32> {
    use std::f64::consts::TAU;
    let mut random = fastrand::Rng::with_seed(7);
    let tones: Vec<(f64, f64)> =
        (0..40).map(|_| (150.0 + 1_350.0 * random.f64(), TAU * random.f64())).collect();
    (0..(f64::from(rate) * seconds) as usize)
        .map(|i| {
            let time = i as f64 / f64::from(rate);
            let syllable = 0.55 + 0.45 * (TAU * (3.0 * time + 0.3 * (TAU * 0.7 * time).sin())).sin();
            let sum: f64 = tones.iter().map(|(hertz, phase)| (TAU * hertz * time + phase).sin()).sum();
            (0.03 * syllable * sum) as f32
        })
        .collect()
}

/// The best normalised correlation of `part`, whose tones end at 1500 Hz, anywhere within `whole`.
pub fn best_correlation(whole: &[f32], part: &[f32]) -> f64 {
    // A short piece in every fourth sample finds the place, the whole part judges it.
    let probe = &part[..part.len().min(1_600)];
    let last = whole.len().checked_sub(part.len()).expect("the recording is long enough");
    let rough = |at: usize| correlation(&whole[at..], probe, 4);
    let place = (0..=last).step_by(2).map(|at| (rough(at), at)).max_by(|a, b| a.0.total_cmp(&b.0)).unwrap().1;
    let exact = |at: usize| correlation(&whole[at..], part, 1);
    (place.saturating_sub(3)..=(place + 3).min(last)).map(exact).fold(-1.0, f64::max)
}

fn correlation(a: &[f32], b: &[f32], step: usize) -> f64 {
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (&a, &b) in a.iter().zip(b).step_by(step) {
        let (a, b) = (f64::from(a), f64::from(b));
        (ab, aa, bb) = (ab + a * b, aa + a * a, bb + b * b);
    }
    ab / (aa * bb).sqrt().max(1e-9)
}

pub fn stereo_bytes(mono: &[f32]) -> Vec<u8> {
    mono.iter().flat_map(|s| [s.to_le_bytes(), s.to_le_bytes()]).flatten().collect()
}

pub fn write_i16(path: &Path, samples: &[i16]) {
    let bytes: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    fs::write(path, bytes).unwrap();
}

pub fn read_i16(path: &Path) -> Vec<f32> {
    let bytes = fs::read(path).unwrap();
    bytes.as_chunks().0.iter().map(|&b| f32::from(i16::from_le_bytes(b)) / 32_768.0).collect()
}

pub fn read_f32(path: &Path) -> Vec<f32> {
    fs::read(path).unwrap().as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect()
}

/// A microphone that ALSA makes of a FIFO: 48 kHz, two channels of f32, in real time for as long as a writer
/// writes.
pub struct FifoMicrophone {
    pub config: PathBuf,
    stop: Arc<AtomicBool>,
}

impl FifoMicrophone {
    /// One second of silence, `sound`, then silence.
    pub fn new(directory: &Path, sound: &[f32]) -> Self {
        let fifo = directory.join("mic.fifo");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let config = directory.join("alsa.conf");
        let text = format!(
            "pcm.mic {{ type file slave.pcm \"null\" file \"/dev/null\" infile \"{}\" format \"raw\" }}\n\
             pcm.null {{ type null }}\n\
             pcm.!default {{ type asym playback.pcm \"null\" capture.pcm \"mic\" }}\n",
            fifo.display()
        );
        fs::write(&config, text).unwrap();
        let mut bytes = vec![0; 48_000 * 8];
        bytes.extend(stereo_bytes(sound));
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        thread::spawn(move || {
            // Opening waits for the reader. Probing opens the device more than once: start again then.
            while !stopped.load(Ordering::Relaxed) {
                let Ok(mut writer) = fs::OpenOptions::new().write(true).open(&fifo) else { return };
                let start = Instant::now();
                for number in 0u32.. {
                    let from = number as usize * 480 * 8;
                    let block =
                        bytes.get(from..from + 480 * 8).map_or_else(|| vec![0; 480 * 8], <[u8]>::to_vec);
                    if stopped.load(Ordering::Relaxed) || writer.write_all(&block).is_err() {
                        break;
                    }
                    thread::sleep(
                        (start + Duration::from_millis(10) * number)
                            .saturating_duration_since(Instant::now()),
                    );
                }
            }
        });
        Self { config, stop }
    }
}

impl Drop for FifoMicrophone {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// A PulseAudio server of the test's own with a virtual microphone and a virtual speaker.
pub struct Pulse {
    daemon: Child,
    keep_alive: Vec<Child>,
    pub address: String,
}

impl Pulse {
    /// A server whose microphone has this rate and format.
    pub fn start(directory: &Path) -> Self {
        let socket = directory.join("native");
        let address = format!("unix:{}", socket.display());
        let daemon = Command::new("pulseaudio")
            .args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--high-priority=no"])
            .args(["--realtime=no", "--log-target=stderr"])
            .args([
                "-L",
                &format!("module-native-protocol-unix socket={} auth-anonymous=1", socket.display()),
            ])
            .args(["-L", "module-null-sink sink_name=vspk rate=48000 channels=2"])
            .envs(
                ["PULSE_RUNTIME_PATH", "PULSE_STATE_PATH", "HOME", "XDG_RUNTIME_DIR"]
                    .map(|name| (name, directory)),
            )
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("DISPLAY")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pulse = Self { daemon, keep_alive: Vec::new(), address };
        let ready = (0..100).any(|_| {
            thread::sleep(Duration::from_millis(50));
            pulse.control(&["info"]).is_some()
        });
        assert!(ready, "pulseaudio does not start");
        pulse
    }

    pub fn control(&self, arguments: &[&str]) -> Option<String> {
        let output =
            Command::new("pactl").args(arguments).env("PULSE_SERVER", &self.address).output().unwrap();
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Plugs the microphone in; returns the number to unplug it by.
    pub fn plug(&mut self, format: &str) -> String {
        let module = self.control(&["load-module", "module-null-sink", "sink_name=vmic", format]).unwrap();
        self.keep_alive("vmic.monitor");
        module
    }

    /// Makes the virtual speaker take sound in small blocks, and waits until it does.
    pub fn speaker_ready(&mut self) {
        self.keep_alive("vspk.monitor");
        let mut monitor = self.keep_alive.last_mut().unwrap().stdout.take().unwrap();
        monitor.read_exact(&mut [0; 4]).unwrap();
        thread::spawn(move || std::io::copy(&mut monitor, &mut std::io::sink()));
    }

    /// The microphone hears what the speaker plays.
    pub fn speaker_beside_microphone(&mut self) {
        self.speaker_ready();
        let way = ["load-module", "module-loopback", "source=vspk.monitor", "sink=vmic", "latency_msec=80"];
        self.control(&way).unwrap();
    }

    /// Without a reader with a short buffer a null sink works in blocks of two seconds.
    fn keep_alive(&mut self, source: &str) {
        let output = if source == "vmic.monitor" { Stdio::null() } else { Stdio::piped() };
        let reader = Command::new("parec")
            .args(["--latency-msec=10", &format!("--device={source}")])
            .env("PULSE_SERVER", &self.address)
            .stdout(output)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.keep_alive.push(reader);
    }

    /// Waits until somebody besides the keep-alive reader listens to `source`.
    pub fn wait_for_listener(&self, source: &str) {
        let listening = (0..400).any(|_| {
            thread::sleep(Duration::from_millis(50));
            let sources = self.control(&["list", "short", "sources"]).unwrap_or_default();
            let number =
                sources.lines().find(|line| line.contains(source)).and_then(|line| line.split('\t').next());
            let outputs = self.control(&["list", "short", "source-outputs"]).unwrap_or_default();
            let on_it = outputs.lines().filter(|line| line.split('\t').nth(1) == number);
            number.is_some() && on_it.count() > 1
        });
        assert!(listening, "nobody listens to {source}");
    }

    pub fn unplug(&mut self, module: &str) {
        self.control(&["unload-module", module]).unwrap();
    }

    /// Plays 48 kHz stereo f32 into the virtual microphone.
    pub fn play(&self, raw: &Path) -> Child {
        Command::new("paplay")
            .args(["--device=vmic", "--raw", "--rate=48000", "--channels=2", "--format=float32le"])
            .arg(raw)
            .env("PULSE_SERVER", &self.address)
            .spawn()
            .unwrap()
    }

    /// Plays a WAV file into the virtual microphone.
    pub fn play_file(&self, wav: &Path) -> Child {
        self.play_file_on("vmic", wav)
    }

    /// Plays a WAV file on a sink.
    pub fn play_file_on(&self, sink: &str, wav: &Path) -> Child {
        Command::new("paplay")
            .arg(format!("--device={sink}"))
            .arg(wav)
            .env("PULSE_SERVER", &self.address)
            .spawn()
            .unwrap()
    }

    /// Listens to what the virtual microphone hears.
    pub fn listen(&self) -> Ear {
        let recorder = Command::new("parec")
            .args(["--latency-msec=10", "--device=vmic.monitor", "--rate=16000", "--channels=1"])
            .arg("--format=s16le")
            .env("PULSE_SERVER", &self.address)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Ear { recorder }
    }

    fn end_keep_alive(&mut self) {
        for mut child in self.keep_alive.drain(..) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    pub fn kill(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.end_keep_alive();
        self.kill();
    }
}

/// Hears whether there is sound.
pub struct Ear {
    recorder: Child,
}

impl Ear {
    /// A pause between words is shorter.
    const SILENCE: u32 = 10;

    /// Waits until something is heard.
    pub fn wait_for_sound(&mut self) {
        while !self.hears_something() {}
    }

    /// Listens to so many seconds of sound.
    pub fn listen_for(&mut self, seconds: u32) {
        for _ in 0..10 * seconds {
            self.wait_for_sound();
        }
    }

    /// Waits until nothing has been heard for a second.
    pub fn wait_for_silence(&mut self) {
        let mut silent = 0;
        while silent < Self::SILENCE {
            silent = if self.hears_something() { 0 } else { silent + 1 };
        }
    }

    /// In the next tenth of a second.
    fn hears_something(&mut self) -> bool {
        let mut block = [0; 3200];
        self.recorder.stdout.as_mut().unwrap().read_exact(&mut block).unwrap();
        block.as_chunks().0.iter().any(|&sample| i16::from_le_bytes(sample).unsigned_abs() > 300)
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let _ = self.recorder.kill();
        let _ = self.recorder.wait();
    }
}
