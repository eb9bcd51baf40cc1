//! Conversations as text: reading and playing them.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use heyroom::{
    assistant::{
        dialogue::{
            Dialogue, Effect, Event, Facts, Notice, Partial, Refusal, Scope, Settings, Spoken, State,
        },
        replies::Replies,
        wake::WakePhrases,
    },
    audio::PlayedIn,
    grammar::{Candidate, Contact, Context, Grammar, Match, Pack},
};

/// Compiling the pack takes longer than most conversations.
static ENGLISH: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&Pack::bundled("en").unwrap()));

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

#[derive(Debug, Clone)]
enum Input {
    People(Vec<Contact>),
    Room(Vec<(String, bool)>),
    Setting(String, f64),
    Begin,
    Hear(Partial),
    Say(Spoken),
    Wait(Duration),
    Event(Event),
    Reload { without: Option<String> },
}

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
        let mut stage = Stage::new();
        for step in &self.steps {
            let effects = stage.play(step.input.clone());
            stage.judge(&effects, &step.expected).map_err(|problem| format!("{}: {problem}", step.line))?;
        }
        Ok(())
    }
}

/// A text in quotation marks, and what stands behind it.
fn quoted<'a>(verb: &str, rest: &'a str) -> Result<(&'a str, Vec<&'a str>), String> {
    let missing = || format!("the text of `{verb}` stands in quotation marks");
    let (text, rest) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')).ok_or_else(missing)?;
    Ok((text, rest.split_whitespace().collect()))
}

fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

fn switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        other => Err(format!("`{other}` is neither `on` nor `off`")),
    }
}

