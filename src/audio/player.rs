//! Playing earcons and replies through a speaker that may come and go.
//!
//! One thread owns the speaker. It opens it for the first sound, keeps it open while sounds come and for a
//! while after, and opens it again when it was lost. Without a speaker every sound ends at once: the
//! assistant works on, and what it would say is in the log and on the status page.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use cpal::{BufferSize, ErrorKind, SupportedBufferSize};

use super::detached::{detached, drop_detached};
use super::devices::{DeviceChoice, DeviceError, DeviceInfo, Direction, Found, find};
use super::playback::{Ender, PcmSource, Progress, Volume};
use super::quiet::quietly;
use super::speaking::{Speaking, SpeakingGuard};
use super::{OwnSound, Pcm, Playback, Played};

/// How sounds are played.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayerSettings {
    /// Which speaker.
    pub device: DeviceChoice,
    /// Loudness from 0 to 1.
    pub volume: f32,
    /// How long after its end a sound still counts as [`Speaking`].
    pub tail: Duration,
    /// Never makes a sound: for rooms where heyroom only shows what it has to say.
    pub silent: bool,
    /// How long the speaker stays open after the last sound. Closing it lets other programs use a device
    /// that cannot be shared, and costs no processor time while nothing is said.
    pub keep_open: Duration,
}

impl Default for PlayerSettings {
    fn default() -> Self {
        Self {
            device: DeviceChoice::default(),
            volume: 1.0,
            tail: Duration::from_millis(200),
            silent: false,
            keep_open: Duration::from_secs(20),
        }
    }
}

/// Most sounds that may wait; what comes after is dropped, since nobody wants to hear it that late.
const QUEUE: usize = 32;
/// How often a playing sound is looked after.
const WATCH: Duration = Duration::from_millis(5);
/// A sound that does not advance for this long has lost its speaker.
const STALL: Duration = Duration::from_millis(1_500);
/// How long to wait for a speaker to open; longer than a sound may be late.
const OPENING: Duration = Duration::from_secs(2);
/// After a failure the speaker is not tried again for this long.
const RETRY: Duration = Duration::from_secs(1);

enum Command {
    Play(Job),
    Stop,
}

/// Plays sounds one after the other. Cloning shares the speaker; it closes with the last clone.
#[derive(Debug, Clone)]
pub struct Player {
    commands: Sender<Command>,
    volume: Volume,
    speaking: Speaking,
    own: OwnSound,
    waiting: Arc<AtomicUsize>,
    silent: bool,
}

impl Player {
    /// Starts the player's thread. A missing speaker is no error.
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub fn start(settings: PlayerSettings) -> io::Result<Self> {
        let (commands, receiver) = mpsc::channel();
        let volume = Volume::new(settings.volume);
        let speaking = Speaking::new(settings.tail);
        let own = OwnSound::default();
        let waiting = Arc::new(AtomicUsize::new(0));
        let silent = settings.silent;
        let worker = Worker {
            settings,
            commands: receiver,
            volume: volume.clone(),
            speaking: speaking.clone(),
            own: own.clone(),
            waiting: Arc::clone(&waiting),
            queue: VecDeque::new(),
            speaker: None,
            opening: None,
            failed: None,
        };
        thread::Builder::new().name("heyroom-player".to_owned()).spawn(move || worker.run())?;
        Ok(Self { commands, volume, speaking, own, waiting, silent })
    }

    /// Opens the speaker once, silently, and reports it.
    ///
    /// # Errors
    ///
    /// [`DeviceError`] when there is none or it cannot be opened.
    pub fn check(device: &DeviceChoice) -> Result<DeviceInfo, DeviceError> {
        let speaker = quietly(|| Speaker::open(device))?;
        let info = speaker.info.clone();
        drop_detached("heyroom-speaker-close", speaker);
        Ok(info)
    }

    /// Plays `pcm` after the sounds that wait. Await the [`Playback`] to know when it ended.
    pub fn play(&self, pcm: Pcm) -> Playback {
        self.queue(pcm, false)
    }

