//! Everything together, in processes of its own: a virtual microphone with recorded speech, `heyroom run`, and
//! `heyroom simulate` as the room.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

mod audio_rig;

use std::{
    fs,
    io::Write,
    net::TcpStream,
    path::{Path, PathBuf},
    process::Command,
};

use audio_rig::{Process, Pulse, have};
use heyroom::audio::WavReader;

const PROGRAMS: &[&str] = &["pulseaudio", "pactl", "paplay", "parec"];

fn asset(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(name)
}

/// A clip of the demo as 48 kHz stereo, as a sound server plays it.
fn clip(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name).with_extension("f32");
    fs::write(&path, audio_rig::stereo_bytes(&at_48_khz(name))).unwrap();
    path
}

/// The wake phrase of a clip, a pause of another length than it has there, and its command.
fn with_pause(folder: &Path, name: &str, wake_ends: f64, command_begins: f64, pause: f64) -> PathBuf {
    let at = |seconds: f64| (seconds * 48_000.0) as usize;
    let whole = at_48_khz(name);
    let mut samples = whole[..at(wake_ends)].to_vec();
    samples.resize(samples.len() + at(pause), 0.0);
    samples.extend(&whole[at(command_begins)..]);
    let path = folder.join(format!("{pause}-{name}")).with_extension("f32");
    fs::write(&path, audio_rig::stereo_bytes(&samples)).unwrap();
    path
}

fn at_48_khz(name: &str) -> Vec<f32> {
    let mut reader = WavReader::open(&asset(name)).unwrap();
    let (rate, channels) = (reader.format().rate, usize::from(reader.format().channels));
    let samples = reader.read_to_end().unwrap();
    let mono: Vec<f32> = samples.chunks(channels).map(|frame| frame[0]).collect();
    let length = mono.len() * 48_000 / rate as usize;
    // Linear is enough: what it adds lies above what speech has.
    (0..length)
        .map(|index| {
            let at = index as f64 * f64::from(rate) / 48_000.0;
            let (whole, part) = (at as usize, at.fract() as f32);
            let next = mono.get(whole + 1).copied().unwrap_or(0.0);
            mono[whole] * (1.0 - part) + next * part
        })
        .collect()
}

/// `heyroom simulate` on `port` (0: a free one); returns it with the port that it got.
fn simulate(port: u16) -> (Process, u16) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heyroom"));
    command.args(["simulate", "--json", "--seed", "1", "--port", &port.to_string()]);
    let mut process = Process::start(&mut command);
    let line = process.expect("listening");
    let listening: serde_json::Value = serde_json::from_str(&line).unwrap();
    let url = listening["ws"].as_str().unwrap().trim_end_matches('/').to_owned();
    let port = url.rsplit(':').next().unwrap().parse().unwrap();
    (process, port)
}

/// `heyroom run` with its log lines as output.
fn run(folder: &Path, port: u16, arguments: &[&str], environment: &[(&str, &str)]) -> Process {
    let config = folder.join("heyroom.toml");
    let microphone =
        environment.iter().find(|(name, _)| *name == "MICROPHONE").map_or("default", |(_, value)| value);
    let more = environment.iter().find(|(name, _)| *name == "SETTINGS").map_or("", |(_, value)| value);
    let earcons = environment.iter().any(|(name, _)| *name == "EARCONS");
    let text = format!(
        "{more}\n[speech]\nreplies = \"text\"\nearcons = {earcons}\n[audio]\ninput = \"{microphone}\"\n"
    );
    fs::write(&config, text).unwrap();
    let mut command = Command::new("sh");
    command
        .args(["-c", "exec \"$@\" 2>&1", "sh", env!("CARGO_BIN_EXE_heyroom"), "run", "--config"])
        .arg(config)
        .args(["--room", &format!("ws://127.0.0.1:{port}")])
        .args(arguments)
        .env("STATE_DIRECTORY", folder)
        .envs(environment.iter().copied());
    Process::start(&mut command)
}

