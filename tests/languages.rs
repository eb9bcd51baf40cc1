//! Languages at run time, with the whole program: recordings in, the simulated room at the other end.
//!
//! The bundled model is the only one that every machine has, so it is also the model of a second language here, whose
//! grammar happens to be made of English words. What is tested is the change itself, which is the same for any model.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

mod audio_rig;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use audio_rig::Process;
use heyroom::audio::WavReader;

const RATE: u32 = 16_000;

/// Settings and grammars in a folder of their own.
struct Installation {
    folder: tempfile::TempDir,
}

impl Installation {
    /// `settings` come before everything else in the file; each language has its grammar's text.
    fn new(settings: &str, grammars: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("grammars")).unwrap();
        for (language, text) in grammars {
            let file = folder.path().join("grammars").join(language).with_extension("yaml");
            fs::write(file, format!("language: {language}\n{text}")).unwrap();
        }
        let text = format!(
            "{settings}\n[models]\nxx = \"vosk-model-room-en\"\n[speech]\nreplies = \"text\"\nearcons = false\n"
        );
        fs::write(folder.path().join("heyroom.toml"), text).unwrap();
        Self { folder }
    }

    /// Clips of the demo with seconds of silence behind each, as one recording.
    fn recording(&self, clips: &[(&str, f64)]) -> PathBuf {
        let file = self.folder.path().join("said.wav");
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(&file, spec).unwrap();
        for (clip, silence) in clips {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(clip);
            let mut reader = WavReader::open(&path).unwrap();
            let (rate, channels) = (reader.format().rate, usize::from(reader.format().channels));
            let samples = reader.read_to_end().unwrap();
            let mono: Vec<f32> = samples.chunks(channels).map(|frame| frame[0]).collect();
            let length = mono.len() * RATE as usize / rate as usize;
            for index in 0..length {
                let at = index as f64 * f64::from(rate) / f64::from(RATE);
                let (whole, part) = (at as usize, at.fract() as f32);
                let next = mono.get(whole + 1).copied().unwrap_or(0.0);
                let sample = mono[whole] * (1.0 - part) + next * part;
                writer.write_sample((sample * 32_767.0) as i16).unwrap();
            }
            for _ in 0..(silence * f64::from(RATE)) as usize {
                writer.write_sample(0_i16).unwrap();
            }
        }
        writer.finalize().unwrap();
        file
    }

    /// `heyroom run` with its log lines as output.
    fn run(&self, recording: &Path) -> Process {
        let mut command = Command::new("sh");
        command
            .args(["-c", "exec \"$@\" 2>&1", "sh", env!("CARGO_BIN_EXE_heyroom"), "run", "-v", "--config"])
            .arg(self.folder.path().join("heyroom.toml"))
            .args(["--room", "simulator", "--grammars"])
            .arg(self.folder.path().join("grammars"))
            .arg("--input")
            .arg(recording);
        Process::start(&mut command)
    }
}

/// The language of the room, woken by its own phrase; its only command asks for another language.
fn first(wake: &str, wanted: &str) -> String {
    format!(
        r#"
wake_phrases: ["{wake}"]
intents:
  Other:
    data:
      - sentences: ["hang up"]
        actions:
          - do: language
            params: {{language: {wanted}}}
lists:
  language:
    values:
      - {{in: "testish", out: "xx"}}
      - {{in: "martian", out: "yy"}}
responses:
  assistant:
    no_language: "No {{language}} here"
"#
    )
}

const SECOND: &str = r#"
wake_phrases: ["hey room"]
intents:
  Silence:
    data:
      - sentences: ["mute the microphone"]
        actions:
          - room: setMicMute
            params: {mute: true}
lists:
  language:
    values:
      - {in: "our own tongue", out: "xx"}
responses:
  assistant:
    speaking: "From now on {language}"
"#;

#[test]
fn a_wake_phrase_of_another_language_is_followed_by_a_command_in_it() {
    let first = first("okay computer", "xx");
    let room = Installation::new("languages = [\"en\", \"xx\"]", &[("en", &first), ("xx", SECOND)]);
    let mut heyroom = room.run(&room.recording(&[("mute.wav", 0.5)]));
    heyroom.expect("called in the language \"xx\"");
    heyroom.expect("the language is \"xx\" now");
    heyroom.expect("understood Silence");
    heyroom.expect("to the room: setMicMute {\"mute\":true}");
    heyroom.finish();
}

#[test]
fn a_language_that_is_asked_for_is_announced_in_its_own_words_and_leaves_again() {
    let first = first("hey room", "xx");
    let settings = "[assistant]\nreturn_to_default_s = 10\n[recognizer]\nrelease_model_after_s = 0";
    let room = Installation::new(settings, &[("en", &first), ("xx", SECOND)]);
    let recording = room.recording(&[("hang-up.wav", 8.0), ("mute.wav", 20.0)]);
    let mut heyroom = room.run(&recording);
    heyroom.expect("understood Other");
    heyroom.expect("the language is \"xx\" now");
    heyroom.expect("says \"From now on our own tongue\"");
    heyroom.expect("to the room: setMicMute");
    heyroom.expect("the language is \"en\" now");
    heyroom.finish();
}

#[test]
fn a_language_without_a_model_is_declined_and_the_way_to_it_is_logged() {
    let first = first("hey room", "yy");
    let room = Installation::new("", &[("en", &first), ("xx", SECOND)]);
    let mut heyroom = room.run(&room.recording(&[("hang-up.wav", 0.5)]));
    let told = heyroom.expect("cannot be spoken");
    assert!(told.contains("heyroom models install yy"), "{told}");
    heyroom.expect("says \"No martian here\"");
    heyroom.finish();
}

#[test]
fn a_configured_language_must_be_there() {
    let first = first("hey room", "xx");
    let room = Installation::new("languages = [\"yy\"]", &[("en", &first)]);
    let mut heyroom = room.run(&room.recording(&[("mute.wav", 0.0)]));
    let told = heyroom.expect("`languages` in the settings");
    assert!(told.contains("\"yy\""), "{told}");
    let told = if told.contains("models install") { told } else { heyroom.expect("models install yy") };
    assert!(!told.is_empty());
}