    /// As [`Player::play`], for an earcon: those who listen can tell it from a reply.
    pub fn signal(&self, pcm: Pcm) -> Playback {
        self.queue(pcm, true)
    }

    fn queue(&self, pcm: Pcm, signal: bool) -> Playback {
        let (ender, playback) = Playback::new();
        if self.silent {
            ender.end(Played::Unheard);
        } else if self.waiting.fetch_add(1, Ordering::AcqRel) >= QUEUE {
            self.waiting.fetch_sub(1, Ordering::AcqRel);
            tracing::debug!("too many sounds wait to be played, dropping one");
            ender.end(Played::Stopped);
        } else if let Err(unsent) = self.commands.send(Command::Play(Job::new(pcm, signal, ender))) {
            self.waiting.fetch_sub(1, Ordering::AcqRel);
            if let Command::Play(job) = unsent.0 {
                job.ender.end(Played::Unheard);
            }
        }
        playback
    }

    /// Ends the sound that plays (within some 10 ms, without a click) and drops those that wait.
    pub fn stop(&self) {
        // Without its thread nothing plays.
        let _ = self.commands.send(Command::Stop);
    }

    /// Makes what plays and what comes much softer, or as loud as before: somebody speaks over it.
    pub fn duck(&self, ducked: bool) {
        self.volume.duck(ducked);
    }

    /// When heyroom is heard: to keep its own sound from the recogniser.
    pub fn speaking(&self) -> &Speaking {
        &self.speaking
    }

    /// What it plays, to take it out of what the microphone hears.
    pub fn own_sound(&self) -> &OwnSound {
        &self.own
    }
}

struct Job {
    pcm: Pcm,
    ender: Ender,
    /// An earcon.
    signal: bool,
    /// Where to go on after the speaker was lost.
    start: usize,
    retried: bool,
}

impl Job {
    fn new(pcm: Pcm, signal: bool, ender: Ender) -> Self {
        Self { pcm, ender, signal, start: 0, retried: false }
    }
}

struct Worker {
    settings: PlayerSettings,
    commands: Receiver<Command>,
    volume: Volume,
    speaking: Speaking,
    own: OwnSound,
    waiting: Arc<AtomicUsize>,
    queue: VecDeque<Job>,
    speaker: Option<Box<Speaker>>,
    opening: Option<Receiver<Result<Speaker, DeviceError>>>,
    /// When opening failed last.
    failed: Option<Instant>,
}

/// The last [`Player`] is gone.
struct Closed;

impl Worker {
    fn run(mut self) {
        while self.next_job().is_ok() {
            while let Some(job) = self.queue.pop_front() {
                if self.play(job).is_err() {
                    self.close();
                    return;
                }
            }
        }
        self.close();
    }

    /// Waits for something to play; closes the speaker when nothing comes for long.
    fn next_job(&mut self) -> Result<(), Closed> {
        loop {
            let command = if self.speaker.is_some() {
                self.commands.recv_timeout(self.settings.keep_open)
            } else {
                self.commands.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match command {
                Ok(Command::Stop) => {}
                Ok(Command::Play(job)) => {
                    self.queue.push_back(job);
                    return Ok(());
                }
                Err(RecvTimeoutError::Timeout) => self.close(),
                Err(RecvTimeoutError::Disconnected) => return Err(Closed),
            }
        }
    }

    /// Takes what was asked for while a sound plays; tells whether it shall stop.
    fn poll_commands(&mut self, wait: Duration) -> Result<bool, Closed> {
        let mut stop = false;
        let mut command = self.commands.recv_timeout(wait);
        loop {
            match command {
                Ok(Command::Play(job)) => self.queue.push_back(job),
                Ok(Command::Stop) => {
                    stop = true;
                    while let Some(job) = self.queue.pop_front() {
                        self.finish(job.ender, Played::Stopped);
                    }
                }
                Err(RecvTimeoutError::Timeout) => return Ok(stop),
                Err(RecvTimeoutError::Disconnected) => return Err(Closed),
            }
            command = self.commands.try_recv().map_err(|error| match error {
                mpsc::TryRecvError::Empty => RecvTimeoutError::Timeout,
                mpsc::TryRecvError::Disconnected => RecvTimeoutError::Disconnected,
            });
        }
    }

    fn finish(&self, ender: Ender, played: Played) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
        ender.end(played);
    }

