//! Playing with real parts: what a virtual speaker got is what was to be played.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

mod audio_rig;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use audio_rig::{Process, Pulse, babble, best_correlation, child_directory, have, read_f32};
use heyroom::audio::speech::{EspeakNg, Voice};
use heyroom::audio::{DeviceChoice, Earcon, Earcons, Pcm, Played, Player, PlayerSettings};

fn alsa_file_speaker(directory: &Path) -> Vec<(&'static str, String)> {
    let config = directory.join("alsa.conf");
    let text = format!(
        "pcm.spk {{ type file slave.pcm \"null\" file \"{}\" format \"raw\" }}\n\
         pcm.null {{ type null }}\n\
         pcm.!default {{ type asym playback.pcm \"spk\" capture.pcm \"null\" }}\n",
        directory.join("out.f32").display()
    );
    fs::write(&config, text).unwrap();
    vec![("ALSA_CONFIG_PATH", config.display().to_string())]
}

fn settings(host: &str) -> PlayerSettings {
    PlayerSettings {
        device: DeviceChoice { host: Some(host.to_owned()), device: None },
        // The file takes sound as fast as it is made: close it soon.
        keep_open: Duration::from_millis(50),
        ..PlayerSettings::default()
    }
}

fn reply() -> Pcm {
    Pcm::new(22_050, babble(22_050, 1.0).iter().map(|s| (s * 32_767.0) as i16).collect()).unwrap()
}

/// What the virtual speaker got, as mono.
fn spoken(directory: &Path) -> Vec<f32> {
    let stereo = read_f32(&directory.join("out.f32"));
    let mut mono: Vec<f32> = stereo.chunks_exact(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect();
    // The file goes on with silence for as long as the speaker was open.
    let end = mono.iter().rposition(|sample| sample.abs() > 0.001).unwrap_or(0);
    mono.truncate(end + 1);
    mono
}

#[test]
#[ignore = "no test but the part of one that needs a process of its own, which it starts: see audio_rig"]
fn child_plays() {
    if child_directory().is_none() {
        return;
    }
    let player = Player::start(settings("alsa")).unwrap();
    let earcons = Earcons::bundled().unwrap();
    let silence = player.play(Pcm::new(48_000, vec![0; 48_000]).unwrap());
    let first = player.play(earcons.get(Earcon::Awake));
    let second = player.play(reply());
    let ends = [silence, first, second].map(heyroom::audio::Playback::wait);
    assert_eq!(ends, [Played::Whole; 3]);
    println!("played");
}

#[test]
#[ignore = "no test but the part of one that needs a process of its own, which it starts: see audio_rig"]
fn child_stops() {
    if child_directory().is_none() {
        return;
    }
    let player =
        Player::start(PlayerSettings { keep_open: Duration::from_secs(5), ..settings("pulseaudio") })
            .unwrap();
    let speaking = player.speaking().clone();
    assert!(!speaking.now());
    // Real time: an earcon of 190 ms takes about that, and counts as speech 200 ms longer.
    let earcon = Earcons::bundled().unwrap().get(Earcon::Awake);
    let start = Instant::now();
    assert_eq!(player.play(earcon).wait(), Played::Whole);
    let took = start.elapsed();
    println!("earcon took {} ms", took.as_millis());
    assert!(took >= Duration::from_millis(100) && took < Duration::from_secs(2), "{took:?}");
    assert!(speaking.now(), "the room still rings");
    assert!(speaking.between(start + Duration::from_millis(150), start + took));
    while speaking.now() {
        std::thread::sleep(Duration::from_millis(5));
    }

    let long = Pcm::new(16_000, vec![8_000; 16_000 * 30]).unwrap();
    let (first, second) = (player.play(long.clone()), player.play(long));
    while !speaking.now() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let start = Instant::now();
    player.stop();
    assert_eq!((first.wait(), second.wait()), (Played::Stopped, Played::Stopped));
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    println!("stopped");

    // A speaker that goes away in the middle of a sound: the sound ends, and the next one is tried.
    let long = Pcm::new(16_000, vec![8_000; 16_000 * 30]).unwrap();
    let lost = player.play(long);
    println!("kill the server");
    assert_eq!(lost.wait(), Played::Unheard);
    println!("unheard");
    while player.play(reply()).wait() != Played::Whole {
        std::thread::sleep(Duration::from_millis(200));
    }
    println!("heard again");
}

#[test]
fn a_speaker_gets_exactly_what_is_played() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let earcon = Earcons::bundled().unwrap().get(Earcon::Awake);
    let earcon: Vec<f32> = earcon.samples().iter().map(|&s| f32::from(s) / 32_768.0).collect();
    // ALSA's file takes sound far faster than real time and drops some when the machine is busy, so it gets
    // several chances to take all of it.
    let mut attempts = Vec::new();
    while attempts.len() < 5 {
        let directory = tempfile::tempdir().unwrap();
        let environment = alsa_file_speaker(directory.path());
        let mut child = Process::test("child_plays", directory.path(), &environment);
        child.expect("played");
        child.finish();
        let spoken = spoken(directory.path());
        // First the earcon, then the reply, at 48 kHz.
        let (early, late) = spoken.split_at(spoken.len() - 48_100);
        let found = (best_correlation(early, &earcon), best_correlation(late, &babble(48_000, 0.95)));
        if found.0 > 0.999 && found.1 > 0.99 {
            return;
        }
        attempts.push(found);
    }
    panic!("correlations of earcon and reply: {attempts:?}");
}

