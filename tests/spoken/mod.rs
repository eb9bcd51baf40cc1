//! Conversations that are really spoken: reading them, and playing them to the whole program.
#![allow(dead_code, reason = "each test that speaks uses a part of it")]

use std::{
    collections::VecDeque,
    fs,
    path::Path,
    process::{Child, Command},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::audio_rig::{Process, Pulse};

/// What plays sound and what speaks.
pub const PROGRAMS: &[&str] = &["pulseaudio", "pactl", "paplay", "parec", "flite", "espeak-ng", "sox"];

/// A setting that leaves time on a busy machine.
pub const PATIENT: &str = "[assistant]\nsleep_after_s = 30.0\nfollow_up_s = 8.0\n";

/// Generous: the machine may be busy. Nothing waits so long when all is well.
const PATIENCE: Duration = Duration::from_secs(60);

/// At most so long it is waited until answers are listened for.
const ANSWERS_AFTER: Duration = Duration::from_secs(5);
/// How the questions begin that are answered.
const ASKS: &[&str] = &["says \"Which one: ", "says \"End the meeting"];

/// One situation: what happens, and what must come of it.
#[derive(Debug)]
pub struct Situation {
    pub title: String,
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    line: usize,
    input: Input,
    expected: Vec<String>,
}

#[derive(Debug)]
enum Input {
    Set(String),
    Say { text: String, voice: String },
    Wait(Duration),
    Room(String),
}

/// Speaks when a line names no voice.
const VOICE: &str = "flite:slt";

impl Situation {
    /// The situations of a file; the error begins with the line.
    pub fn read(text: &str) -> Result<Vec<Self>, String> {
        let mut situations: Vec<Self> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let number = number + 1;
            let told = line.trim();
            if told.is_empty() || told.starts_with('#') {
                continue;
            }
            if let Some(title) = told.strip_prefix("== ") {
                situations.push(Self { title: title.to_owned(), steps: Vec::new() });
                continue;
            }
            let Some(situation) = situations.last_mut() else {
                return Err(format!("{number}: no situation has begun: write `== TITLE` first"));
            };
            if line.starts_with(' ') {
                let Some(step) = situation.steps.last_mut() else {
                    return Err(format!("{number}: nothing has happened yet that could lead to this"));
                };
                step.expected.push(told.to_owned());
                continue;
            }
            let input = input(told).map_err(|problem| format!("{number}: {problem}"))?;
            situation.steps.push(Step { line: number, input, expected: Vec::new() });
        }
        Ok(situations)
    }

    /// Plays it; the error begins with the line.
    pub fn play(&self) -> Result<(), String> {
        let settings: Vec<&str> = self
            .steps
            .iter()
            .filter_map(|step| match &step.input {
                Input::Set(setting) => Some(setting.as_str()),
                _ => None,
            })
            .collect();
        let mut stage = Stage::new(&format!("[assistant]\n{}\n{QUIET}", settings.join("\n")));
        for step in &self.steps {
            stage.play(&step.input, &step.expected).map_err(|problem| format!("{}: {problem}", step.line))?;
        }
        stage.finish()
    }
}

fn input(line: &str) -> Result<Input, String> {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    Ok(match verb {
        "set" => {
            let (key, value) = rest.split_once(' ').ok_or("`set` needs a name and a value")?;
            Input::Set(format!("{key} = {value}"))
        }
        "say" => {
            let missing = "the text of `say` stands in quotation marks";
            let (text, voice) =
                rest.strip_prefix('"').and_then(|rest| rest.split_once('"')).ok_or(missing)?;
            let voice = if voice.is_empty() { VOICE } else { voice.trim() };
            Input::Say { text: text.to_owned(), voice: voice.to_owned() }
        }
        "wait" => {
            let seconds = rest.parse().map_err(|_| format!("`{rest}` is no number of seconds"))?;
            Input::Wait(Duration::from_secs_f64(seconds))
        }
        "room" => Input::Room(rest.to_owned()),
        other => return Err(format!("nobody knows how to `{other}`")),
    })
}

/// Replies that are logged and not spoken.
pub const QUIET: &str = "[speech]\nreplies = \"text\"\nearcons = false\n";

