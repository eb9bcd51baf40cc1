//! The ear with real parts: recordings through voice activity, libvosk and the bundled model.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use heyroom::{
    assistant::{
        ear::{Ear, EarParts, Request, Sound},
        hearing::Hearing,
    },
    audio::{FRAME_SAMPLES, Frame, Pace, PlaybackReference, Speaking, WavOptions, WavSource},
    recognizer::{Decoder, Model, RecognizerOptions, store},
};
use tokio::sync::mpsc;

fn model() -> Model {
    Model::open(&store::bundled().unwrap()).unwrap()
}

fn decoder(model: &Model, phrases: &[&str]) -> Decoder {
    let phrases: Vec<String> = phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
    Decoder::new(model, Some(Arc::new(phrases.into_iter().collect()))).unwrap()
}

/// Everything that is heard in a clip of the demo.
fn hear(clip: &str, pace: Pace, decoder: Decoder, speaking: Option<Speaking>) -> Vec<Sound> {
    hear_with(clip, pace, decoder, |parts| parts.speaking = speaking)
}

/// An ear for everything.
fn parts(decoder: Decoder) -> EarParts {
    EarParts {
        decoder,
        options: RecognizerOptions::default(),
        speaking: None,
        own_sound: None,
        reference: PlaybackReference::default(),
        barge_in: false,
        understood: Arc::new(|_| true),
        may_be_command: Arc::new(|_| true),
    }
}

fn hear_with(clip: &str, pace: Pace, decoder: Decoder, change: impl FnOnce(&mut EarParts)) -> Vec<Sound> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(clip);
    let options = WavOptions { pace, trail: Duration::from_secs(1), ..WavOptions::default() };
    let mut parts = parts(decoder);
    change(&mut parts);
    let (sounds, mut heard) = mpsc::unbounded_channel();
    let input = WavSource::open(path, options).unwrap().start().unwrap();
    let _hearing = Hearing::start(input, parts, sounds).unwrap();
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
        Sound::Partial(partial) => Some(partial.text.clone()),
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
    let says_something = speaking.begin(false);
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

fn endpoint(silence: Duration) -> RecognizerOptions {
    let mut options = RecognizerOptions::default();
    options.endpointer.trailing_silence = silence;
    options
}

#[test]
fn a_pause_tells_what_was_said_so_far_and_the_rest_is_not_lost() {
    let model = model();
    let phrases = ["hey room", "call john smith", "hang up"];
    let sounds = hear_with("call.wav", Pace::Full, decoder(&model, &phrases), |parts| {
        // So long that the pause behind the wake phrase does not end the utterance.
        parts.options = endpoint(Duration::from_secs(2));
    });
    assert_eq!(texts(&sounds), ["hey room call john smith"]);
    let paused = |sound: &Sound| match sound {
        Sound::Paused(utterance) => Some((utterance.hypothesis.text(), utterance.hypothesis.confidence())),
        _ => None,
    };
    let pauses: Vec<(String, f32)> = sounds.iter().filter_map(paused).collect();
    assert_eq!(pauses.first().unwrap().0, "hey room", "{pauses:?}");
    let (text, confidence) = pauses.last().unwrap();
    assert_eq!(text, "hey room call john smith", "{pauses:?}");
    assert!(*confidence > 0.7, "{pauses:?}");

    // A pause costs a decoding; where nothing can come of it there is none.
    let sounds = hear_with("call.wav", Pace::Full, decoder(&model, &phrases), |parts| {
        parts.options = endpoint(Duration::from_secs(2));
        parts.may_be_command = Arc::new(|_| false);
    });
    assert_eq!(texts(&sounds), ["hey room call john smith"]);
    assert!(!sounds.iter().any(|sound| matches!(sound, Sound::Paused(_))), "{sounds:?}");
}

#[test]
fn other_readings_are_those_of_the_phrases_that_were_listened_for() {
    let model = model();
    let phrases = ["hey room", "mute the microphone"];
    let mut ear = Ear::new(EarParts {
        understood: Arc::new(|_| false),
        may_be_command: Arc::new(|_| false),
        ..parts(decoder(&model, &phrases))
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/mute.wav");
    let options = WavOptions { trail: Duration::from_secs(1), ..WavOptions::default() };
    let samples = WavSource::open(path, options).unwrap().read_all().unwrap();
    let mut last = None;
    for samples in samples.as_chunks::<FRAME_SAMPLES>().0 {
        match ear.frame(&Frame { index: 0, captured: Instant::now(), samples: *samples }) {
            // The address book changes, say.
            Some(Sound::SpeechBegan) => ear.ask(Request::Listen(decoder(&model, &["answer", "decline"]))),
            Some(Sound::Utterance(utterance)) => last = Some(utterance),
            _ => {}
        }
    }
    let last = last.or_else(|| match ear.flush(Instant::now()) {
        Some(Sound::Utterance(utterance)) => Some(utterance),
        _ => None,
    });
    let readings = last.expect("the clip is speech").readings;
    assert_eq!(readings.first().map(String::as_str), Some("hey room mute the microphone"), "{readings:?}");
}

#[test]
fn whoever_interrupts_is_heard_and_known_to_have_interrupted() {
    let model = model();
    for signal in [false, true] {
        let speaking = Speaking::new(Duration::from_millis(200));
        let _says_something = speaking.begin(signal);
        let phrases = ["hey room mute the microphone"];
        let sounds = hear_with("mute.wav", Pace::RealTime, decoder(&model, &phrases), |parts| {
            parts.speaking = Some(speaking.clone());
            parts.barge_in = true;
        });
        let heard = |sound: &Sound| match sound {
            Sound::Utterance(utterance) => {
                Some((utterance.hypothesis.text(), utterance.over_own_voice, utterance.signal))
            }
            _ => None,
        };
        let heard: Vec<_> = sounds.iter().filter_map(heard).collect();
        // What is said over an earcon may be that earcon.
        let doubtful = if signal { 5 } else { 0 };
        assert_eq!(heard, [("hey room mute the microphone".to_owned(), true, doubtful)]);
    }
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
    let error = Decoder::new(&model, Some(Arc::new(["say \"cheese\""].into_iter().collect()))).unwrap_err();
    assert!(error.to_string().contains("say \"cheese\""), "{error}");
}
