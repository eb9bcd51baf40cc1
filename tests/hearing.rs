//! The ear with real parts: recordings through voice activity, libvosk and the bundled model.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

use std::{path::Path, sync::Arc, time::Duration};

use heyroom::{
    assistant::hearing::{Hearing, HearingParts, Sound},
    audio::{Pace, Speaking, WavOptions, WavSource},
    recognizer::{Decoder, Model, RecognizerOptions, store},
};
use tokio::sync::mpsc;

fn model() -> Model {
    Model::open(&store::bundled().unwrap()).unwrap()
}

fn decoder(model: &Model, phrases: &[&str]) -> Decoder {
    let phrases: Vec<String> = phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
    Decoder::new(model, Some(phrases.into())).unwrap()
}

/// Everything that is heard in a clip of the demo.
fn hear(clip: &str, pace: Pace, decoder: Decoder, speaking: Option<Speaking>) -> Vec<Sound> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(clip);
    let options = WavOptions { pace, trail: Duration::from_secs(1), ..WavOptions::default() };
    let parts = HearingParts {
        input: WavSource::open(path, options).unwrap().start().unwrap(),
        decoder,
        options: RecognizerOptions::default(),
        speaking,
        understood: Arc::new(|_| true),
    };
    let (sounds, mut heard) = mpsc::unbounded_channel();
    let _hearing = Hearing::start(parts, sounds).unwrap();
    let mut all = Vec::new();
    while let Some(sound) = heard.blocking_recv() {
        if sound == Sound::Ended {
            break;
        }
        all.push(sound);
    }
    all
}

fn texts(sounds: &[Sound]) -> Vec<String> {
    let text = |sound: &Sound| match sound {
        Sound::Utterance(utterance) => Some(utterance.hypothesis.text()),
        _ => None,
    };
    sounds.iter().filter_map(text).collect()
}

#[test]
fn two_utterances_come_as_two_with_words_times_and_confidences() {
    let model = model();
    let sounds =
        hear("call.wav", Pace::Full, decoder(&model, &["hey room", "call john smith", "hang up"]), None);
    assert_eq!(texts(&sounds), ["hey room", "call john smith"]);
    let Some(Sound::Utterance(last)) = sounds.iter().rfind(|sound| matches!(sound, Sound::Utterance(_)))
    else {
        panic!("{sounds:?}")
    };
    let words = &last.hypothesis.words;
    assert!(words.windows(2).all(|pair| pair[0].end_ms <= pair[1].start_ms), "{words:?}");
    assert!(words.iter().all(|word| word.confidence > 0.7 && word.end_ms > word.start_ms), "{words:?}");
    assert!(u128::from(words[2].end_ms) <= last.audio.as_millis(), "{words:?} in {:?}", last.audio);

    // Before the end there were partial results that grew towards it.
    let partial = |sound: &Sound| match sound {
        Sound::Partial(text) => Some(text.clone()),
        _ => None,
    };
    let partials: Vec<String> = sounds.iter().filter_map(partial).collect();
    let place = |text: &str| partials.iter().position(|partial| partial == text);
    assert!(place("call").is_some() && place("call") < place("call john smith"), "{partials:?}");
}

#[test]
fn what_heyroom_says_itself_is_not_heard() {
    let model = model();
    // At the pace of a microphone, because what heyroom says has its place in time.
    let speaking = Speaking::new(Duration::from_millis(200));
    let says_something = speaking.begin();
    let sounds = hear(
        "mute.wav",
        Pace::RealTime,
        decoder(&model, &["hey room mute the microphone"]),
        Some(speaking.clone()),
    );
    assert_eq!(sounds, [Sound::Listening]);
    drop(says_something);
    let quiet = Speaking::new(Duration::from_millis(200));
    let sounds =
        hear("mute.wav", Pace::RealTime, decoder(&model, &["hey room mute the microphone"]), Some(quiet));
    assert_eq!(texts(&sounds), ["hey room mute the microphone"]);
}

#[test]
fn other_speech_is_unknown_to_a_small_grammar() {
    let model = model();
    let sounds = hear("chatter.wav", Pace::Full, decoder(&model, &["answer", "decline"]), None);
    assert!(texts(&sounds).iter().all(|text| text.contains("[unk]")), "{:?}", texts(&sounds));
}

#[test]
fn a_phrase_that_libvosk_cannot_take_is_refused_by_name() {
    let model = model();
    let error = Decoder::new(&model, Some(vec!["say \"cheese\"".to_owned()].into())).unwrap_err();
    assert!(error.to_string().contains("say \"cheese\""), "{error}");
}