/// A room with a microphone, the assistant and the terminal, each in a process of its own.
pub struct Stage {
    pub folder: tempfile::TempDir,
    pub pulse: Pulse,
    /// The number to unplug the microphone by.
    pub microphone: String,
    pub room: Process,
    pub port: u16,
    pub heyroom: Process,
    /// What the log says that the room was sent.
    sent: Vec<String>,
    /// Lines of the log that were read, but not looked at yet.
    ahead: VecDeque<String>,
    clips: usize,
}

/// The microphone's format.
pub const FORMAT: &str = "rate=48000 channels=2 format=float32le";

impl Stage {
    /// With these settings, besides those of the devices.
    pub fn new(settings: &str) -> Self {
        Self::with(settings, "", |pulse| {
            pulse.control(&["set-default-sink", "vmic"]).unwrap();
        })
    }

    /// The microphone hears the loudspeaker, through which others are heard.
    pub fn beside_a_loudspeaker(settings: &str) -> Self {
        Self::with(settings, "output = \"vspk\"\n", Pulse::speaker_beside_microphone)
    }

    fn with(settings: &str, audio: &str, prepare: impl FnOnce(&mut Pulse)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut pulse = Pulse::start(folder.path());
        let microphone = pulse.plug(FORMAT);
        prepare(&mut pulse);
        let (room, port) = simulate(0);
        let config = folder.path().join("heyroom.toml");
        fs::write(&config, format!("{settings}\n[audio]\ninput = \"vmic.monitor\"\n{audio}")).unwrap();
        let mut command = Command::new("sh");
        command
            .args(["-c", "exec \"$@\" 2>&1", "sh", env!("CARGO_BIN_EXE_heyroom"), "run", "-v", "--config"])
            .arg(config)
            .args(["--room", &format!("ws://127.0.0.1:{port}")])
            .env("PULSE_SERVER", &pulse.address)
            .env_remove("HEYROOM_LOG");
        let mut heyroom = Process::start(&mut command);
        // The address book comes with the connection, long before the model is loaded.
        heyroom.expect("listening; say");
        Self {
            folder,
            pulse,
            microphone,
            room,
            port,
            heyroom,
            sent: Vec::new(),
            ahead: VecDeque::new(),
            clips: 0,
        }
    }

    fn play(&mut self, input: &Input, expected: &[String]) -> Result<(), String> {
        let mut speaker = None;
        match input {
            Input::Set(_) => return Ok(()),
            Input::Say { text, voice } => speaker = Some(self.say(text, voice)),
            Input::Wait(time) => {
                // Time is what happens here.
                return self.nothing_for(*time);
            }
            Input::Room(command) => self.room.tell(command),
        }
        for line in expected {
            match (line.as_str(), &mut speaker) {
                ("still speaking", Some(speaker)) => {
                    if speaker.try_wait().unwrap().is_some() {
                        return Err("the speaker had ended before".to_owned());
                    }
                }
                _ => self.comes(line)?,
            }
        }
        if let Some(mut speaker) = speaker {
            assert!(speaker.wait().unwrap().success(), "the sound server did not play");
        }
        Ok(())
    }

    /// Nobody answers a question within a tenth of a second; a test would, while a busy machine still prepares to listen
    /// for the answer.
    fn think(&mut self) {
        let end = Instant::now() + ANSWERS_AFTER;
        while let Some(line) = self.heyroom.next_line(end) {
            let ready = line.contains("listens for answers only");
            self.ahead.push_back(line);
            if ready {
                return;
            }
        }
    }

    fn next_line(&mut self, end: Instant) -> Option<String> {
        self.ahead.pop_front().or_else(|| self.heyroom.next_line(end))
    }

    /// Begins to speak into the microphone.
    pub fn say(&mut self, text: &str, voice: &str) -> Child {
        let clip = self.clip(text, voice);
        self.pulse.play_file(&clip)
    }

    /// Somebody speaks to the end.
    pub fn says(&mut self, text: &str) {
        assert!(self.say(text, VOICE).wait().unwrap().success());
    }