    fn play(&mut self, job: Job) -> Result<(), Closed> {
        let speaker = match self.open_speaker()? {
            Opened::Speaker(speaker) => speaker,
            Opened::Stopped => {
                self.finish(job.ender, Played::Stopped);
                return Ok(());
            }
            Opened::None => {
                self.finish(job.ender, Played::Unheard);
                return Ok(());
            }
        };
        let Ok(pcm) = job.pcm.to_rate(speaker.rate) else {
            tracing::warn!(rate = speaker.rate, "the speaker's sample rate cannot be used");
            self.finish(job.ender, Played::Unheard);
            return Ok(());
        };
        let progress = Arc::new(Progress::default());
        let guard = self.speaking.begin(job.signal);
        let start = job.start;
        let tap = self.own.tap(speaker.rate);
        let source = PcmSource::new(pcm.clone(), start, Arc::clone(&progress), self.volume.clone(), tap);
        speaker.sink.mixer().add(source);
        self.speaker = Some(speaker);
        self.watch(Job { pcm, ..job }, &progress, guard)
    }

    /// Follows a sound to its end.
    fn watch(&mut self, job: Job, progress: &Progress, guard: SpeakingGuard) -> Result<(), Closed> {
        let mut moved = (job.start, Instant::now());
        let mut stopped = false;
        loop {
            // With the last player gone a sound that began still ends.
            match self.poll_commands(WATCH) {
                Ok(stop) => stopped |= stop,
                Err(Closed) => thread::sleep(WATCH),
            }
            if stopped {
                progress.stop.store(true, Ordering::Relaxed);
            }
            if progress.ended.load(Ordering::Acquire) {
                drop(guard);
                self.finish(job.ender, if stopped { Played::Stopped } else { Played::Whole });
                return Ok(());
            }
            let position = progress.position.load(Ordering::Relaxed);
            if position != moved.0 {
                moved = (position, Instant::now());
            }
            let failure = self.speaker.as_mut().and_then(|speaker| speaker.failure());
            let stalled = (moved.1.elapsed() > STALL).then(|| "it takes no more sound".to_owned());
            if let Some(reason) = failure.or(stalled) {
                drop(guard);
                self.lose(job, position, stopped, &reason);
                return Ok(());
            }
        }
    }

    /// The speaker went away during a sound: once, the rest is played on whatever speaker there is then.
    fn lose(&mut self, job: Job, position: usize, stopped: bool, reason: &str) {
        tracing::warn!(%reason, "the speaker is lost");
        self.close();
        if stopped {
            self.finish(job.ender, Played::Stopped);
        } else if job.retried {
            self.finish(job.ender, Played::Unheard);
        } else {
            self.queue.push_front(Job { start: position, retried: true, ..job });
        }
    }

    fn close(&mut self) {
        if let Some(speaker) = self.speaker.take() {
            drop_detached("heyroom-speaker-close", speaker);
        }
    }