#[test]
fn a_spoken_command_reaches_the_room_and_both_ends_may_fail() {
    if !have(PROGRAMS) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (call, hang_up) = (clip(folder.path(), "call.wav"), clip(folder.path(), "hang-up.wav"));
    let mut pulse = Pulse::start(folder.path());
    let format = "rate=48000 channels=2 format=float32le";
    let module = pulse.plug(format);

    let (mut room, port) = simulate(0);
    let environment = [("PULSE_SERVER", pulse.address.as_str()), ("MICROPHONE", "vmic.monitor")];
    let mut heyroom = run(folder.path(), port, &["--input", "mic"], &environment);
    heyroom.expect("connected to the room");
    heyroom.expect("listening");

    // Spoken into the microphone, it reaches the room in the other process.
    assert!(pulse.play(&call).wait().unwrap().success());
    let request = room.expect("\"method\":\"call\"");
    assert!(request.contains("\"peerId\":\"john.smith"), "{request}");
    heyroom.expect("john smith");
    assert!(pulse.play(&hang_up).wait().unwrap().success());
    room.expect("\"method\":\"hangUp\"");

    // The room is killed and comes back.
    drop(room);
    heyroom.expect("connecting again");
    let (mut room, _) = simulate(port);
    heyroom.expect("connected to the room");
    assert!(pulse.play(&call).wait().unwrap().success());
    room.expect("\"method\":\"call\"");

    // The microphone is unplugged and plugged in again.
    pulse.unplug(&module);
    heyroom.expect("plug it in again");
    pulse.plug(format);
    heyroom.expect("the microphone is back");
    assert!(pulse.play(&hang_up).wait().unwrap().success());
    room.expect("\"method\":\"hangUp\"");
}

/// The sound server may move the stream to another microphone meanwhile, without a word.
#[test]
fn the_default_microphone_may_change_and_come_back() {
    if !have(PROGRAMS) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mute = clip(folder.path(), "mute.wav");
    let mut pulse = Pulse::start(folder.path());
    let format = "rate=44100 channels=2 format=s16le";
    let module = pulse.plug(format);
    pulse.control(&["set-default-source", "vmic.monitor"]).unwrap();
    let (mut room, port) = simulate(0);
    let mut heyroom = run(folder.path(), port, &[], &[("PULSE_SERVER", pulse.address.as_str())]);
    heyroom.expect("listening");
    pulse.unplug(&module);
    pulse.plug(format);
    pulse.control(&["set-default-source", "vmic.monitor"]).unwrap();
    pulse.wait_for_listener("vmic.monitor");
    assert!(pulse.play(&mute).wait().unwrap().success());
    room.expect("\"method\":\"setMicMute\"");
}

#[test]
fn a_recording_drives_the_room_and_ends_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let (mut room, port) = simulate(0);
    let heyroom = run(folder.path(), port, &["--input", asset("mute.wav").to_str().unwrap()], &[]);
    let request = room.expect("\"method\":\"setMicMute\"");
    assert!(request.contains("\"mute\":true"), "{request}");
    heyroom.finish();
}

/// What `heyroom explain` prints after `heyroom run` has heard this recording.
fn explained(recording: &str, settings: &str, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (_room, port) = simulate(0);
    let input = asset(recording);
    run(folder.path(), port, &["--input", input.to_str().unwrap()], &[("SETTINGS", settings)]).finish();
    let mut explain = Command::new(env!("CARGO_BIN_EXE_heyroom"));
    explain.arg("explain").args(arguments).arg("--config").arg(folder.path().join("heyroom.toml"));
    let output = explain.env("STATE_DIRECTORY", folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn explain_tells_what_was_heard_decided_sent_and_answered() {
    let told = explained("mute.wav", "", &["--json"]);
    let decisions: Vec<serde_json::Value> =
        told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let acted = decisions.iter().find(|decision| decision["decision"] == "acted").expect(&told);
    assert_eq!(acted["intent"], "MuteMicrophone", "{acted}");
    let words: Vec<&str> = acted["heard"]["words"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word["word"].as_str().unwrap())
        .collect();
    assert!(words.ends_with(&["mute"]) || words.contains(&"microphone"), "{acted}");
    assert!(acted["heard"]["words"][0]["confidence"].as_f64().unwrap() > 0.4, "{acted}");
    assert_eq!(acted["room"][0]["method"], "setMicMute", "{acted}");
    assert_eq!(acted["room"][0]["params"]["mute"], true, "{acted}");
    assert!(acted["room"][0]["outcome"].is_string(), "{acted}");
    assert!(acted["room"][0]["after_ms"].as_u64().unwrap() < 5_000, "{acted}");
}

#[test]
fn explain_keeps_the_words_of_others_only_if_it_is_told_to() {
    let told = explained("chatter.wav", "", &[]);
    assert!(told.contains("ignored: ") && told.contains("s of speech, confidence"), "{told}");
    assert!(!told.contains('"'), "no words: {told}");
    let told = explained("chatter.wav", "[log]\noverheard = true", &[]);
    assert!(told.contains("ignored: ") && told.contains('"'), "{told}");
}

#[test]
fn speech_among_people_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut room, port) = simulate(0);
    let heyroom = run(folder.path(), port, &["--input", asset("chatter.wav").to_str().unwrap()], &[]);
    heyroom.finish();
    // The program has ended, so everything that it sent is there.
    let sent = room.so_far("disconnected");
    let commands: Vec<&String> = sent
        .iter()
        .filter(|line| line.contains("\"kind\":\"request\""))
        .filter(|line| !line.contains("\"method\":\"get") && !line.contains("\"method\":\"auth\""))
        .collect();
    assert!(commands.is_empty(), "{commands:#?}");
}