#[test]
fn stop_is_quick_and_a_lost_speaker_is_found_again() {
    if !cfg!(target_os = "linux") || !have(&["pulseaudio", "pactl", "parec"]) {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut pulse = Pulse::start(directory.path());
    pulse.speaker_ready();
    let environment = [("PULSE_SERVER", pulse.address.clone())];
    let mut child = Process::test("child_stops", directory.path(), &environment);
    child.expect("stopped");
    child.expect("kill the server");
    pulse.kill();
    child.expect("unheard");
    drop(pulse);
    let _ = fs::remove_file(directory.path().join("native"));
    let _pulse = Pulse::start(directory.path());
    child.expect("heard again");
    child.finish();
}

#[tokio::test]
async fn without_a_speaker_sounds_end_at_once() {
    let device = DeviceChoice { host: None, device: Some("no such speaker".to_owned()) };
    let player =
        Player::start(PlayerSettings { device: device.clone(), ..PlayerSettings::default() }).unwrap();
    let start = Instant::now();
    for _ in 0..20 {
        assert_eq!(player.play(reply()).await, Played::Unheard);
    }
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(!player.speaking().now(), "nothing was heard, so the microphone stays open");
    let error = Player::check(&device).unwrap_err().to_string();
    assert!(error.contains("no speaker matches \"no such speaker\""), "{error}");
}

#[tokio::test]
async fn a_silent_player_never_opens_a_speaker() {
    let player = Player::start(PlayerSettings { silent: true, ..PlayerSettings::default() }).unwrap();
    assert_eq!(player.play(reply()).await, Played::Unheard);
    assert!(!player.speaking().now());
}

#[test]
fn espeak_ng_speaks_whatever_the_text() {
    if !have(&["espeak-ng"]) {
        return;
    }
    let voice = Voice::new(EspeakNg::default());
    let speak = |text: &str, language: &str| voice.try_speak(text, language).unwrap().unwrap();
    let short = speak("Calling John Smith", "en");
    assert_eq!(short.rate(), 22_050);
    let seconds = short.duration().as_secs_f64();
    assert!((0.5..3.0).contains(&seconds), "the header of a pipe says 13 hours: {seconds}");
    assert!(heyroom::audio::Level::of(short.samples()).rms_dbfs > -40.0);
    // An option, a shell command, markup: all of it is only text.
    assert!(speak("--version", "en").duration().as_secs_f64() > 0.3);
    assert!(speak("$(reboot); `id` <break time=\"9s\"/>", "en").duration().as_secs_f64() < 10.0);
    assert!(speak("Звоню Ивану", "ru").duration().as_secs_f64() > 0.3);
    assert!(speak("今晩は", "ja").duration().as_secs_f64() > 0.1);
    let error = voice.try_speak("hello", "tlh-nowhere").unwrap_err().to_string();
    assert!(error.contains("\"espeak-ng\" failed"), "{error}");
    assert!(voice.speak("hello", "tlh-nowhere").is_none());
}