    /// Maria Garcia calls and is answered.
    pub fn in_a_call(&mut self) {
        self.room.tell("ring maria");
        self.comes("event inviteReceived").unwrap();
        self.says("answer");
        self.comes("does Answer").unwrap();
        self.comes("sends accept {}").unwrap();
    }

    /// Somebody begins to speak at the other end of a call.
    pub fn far_end_says(&mut self, text: &str, voice: &str) -> Child {
        let clip = self.clip(text, voice);
        self.pulse.play_file_on("vspk", &clip)
    }

    fn clip(&mut self, text: &str, voice: &str) -> std::path::PathBuf {
        self.clips += 1;
        let clip = self.folder.path().join(format!("{}.wav", self.clips));
        synthesise(text, voice, &clip);
        clip
    }

    /// Waits for the next thing of note, which must be this one.
    pub fn comes(&mut self, wanted: &str) -> Result<(), String> {
        if let Some(event) = wanted.strip_prefix("event ") {
            return self.room_tells(event);
        }
        loop {
            let Some(happened) = self.next_happening() else {
                return Err(format!("missing: {wanted}; the log:\n{}", self.heyroom.seen().join("\n")));
            };
            // Long replies may be given by their beginning: `says "You can say ..."`.
            let begun = wanted.strip_suffix(" ...\"").is_some_and(|begun| happened.starts_with(begun));
            if happened == wanted || begun {
                if ASKS.iter().any(|question| wanted.starts_with(question)) {
                    self.think();
                }
                return Ok(());
            }
            if !MAY_BE_LEFT_OUT.contains(&happened.as_str()) {
                let log = self.heyroom.seen().join("\n");
                return Err(format!("was to come: {wanted}; came: {happened}; the log:\n{log}"));
            }
        }
    }

    /// Waits for one of these, whatever else comes before it, and returns it.
    pub fn first_of(&mut self, wanted: &[&str]) -> String {
        loop {
            let [happened] = &self.next_of_note(1)[..] else { continue };
            if wanted.contains(&happened.as_str()) {
                return happened.clone();
            }
        }
    }

    /// The next things of note in alphabetical order, for those that come in any order.
    pub fn next_of_note(&mut self, count: usize) -> Vec<String> {
        let mut happened = Vec::new();
        while happened.len() < count {
            let Some(next) = self.next_happening() else {
                panic!("nothing came; the log:\n{}", self.heyroom.seen().join("\n"));
            };
            happened.extend(Some(next).filter(|next| !MAY_BE_LEFT_OUT.contains(&next.as_str())));
        }
        happened.sort();
        happened
    }

    fn next_happening(&mut self) -> Option<String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let happened = told(&self.next_line(end)?);
            if let Some(sent) = happened.as_ref().filter(|line| line.starts_with("sends ")) {
                self.sent.push(sent.clone());
            }
            if happened.is_some() {
                return happened;
            }
        }
    }

    /// The terminal is switched off.
    pub fn end_room(&mut self) {
        self.room.child.kill().unwrap();
        self.room.child.wait().unwrap();
    }

    /// Another one is switched on in its place.
    pub fn new_room(&mut self) {
        self.room = simulate(self.port).0;
    }

    pub fn unplug(&mut self) {
        self.pulse.unplug(&self.microphone);
    }

    pub fn plug(&mut self) {
        self.microphone = self.pulse.plug(FORMAT);
    }

    /// Waits until the terminal tells this event.
    fn room_tells(&mut self, event: &str) -> Result<(), String> {
        let end = Instant::now() + PATIENCE;
        while let Some(line) = self.room.next_line(end) {
            let record: Value = serde_json::from_str(&line).unwrap_or_default();
            if record["kind"] == "event" && record["message"]["event"] == event {
                return Ok(());
            }
        }
        Err(format!("the room did not tell {event}, but: {:#?}", self.room.seen()))
    }

    fn nothing_for(&mut self, time: Duration) -> Result<(), String> {
        let end = Instant::now() + time;
        while let Some(line) = self.next_line(end) {
            if let Some(happened) = told(&line).filter(|told| !MAY_BE_LEFT_OUT.contains(&told.as_str())) {
                return Err(format!("nothing was to happen, but: {happened}"));
            }
        }
        Ok(())
    }

    /// Compares what arrived at the room with what the log says was sent.
    fn finish(mut self) -> Result<(), String> {
        // Whatever is still to come, comes.
        self.nothing_for(Duration::from_millis(500))?;
        let arrived = self.arrived();
        let sent: Vec<&str> = self.sent.iter().filter_map(|line| line.split(' ').nth(1)).collect();
        if arrived == sent { Ok(()) } else { Err(format!("sent was {sent:?}, but {arrived:?} arrived")) }
    }

    /// The methods that the room was sent, without questions.
    pub fn arrived(&mut self) -> Vec<String> {
        while self.room.next_line(Instant::now()).is_some() {}
        let method = |line: &String| {
            let record: Value = serde_json::from_str(line).ok()?;
            let method = record["message"]["method"].as_str()?;
            let question = method.starts_with("get") || method == "auth";
            (record["kind"] == "request" && !question).then(|| method.to_owned())
        };
        self.room.seen().iter().filter_map(method).collect()
    }
}