    /// The speaker, opened if need be. Opening may take for ever when the sound service hangs; then sounds
    /// end unheard meanwhile.
    fn open_speaker(&mut self) -> Result<Opened, Closed> {
        if let Some(mut speaker) = self.speaker.take() {
            match speaker.failure() {
                None => return Ok(Opened::Speaker(speaker)),
                Some(reason) => {
                    tracing::info!(%reason, "the speaker was lost, opening it again");
                    drop_detached("heyroom-speaker-close", speaker);
                }
            }
        }
        if self.opening.is_none() && self.failed.is_some_and(|failed| failed.elapsed() < RETRY) {
            return Ok(Opened::None);
        }
        if self.opening.is_none() {
            let device = self.settings.device.clone();
            self.opening = detached("heyroom-speaker-open", move || quietly(|| Speaker::open(&device))).ok();
        }
        let start = Instant::now();
        while let Some(opening) = &self.opening {
            match opening.try_recv() {
                Ok(Ok(speaker)) => {
                    self.opening = None;
                    self.failed = None;
                    tracing::debug!(device = %speaker.info.name, id = %speaker.info.id, host = %speaker.info.host,
                        "speaker open");
                    return Ok(Opened::Speaker(Box::new(speaker)));
                }
                Ok(Err(error)) => {
                    self.opening = None;
                    self.fail(&error.to_string());
                    return Ok(Opened::None);
                }
                Err(mpsc::TryRecvError::Disconnected) => self.opening = None,
                Err(mpsc::TryRecvError::Empty) if start.elapsed() > OPENING => {
                    self.fail("the sound service does not answer");
                    return Ok(Opened::None);
                }
                Err(mpsc::TryRecvError::Empty) => {
                    if self.poll_commands(Duration::from_millis(1))? {
                        return Ok(Opened::Stopped);
                    }
                }
            }
        }
        self.fail("it could not be opened");
        Ok(Opened::None)
    }

    /// Notes that there is no speaker; said once until there is one again.
    fn fail(&mut self, reason: &str) {
        if self.failed.replace(Instant::now()).is_none() {
            tracing::debug!(%reason, "no speaker: sounds are not heard");
        }
    }
}

enum Opened {
    Speaker(Box<Speaker>),
    /// There is none.
    None,
    /// Playing was stopped while it opened.
    Stopped,
}

/// A speaker that is open.
struct Speaker {
    info: DeviceInfo,
    rate: u32,
    sink: rodio::MixerDeviceSink,
    errors: Receiver<cpal::Error>,
}

impl Speaker {
    fn open(choice: &DeviceChoice) -> Result<Self, DeviceError> {
        let found = find(Direction::Output, choice)?;
        let unusable = |reason: String| DeviceError::Unusable {
            direction: Direction::Output,
            host: found.host.clone(),
            device: found.name.clone(),
            reason,
            remedy: "choose another one, see `heyroom devices`",
        };
        let rate = found.config.sample_rate();
        if rate == 0 || found.config.channels() == 0 {
            return Err(unusable("it has no sample rate or no channels".to_owned()));
        }
        let (error_in, errors) = mpsc::sync_channel(16);
        let sink = rodio::DeviceSinkBuilder::from_device(found.device.clone()).map(|builder| {
            builder
                .with_supported_config(&found.config)
                .with_buffer_size(buffer_size(&found))
                .with_error_callback(move |error| drop(error_in.try_send(error)))
        });
        let mut sink = sink.and_then(rodio::DeviceSinkBuilder::open_stream).map_err(|error| {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            unusable(source.unwrap_or_else(|| error.to_string()))
        })?;
        sink.log_on_drop(false);
        Ok(Self { info: found.info(Direction::Output, choice.device.is_none()), rate, sink, errors })
    }

    /// Why the speaker is of no more use, if that is so.
    fn failure(&mut self) -> Option<String> {
        while let Ok(error) = self.errors.try_recv() {
            match error.kind() {
                ErrorKind::Xrun | ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => {
                    tracing::debug!(%error, "speaker");
                }
                _ => return Some(error.to_string()),
            }
        }
        None
    }
}

/// 20 ms: an earcon is heard at once.
fn buffer_size(found: &Found) -> BufferSize {
    let block = (found.config.sample_rate() / 50).max(1);
    match *found.config.buffer_size() {
        SupportedBufferSize::Range { min, max } if min <= max => {
            BufferSize::Fixed(block.clamp(min, max).max(1))
        }
        _ if cfg!(unix) => BufferSize::Fixed(block),
        _ => BufferSize::Default,
    }
}