fn input(line: &str) -> Result<Input, String> {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim();
    Ok(match verb {
        "people" => Input::People(rest.split(',').map(|person| contact(person.trim())).collect()),
        "room" => {
            let fact = |key: &str| (key.trim_start_matches('!').to_owned(), !key.starts_with('!'));
            Input::Room(rest.split_whitespace().map(fact).collect())
        }
        "set" => {
            let (key, value) = rest.split_once(' ').ok_or("`set` needs a name and a value")?;
            Input::Setting(key.to_owned(), number(value)?)
        }
        "begin" => Input::Begin,
        "hear" | "pause" => {
            let (text, options) = quoted(verb, rest)?;
            let mut partial = Partial { words: words(text), stable: 1, ..Partial::default() };
            if verb == "pause" {
                let confidence = options.first().map_or(Ok(0.9), |value| number(value))?;
                let silence = Duration::from_millis(150);
                let confidences = Some(vec![confidence as f32; partial.words.len()]);
                partial = Partial { silence, stable: u32::MAX, confidences, ..partial };
            }
            for option in options.iter().filter(|_| verb == "hear") {
                match option.split_once('=') {
                    Some(("silence", ms)) => partial.silence = Duration::from_millis(number(ms)? as u64),
                    Some(("stable", count)) => partial.stable = number(count)? as u32,
                    _ => return Err(format!("`hear` knows `silence=MS` and `stable=COUNT`, not `{option}`")),
                }
            }
            Input::Hear(partial)
        }
        "say" => {
            let (text, options) = quoted(verb, rest)?;
            let mut confidence = 0.9;
            let mut length = None;
            let mut played = None;
            for option in options {
                match option.split_once('=') {
                    Some(("length", ms)) => length = Some(Duration::from_millis(number(ms)? as u64)),
                    Some(("played", part)) => {
                        played = Some(match part {
                            "nothing" => PlayedIn::Nothing,
                            "over" => PlayedIn::Over,
                            "echo" => PlayedIn::Echo,
                            other => {
                                return Err(format!(
                                    "`played` is `nothing`, `over` or `echo`, not `{other}`"
                                ));
                            }
                        });
                    }
                    None => confidence = number(option)?,
                    _ => {
                        return Err(format!(
                            "`say` knows a confidence, `length=MS` and `played=...`, not `{option}`"
                        ));
                    }
                }
            }
            let words: Vec<_> = words(text).into_iter().map(|word| (word, confidence as f32)).collect();
            let played = played.map(|played| vec![played; words.len()]);
            Input::Say(Spoken { words, length, played, ..Spoken::default() })
        }
        "wait" => Input::Wait(Duration::from_secs_f64(number(rest)?)),
        "speak" => Input::Event(Event::Speaking(quoted(verb, rest)?.0.to_owned())),
        "quiet" => Input::Event(Event::Quiet),
        "far-end" => Input::Event(Event::FarEnd(switch(rest)?)),
        "push" => Input::Event(Event::PushToTalk),
        "privacy" => Input::Event(Event::Privacy(switch(rest)?)),
        "reload" => Input::Reload { without: rest.strip_prefix("without ").map(str::to_owned) },
        "microphone" => Input::Event(match rest {
            "lost" => Event::MicrophoneLost,
            "back" => Event::MicrophoneRestored,
            other => return Err(format!("the microphone is `lost` or `back`, not `{other}`")),
        }),
        other => return Err(format!("nobody knows how to `{other}`")),
    })
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// `Ann Lee <ann@example.org>`, or the name alone.
fn contact(text: &str) -> Contact {
    match text.trim_end_matches('>').split_once(" <") {
        Some((name, id)) => Contact { id: id.to_owned(), name: name.to_owned() },
        None => Contact { id: text.to_lowercase().replace(' ', "."), name: text.to_owned() },
    }
}

struct Stage {
    dialogue: Dialogue,
    grammar: Grammar,
    people: Vec<Contact>,
    facts: Context,
    settings: Settings,
    /// Questions are heard when a line says so, not at once.
    slow_voice: bool,
    now: Instant,
}

impl Stage {
    fn new() -> Self {
        let settings = Settings::new(WakePhrases::new(["hey room"]));
        let facts = [("connected", true), ("in_call", false), ("ringing", false), ("calling", false)];
        let mut stage = Self {
            dialogue: Dialogue::new(settings.clone()),
            grammar: ENGLISH.clone(),
            people: ["John Smith", "John Brown", "Ann Lee", "Maria Garcia"].map(contact).to_vec(),
            facts: facts.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect(),
            settings,
            slow_voice: false,
            now: Instant::now(),
        };
        stage.name_people();
        stage.room();
        stage
    }

    fn name_people(&mut self) {
        self.grammar.set_contacts(&self.people);
        self.grammar.set_participants(&self.people);
    }

    fn room(&mut self) -> Vec<Effect> {
        let ringing = self.facts.get("ringing") == Some(&true.into());
        self.event(Event::Room(Facts { ringing, context: self.facts.clone() }))
    }

    fn event(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = self.dialogue.step(event, self.now, &self.grammar);
        if !self.slow_voice && effects.iter().any(Effect::is_question) {
            // Asked in no time, unless a line tells otherwise.
            effects.extend(self.dialogue.step(Event::Settled, self.now, &self.grammar));
        }
        effects
    }

    fn play(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::People(people) => {
                self.people = people;
                self.name_people();
                Vec::new()
            }
            Input::Room(facts) => {
                self.facts.extend(facts.into_iter().map(|(key, value)| (key, value.into())));
                self.room()
            }
            Input::Setting(key, value) => {
                let seconds = Duration::from_secs_f64(value);
                match key.as_str() {
                    "follow_up_s" => self.settings.follow_up = seconds,
                    "privacy_s" => self.settings.privacy_for = Some(seconds),
                    "wake" => self.settings.wake_on = value > 0.0,
                    "answer_without_wake" => self.settings.wake_optional = value > 0.0,
                    "slow_voice" => self.slow_voice = value > 0.0,
                    "far_end_guard" => self.settings.far_end_guard = value > 0.0,
                    other => panic!("no conversation can set `{other}`"),
                }
                self.dialogue = Dialogue::new(self.settings.clone());
                self.room()
            }
            Input::Begin => self.event(Event::SpeechBegan),
            Input::Hear(partial) => self.event(Event::Partial(partial)),
            Input::Say(spoken) => self.event(Event::Said(spoken)),
            Input::Event(event) => self.event(event),
            Input::Reload { without } => {
                let mut pack = self.grammar.pack().clone();
                if let Some(intent) = without {
                    assert!(pack.intents.shift_remove(&intent).is_some(), "no intent {intent}");
                }
                self.grammar = Grammar::new(&pack);
                self.name_people();
                self.event(Event::Reloaded)
            }
            Input::Wait(time) => {
                let end = self.now + time;
                let mut effects = Vec::new();
                while let Some(deadline) = self.dialogue.deadline().filter(|deadline| *deadline <= end) {
                    self.now = self.now.max(deadline);
                    effects.extend(self.event(Event::Tick));
                }
                self.now = end;
                effects
            }
        }
    }

    fn judge(&self, effects: &[Effect], expected: &[String]) -> Result<(), String> {
        let (states, expected): (Vec<&str>, Vec<&str>) =
            expected.iter().map(String::as_str).partition(|line| line.starts_with("is "));
        let technical = |line: &str| {
            ["ends after", "listens for", "speaks "].iter().find(|begin| line.starts_with(**begin))
        };
        let wanted = |line: &String| match technical(line) {
            Some(kind) => expected.iter().any(|line| line.starts_with(kind)),
            None => true,
        };
        let happened: Vec<String> = effects.iter().filter_map(told).filter(wanted).collect();
        if happened != expected {
            let happened = happened.join(", ");
            return Err(match expected.as_slice() {
                [] => format!("nothing was to happen, but: {happened}"),
                expected => format!("was to happen: {}; happened: {happened}", expected.join(", ")),
            });
        }
        let state = match self.dialogue.state() {
            State::Asleep => "asleep",
            State::Awake => "awake",
            State::Confirming => "confirming",
            State::Choosing => "choosing",
            State::Ringing => "ringing",
            State::InCall => "in a call",
            State::Speaking => "speaking",
            State::Muted => "muted",
        };
        match states.iter().filter_map(|line| line.strip_prefix("is ")).find(|wanted| *wanted != state) {
            Some(wanted) => Err(format!("the assistant is {state}, not {wanted}")),
            None => Ok(()),
        }
    }
}

