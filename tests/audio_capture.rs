//! The microphone with real parts: ALSA and PulseAudio devices that the tests make themselves.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

mod audio_rig;

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use audio_rig::{
    FifoMicrophone, Process, Pulse, babble, best_correlation, child_directory, have, read_i16, stereo_bytes,
    write_i16,
};
use heyroom::audio::{AudioEvent, DeviceChoice, Microphone, MicrophoneSettings};

/// Prints what the microphone tells and writes what it heard to `heard.i16`, until `seconds` of sound.
fn record(settings: MicrophoneSettings, seconds: usize) {
    let directory = child_directory().unwrap();
    let mut samples = Vec::new();
    let mut last = None;
    for event in Microphone::start(settings).unwrap() {
        match event {
            AudioEvent::Frames(frames) => {
                if samples.is_empty() {
                    println!("first frame");
                }
                for frame in frames {
                    assert!(frame.captured <= Instant::now(), "frames come from the past");
                    last = Some(frame.end());
                    samples.extend(frame.samples);
                }
                let whole_seconds = samples.len() / 16_000;
                if samples.len() % 16_000 < 320 && whole_seconds > 0 {
                    println!("heard {whole_seconds} s");
                }
                if whole_seconds >= seconds {
                    break;
                }
            }
            AudioEvent::Lost { reason } => println!("lost: {reason}"),
            AudioEvent::Restored { device } => println!("restored: {device}"),
            AudioEvent::Overrun { samples } => println!("overrun: {samples}"),
            AudioEvent::End => panic!("a microphone has no end"),
        }
    }
    let behind = last.expect("there were frames").elapsed();
    assert!(behind < Duration::from_millis(300), "the last frame is {behind:?} old");
    write_i16(&directory.join("heard.i16"), &samples);
    println!("done");
}

#[test]
#[ignore = "no test but the part of one that needs a process of its own, which it starts: see audio_rig"]
fn child_default_microphone() {
    if child_directory().is_some() {
        let host = std::env::var("HEYROOM_TEST_HOST").ok();
        let device = DeviceChoice { host, device: None };
        record(MicrophoneSettings { device, ..MicrophoneSettings::default() }, 5);
    }
}

#[test]
#[ignore = "no test but the part of one that needs a process of its own, which it starts: see audio_rig"]
fn child_named_microphone() {
    if child_directory().is_some() {
        let device =
            DeviceChoice { host: Some("pulseaudio".to_owned()), device: Some("VMIC.monitor".to_owned()) };
        record(MicrophoneSettings { device, ..MicrophoneSettings::default() }, 8);
    }
}

/// Looks for the microphone more often than usual, and tells each attempt.
#[test]
#[ignore = "no test but the part of one that needs a process of its own, which it starts: see audio_rig"]
fn child_missing_microphone() {
    if child_directory().is_some() {
        tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(std::io::stdout).init();
        let device =
            DeviceChoice { host: Some("pulseaudio".to_owned()), device: Some("VMIC.monitor".to_owned()) };
        let retry = Duration::from_millis(20);
        record(MicrophoneSettings { device, retry, ..MicrophoneSettings::default() }, 1);
    }
}