/// Those who press it do not know that the model is still being loaded.
#[cfg(unix)]
#[test]
fn a_button_that_is_pressed_at_the_start_does_not_end_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let (_room, port) = simulate(0);
    let mut heyroom = run(folder.path(), port, &["-v", "--input", asset("mute.wav").to_str().unwrap()], &[]);
    heyroom.expect("loading the model");
    let id = heyroom.child.id().to_string();
    assert!(Command::new("kill").args(["-USR1", &id]).status().unwrap().success());
    heyroom.expect("awake");
    heyroom.expect("listening");
    heyroom.finish();
}

#[test]
fn with_the_wake_phrase_off_only_a_button_wakes_it() {
    if !have(PROGRAMS) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (mute, camera) = (clip(folder.path(), "mute.wav"), clip(folder.path(), "camera.wav"));
    let mut pulse = Pulse::start(folder.path());
    pulse.plug("rate=48000 channels=2 format=float32le");
    let (mut room, port) = simulate(0);
    let settings = "[assistant]\nwake = \"off\"\n[push_to_talk]\nlisten = \"127.0.0.1:0\"";
    let environment =
        [("PULSE_SERVER", pulse.address.as_str()), ("MICROPHONE", "vmic.monitor"), ("SETTINGS", settings)];
    let mut heyroom = run(folder.path(), port, &["-v"], &environment);
    let told = heyroom.expect("push to talk: POST http://");
    let address = told.rsplit("POST http://").next().unwrap().trim().trim_end_matches("/talk").to_owned();
    heyroom.expect("does not recognise speech");
    heyroom.expect("listening");
    assert!(pulse.play(&camera).wait().unwrap().success());

    assert!(
        Command::new("kill").args(["-USR1", &heyroom.child.id().to_string()]).status().unwrap().success()
    );
    let before = heyroom.so_far("awake");
    assert!(!before.iter().any(|line| line.contains("heard \"")), "nothing was recognised: {before:#?}");
    assert!(pulse.play(&mute).wait().unwrap().success());
    let request = room.expect("\"method\":\"setMicMute\"");
    assert!(request.contains("\"mute\":true"), "{request}");

    let mut socket = TcpStream::connect(&address).unwrap();
    write!(socket, "POST /talk HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    heyroom.expect("awake");
    assert!(pulse.play(&camera).wait().unwrap().success());
    let sent = room.so_far("\"method\":\"ptzLeft\"");
    let moved = sent.iter().filter(|line| line.contains("\"method\":\"ptzLeft\"")).count();
    assert_eq!(moved, 1, "what was said before the button does not count");
}

/// People do not wait for the awake signal to end. Here the microphone hears the loudspeaker as well.
#[test]
fn what_is_said_into_the_awake_signal_is_heard() {
    if !have(PROGRAMS) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut pulse = Pulse::start(folder.path());
    pulse.plug("rate=48000 channels=2 format=float32le");
    pulse.control(&["set-default-sink", "vmic"]).unwrap();
    let (mut room, port) = simulate(0);
    let environment =
        [("PULSE_SERVER", pulse.address.as_str()), ("MICROPHONE", "vmic.monitor"), ("EARCONS", "on")];
    let mut heyroom = run(folder.path(), port, &["-v"], &environment);
    heyroom.expect("connected to the room");
    heyroom.expect("listening");
    // The signal comes some 0.8 s after the wake phrase, and lasts a quarter of a second.
    for pause in [0.8, 1.0, 1.2] {
        let spoken = with_pause(folder.path(), "call.wav", 1.2, 2.4, pause);
        assert!(pulse.play(&spoken).wait().unwrap().success());
        room.expect("\"method\":\"call\"");
        heyroom.expect("john smith");
        assert!(pulse.play(&clip(folder.path(), "hang-up.wav")).wait().unwrap().success());
        room.expect("\"method\":\"hangUp\"");
    }
}