/// These need not be written where they do not matter.
const MAY_BE_LEFT_OUT: &[&str] = &["sleeps", "ignores"];

/// A line of the log as conversations write it; none for what they leave out.
fn told(line: &str) -> Option<String> {
    // Time, level, message.
    let message = line.trim_start().split_once(' ')?.1.trim_start().split_once(' ')?.1.trim();
    Some(match message {
        "awake" => "wakes".to_owned(),
        "asleep" => "sleeps".to_owned(),
        "not meant for the assistant" => "ignores".to_owned(),
        message if message.starts_with("says \"") => message.to_owned(),
        message => {
            if let Some(command) = message.strip_prefix("understood ") {
                format!("does {command}")
            } else if let Some(request) = message.strip_prefix("to the room: ") {
                let end = request.rfind('}').map_or(request.len(), |end| end + 1);
                format!("sends {}", &request[..end])
            } else if let Some((text, _)) = message.split_once("\" was not acted upon: ") {
                format!("refuses {text}\"")
            } else if let Some((intent, _)) = message.split_once(" was not meant and is undone") {
                format!("takes back {intent}")
            } else {
                return None;
            }
        }
    })
}

/// `heyroom simulate` on `port` (0: a free one); returns it with the port that it got.
pub fn simulate(port: u16) -> (Process, u16) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heyroom"));
    command.args(["simulate", "--json", "--repl", "--seed", "1", "--port", &port.to_string()]);
    let mut process = Process::start_reading(&mut command);
    let listening: Value = serde_json::from_str(&process.expect("listening")).unwrap();
    let url = listening["ws"].as_str().unwrap().trim_end_matches('/').to_owned();
    (process, url.rsplit(':').next().unwrap().parse().unwrap())
}

/// Speaks `text` into a WAV file, as loud as a person near the microphone, with a moment of silence around it. Where a
/// `|` stands, the speaker pauses.
fn synthesise(text: &str, voice: &str, file: &Path) {
    let (engine, name) = voice.split_once(':').unwrap_or(("flite", voice));
    let mut sox = Command::new("sox");
    for (number, part) in text.split('|').enumerate() {
        let part_file = file.with_extension(format!("{number}.wav"));
        let mut command = Command::new(if engine == "espeak" { "espeak-ng" } else { "flite" });
        match engine {
            "flite" => command.args(["-voice", name, "-t", part.trim(), "-o"]).arg(&part_file),
            "espeak" => {
                command.args(["-v", name, "-s", "150", "-w"]).arg(&part_file).args(["--", part.trim()])
            }
            other => panic!("no engine `{other}`: voices are `flite:NAME` and `espeak:NAME`"),
        };
        assert!(command.status().unwrap().success(), "{command:?}");
        let padded = file.with_extension(format!("{number}.padded.wav"));
        let mut pad = Command::new("sox");
        pad.arg(&part_file).args(["-r", "48000"]).arg(&padded).args(["pad", "0.2", "0.3"]);
        assert!(pad.status().unwrap().success(), "{pad:?}");
        sox.arg(padded);
    }
    sox.arg(file).args(["gain", "-n", "-6"]);
    assert!(sox.status().unwrap().success(), "{sox:?}");
}