#[test]
fn an_alsa_microphone_of_48_khz_stereo_is_heard_as_it_is() {
    if !have(&["mkfifo"]) {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let microphone = FifoMicrophone::new(directory.path(), &babble(48_000, 2.5));
    let environment = [
        ("ALSA_CONFIG_PATH", microphone.config.display().to_string()),
        ("HEYROOM_TEST_HOST", "alsa".to_owned()),
    ];
    let mut child = Process::test("child_default_microphone", directory.path(), &environment);
    child.expect("done");
    child.finish();
    let heard = read_i16(&directory.path().join("heard.i16"));
    let correlation = best_correlation(&heard, &babble(16_000, 2.4));
    assert!(correlation > 0.95, "correlation {correlation}");
}

#[test]
fn a_pulseaudio_microphone_of_44_khz_is_heard_and_survives_unplugging() {
    if !have(&["pulseaudio", "pactl", "paplay", "parec"]) {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let raw = directory.path().join("speech.f32");
    fs::write(&raw, stereo_bytes(&babble(48_000, 2.0))).unwrap();
    let mut pulse = Pulse::start(directory.path());
    let format = "rate=44100 channels=2 format=s16le";
    let module = pulse.plug(format);
    let environment = [("PULSE_SERVER", pulse.address.clone())];
    let mut child = Process::test("child_named_microphone", directory.path(), &environment);
    child.expect("first frame");
    assert!(pulse.play(&raw).wait().unwrap().success());
    child.expect("heard 3 s");
    pulse.unplug(&module);
    let lost = child.expect("lost: ");
    assert!(lost.contains("Monitor of Null Output") && lost.contains("plug it in again"), "{lost}");
    pulse.plug(format);
    child.expect("restored: ");
    assert!(pulse.play(&raw).wait().unwrap().success());
    child.expect("done");
    child.finish();

    let heard = read_i16(&directory.path().join("heard.i16"));
    // In pieces: on a busy machine the virtual microphone itself now and then drops a block.
    let sound = babble(16_000, 1.8);
    let middle = heard.len() / 2;
    for (name, part) in [("before", &heard[..middle]), ("after", &heard[middle - 16_000..])] {
        let mut pieces: Vec<f64> = sound.chunks(4_800).map(|piece| best_correlation(part, piece)).collect();
        pieces.sort_by(f64::total_cmp);
        assert!(pieces[pieces.len() / 2] > 0.95, "{name}: correlations {pieces:?}");
    }
}

/// With another source running, the server moves the stream there and tells nobody.
#[test]
fn an_unplugged_microphone_is_not_replaced_by_another_source() {
    replugged(Duration::from_secs(3));
}

/// Faster than anybody looks: the name is there again, but the stream listens to another source.
#[test]
fn a_microphone_replugged_at_once_is_heard_again() {
    replugged(Duration::ZERO);
}

/// The server gives 64 connections: what looks for a microphone for hours must not leave any behind.
#[test]
fn a_missing_microphone_is_looked_for_over_one_connection() {
    if !have(&["pulseaudio", "pactl", "parec"]) {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut pulse = Pulse::start(directory.path());
    let environment = [("PULSE_SERVER", pulse.address.clone())];
    let mut child = Process::test("child_missing_microphone", directory.path(), &environment);
    child.expect("lost: ");
    // The first attempt is told as a loss.
    for _ in 1..70 {
        child.expect("still not there");
    }
    let clients = pulse.control(&["list", "short", "clients"]).unwrap();
    assert!(clients.lines().count() <= 2, "besides the one that asks:\n{clients}");
    pulse.plug("rate=48000 channels=2");
    child.expect("restored: ");
}

fn replugged(pause: Duration) {
    if !have(&["pulseaudio", "pactl", "paplay", "parec"]) {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let raw = directory.path().join("speech.f32");
    fs::write(&raw, stereo_bytes(&babble(48_000, 2.0))).unwrap();
    let mut pulse = Pulse::start(directory.path());
    pulse.speaker_ready();
    let format = "rate=48000 channels=2";
    let module = pulse.plug(format);
    let environment = [("PULSE_SERVER", pulse.address.clone())];
    let mut child = Process::test("child_named_microphone", directory.path(), &environment);
    child.expect("heard 2 s");
    pulse.unplug(&module);
    if !pause.is_zero() {
        let lost = child.expect("lost: ");
        assert!(lost.contains("\"Monitor of Null Output\"") && lost.contains("plug it in again"), "{lost}");
        // Whatever else could be heard instead is not.
        thread::sleep(pause);
    }
    pulse.plug(format);
    if pause.is_zero() {
        child.expect("lost: ");
    }
    child.expect("restored: ");
    assert!(pulse.play(&raw).wait().unwrap().success());
    child.expect("done");
    child.finish();

    let heard = read_i16(&directory.path().join("heard.i16"));
    // In pieces: on a busy machine the virtual microphone itself now and then drops a block.
    let mut pieces: Vec<f64> =
        babble(16_000, 1.8).chunks(4_800).map(|piece| best_correlation(&heard, piece)).collect();
    pieces.sort_by(f64::total_cmp);
    assert!(pieces[pieces.len() / 2] > 0.95, "correlations {pieces:?}");
}

#[test]
fn a_sound_server_that_dies_and_returns_is_found_again() {
    server_returns("child_named_microphone", &[]);
}

/// Through ALSA nobody is told that the server died, and closing the dead device blocks for ever.
#[test]
fn a_sound_server_behind_alsa_that_dies_and_returns_is_found_again() {
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("alsa.conf");
    fs::write(&config, "pcm.!default { type pulse device \"vmic.monitor\" }\n").unwrap();
    let environment =
        [("ALSA_CONFIG_PATH", config.display().to_string()), ("HEYROOM_TEST_HOST", "alsa".to_owned())];
    server_returns("child_default_microphone", &environment);
}

fn server_returns(child: &str, environment: &[(&str, String)]) {
    if !have(&["pulseaudio", "pactl", "paplay", "parec"]) {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut pulse = Pulse::start(directory.path());
    pulse.plug("rate=48000 channels=2");
    let mut environment = environment.to_vec();
    environment.push(("PULSE_SERVER", pulse.address.clone()));
    let mut child = Process::test(child, directory.path(), &environment);
    child.expect("heard 1 s");
    pulse.kill();
    child.expect("lost: ");
    drop(pulse);
    let _ = fs::remove_file(directory.path().join("native"));
    let mut pulse = Pulse::start(directory.path());
    pulse.plug("rate=48000 channels=2");
    child.expect("restored: ");
    child.expect("done");
    child.finish();
}

#[test]
fn a_missing_microphone_is_told_with_the_way_out_and_no_noise() {
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("alsa.conf");
    // And a bridge to a sound server that does not run, as distributions have it.
    let bridge = "pcm.pulse { type hw card 77\nhint { show on\ndescription \"PulseAudio Sound Server\" } }\n";
    fs::write(&config, format!("pcm.!default {{ type hw card 77 }}\n{bridge}")).unwrap();
    let heyroom = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_heyroom"))
            .args(arguments)
            .env("ALSA_CONFIG_PATH", &config)
            .env("PULSE_SERVER", "unix:/nonexistent/pulse")
            .env_remove("HEYROOM_LOG")
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (status, list, errors) = heyroom(&["devices"]);
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    assert!(list.contains("Microphones: none found. Plug one in"), "{list}");
    let (status, list, _) = heyroom(&["devices", "--json"]);
    assert_eq!(status, Some(0));
    assert_eq!(list, "{\"hosts\":[\"alsa\"],\"inputs\":[],\"outputs\":[]}\n");

    let (status, _, errors) = heyroom(&["devices", "--meter", "--seconds", "1"]);
    assert_eq!(status, Some(1));
    assert!(errors.contains("no microphone found (alsa: "), "{errors}");
    assert!(errors.contains("the microphone cannot be opened") && !errors.contains("is lost"), "{errors}");
    assert!(!errors.contains("ALSA lib"), "{errors}");
    let (_, _, errors) = heyroom(&["devices", "--meter", "--seconds", "1", "--input", "Jabra"]);
    assert!(errors.contains("no microphone matches \"Jabra\" (alsa); available: none"), "{errors}");
    let (status, _, errors) = heyroom(&["devices", "--host", "ossa"]);
    assert_eq!(status, Some(1));
    assert!(errors.contains("the sound system \"ossa\" is not available; available: alsa"), "{errors}");
}

#[test]
fn the_meter_tells_speech_from_silence() {
    if !have(&["mkfifo"]) {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let microphone = FifoMicrophone::new(directory.path(), &babble(48_000, 2.0));
    let mut command = Command::new(env!("CARGO_BIN_EXE_heyroom"));
    command
        .args(["devices", "--host", "alsa", "--meter", "--json", "--seconds", "8"])
        .env("ALSA_CONFIG_PATH", &microphone.config);
    let mut meter = Process::start(&mut command);
    meter.expect("\"speech\":true");
    let line = meter.expect("\"speech\":false");
    let reading: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(reading["peak_dbfs"], -96.0, "{line}");
    meter.finish();
}
