//! Grammar files that are changed while the assistant runs: a real process, real files, a recording that speaks before
//! and after the change.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

mod audio_rig;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use audio_rig::Process;

/// The silence in which the files are changed.
const SILENCE: usize = 10;

/// "Hey room, mute the microphone", a long silence, and the same again.
fn recording(folder: &Path) -> PathBuf {
    let clip = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/mute.wav");
    let mut reader = hound::WavReader::open(clip).unwrap();
    let spec = reader.spec();
    let said: Vec<i16> = reader.samples().map(Result::unwrap).collect();
    let path = folder.join("twice.wav");
    let mut writer = hound::WavWriter::create(&path, spec).unwrap();
    let silence = vec![0; SILENCE * spec.sample_rate as usize * usize::from(spec.channels)];
    for sample in said.iter().chain(&silence).chain(&said) {
        writer.write_sample(*sample).unwrap();
    }
    writer.finalize().unwrap();
    path
}

fn grammar(action: &str, reply: &str) -> String {
    format!(
        "language: en\nintents:\n  Mute:\n    actions: [{{room: {action}, params: {{mute: true}}}}]\n    data:\n      \
         - sentences: [\"mute the microphone\"]\nresponses: {{Mute: \"{reply}\"}}\n"
    )
}

#[test]
fn a_saved_file_is_used_and_a_broken_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let grammars = folder.path().join("grammars");
    fs::create_dir(&grammars).unwrap();
    let file = grammars.join("en.yaml");
    fs::write(&file, grammar("setMicMute", "the microphone sleeps")).unwrap();
    let config = folder.path().join("heyroom.toml");
    fs::write(&config, "[speech]\nreplies = \"text\"\nearcons = false\n").unwrap();
    let mut command = Command::new("sh");
    command
        .args(["-c", "exec \"$@\" 2>&1", "sh", env!("CARGO_BIN_EXE_heyroom"), "run", "--room", "simulator"])
        .arg("--config")
        .arg(config)
        .arg("--grammars")
        .arg(&grammars)
        .arg("--input")
        .arg(recording(folder.path()));
    let mut heyroom = Process::start(&mut command);
    heyroom.expect("to the room: setMicMute");
    heyroom.expect("says \"the microphone sleeps\"");

    // Half a file, as an editor may leave it behind.
    let next = grammar("setVideoMute", "the camera sleeps");
    fs::write(&file, &next[..next.len() / 2]).unwrap();
    heyroom.expect("the changed grammar cannot be used, the one from before stays in use");
    heyroom.expect("en.yaml:");

    // Words by which nobody could wake it any more.
    fs::write(&file, format!("wake_phrases: [xyzzyq]\n{next}")).unwrap();
    heyroom.expect("the changed grammar cannot be used, the one from before stays in use");
    heyroom.expect("cannot hear any of the wake phrases (xyzzyq)");

    // The whole file, in the way of editors that write a new one and rename it.
    let new = folder.path().join("new");
    fs::write(&new, &next).unwrap();
    let saved = Instant::now();
    fs::rename(&new, &file).unwrap();
    heyroom.expect("the changed grammar is in use");
    let took = saved.elapsed();
    assert!(
        took < Duration::from_secs(3),
        "in use after {took:?}; on an idle machine it takes half a second"
    );

    heyroom.expect("to the room: setVideoMute");
    heyroom.expect("says \"the camera sleeps\"");
    heyroom.finish();
}