/// An effect as conversations write it; none for what conversations leave out.
fn told(effect: &Effect) -> Option<String> {
    let command = |found: &Match| {
        let values: Vec<String> = found.slots.values().map(|slot| format!(" {}", slot.name())).collect();
        format!("{}{}", found.intent, values.concat())
    };
    let names = |candidates: &[Candidate]| Replies::of(ENGLISH.pack()).told_apart(candidates).join(", ");
    Some(match effect {
        Effect::Wake => "wakes".to_owned(),
        Effect::Sleep => "sleeps".to_owned(),
        Effect::Act(found) => format!("does {}", command(found)),
        Effect::TakeBack(found) => format!("takes back {}", command(found)),
        Effect::Confirm(found) => format!("asks \"{}\"", found.confirm.clone().unwrap_or_default()),
        Effect::ConfirmAgain(_) => "asks for yes or no".to_owned(),
        Effect::Choose { candidates, .. } => format!("asks which: {}", names(candidates)),
        Effect::ChooseAgain { candidates } => format!("asks again which: {}", names(candidates)),
        Effect::Continue => "waits for the rest".to_owned(),
        Effect::Cancelled => "cancels".to_owned(),
        Effect::Refused { refusal, aloud } => {
            let why = match refusal {
                Refusal::Unknown => "unknown",
                Refusal::NotNow => "not now",
                Refusal::LowConfidence => "badly heard",
                Refusal::TooShort => "too short",
                Refusal::TooMany => "too many",
            };
            format!("refuses: {why}{}", if *aloud { "" } else { ", quietly" })
        }
        Effect::Ignored => "ignores".to_owned(),
        Effect::Interrupt => "stops speaking".to_owned(),
        Effect::Duck(true) => "speaks softly".to_owned(),
        Effect::Duck(false) => "speaks up again".to_owned(),
        Effect::Endpoint(pause) => format!("ends after {} ms", pause.as_millis()),
        Effect::DropRest => "drops the rest".to_owned(),
        Effect::Narrow(Scope::Everything) => "listens for everything".to_owned(),
        Effect::Narrow(Scope::Answers { .. }) => "listens for answers".to_owned(),
        Effect::Privacy { on, aloud } => {
            format!("privacy {}{}", if *on { "on" } else { "off" }, if *aloud { "" } else { ", quietly" })
        }
        Effect::Tell(notice) => match notice {
            Notice::RoomLost => "tells: room lost",
            Notice::RoomBack => "tells: room back",
            Notice::MicrophoneLost => "tells: microphone lost",
            Notice::MicrophoneBack => "tells: microphone back",
        }
        .to_owned(),
        Effect::Keep => return None,
    })
}
