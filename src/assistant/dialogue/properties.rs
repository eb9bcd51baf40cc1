//! What holds for every order of events, however odd.

use proptest::prelude::*;

use super::{tests::Room, *};
use crate::{audio::PlayedIn, grammar::Match};

/// Something that happens, and how long after the thing before.
#[derive(Debug, Clone)]
struct Happening {
    after_ms: u64,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Begins,
    Hears { text: usize, silence_ms: u64, stable: u32, confidence: Option<f32> },
    Says { text: usize, confidence: f32, played: Option<PlayedIn> },
    Room { ringing: bool, in_call: bool, connected: bool },
    Speaks(usize),
    Quiet,
    Settles,
    FarEnd(bool),
    Pushes,
    Privacy(bool),
    Reloads,
    MicrophoneLost,
    MicrophoneBack,
    Tick,
}

const TEXTS: &[&str] = &[
    "",
    "[unk]",
    "hey room",
    "hey room mute",
    "hey room camera off",
    "camera off",
    "camera on",
    "camera off [unk]",
    "hey room camera on hey room camera off",
    "hey room call",
    "hey room call john",
    "call ann lee",
    "ann lee",
    "john",
    "the first one",
    "hey room hang up for everyone",
    "hey room leave",
    "yes",
    "no",
    "cancel",
    "no i meant ann lee",
    "hey room no i meant john",
    "answer",
    "[unk] hey room remove john smith",
];

fn played() -> impl Strategy<Value = Option<PlayedIn>> {
    prop_oneof![6 => Just(None), 1 => Just(Some(PlayedIn::Nothing)), 1 => Just(Some(PlayedIn::Over)),
        2 => Just(Some(PlayedIn::Echo))]
}

fn happening() -> impl Strategy<Value = Happening> {
    let text = || 0..TEXTS.len();
    let what = prop_oneof![
        4 => Just(What::Begins),
        6 => (text(), 0_u64..400, 1_u32..4, proptest::option::of(0.0_f32..1.0))
            .prop_map(|(text, silence_ms, stable, confidence)| What::Hears { text, silence_ms, stable, confidence }),
        10 => (text(), 0.2_f32..1.0, played())
            .prop_map(|(text, confidence, played)| What::Says { text, confidence, played }),
        2 => (any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(ringing, in_call, connected)| What::Room { ringing, in_call, connected }),
        2 => text().prop_map(What::Speaks),
        2 => Just(What::Quiet),
        1 => Just(What::Settles),
        1 => any::<bool>().prop_map(What::FarEnd),
        1 => Just(What::Pushes),
        1 => any::<bool>().prop_map(What::Privacy),
        1 => Just(What::Reloads),
        1 => Just(What::MicrophoneLost),
        1 => Just(What::MicrophoneBack),
        2 => Just(What::Tick),
    ];
    let after_ms = prop_oneof![4 => 0_u64..300, 2 => 300_u64..5000, 1 => 5000_u64..100_000];
    (after_ms, what).prop_map(|(after_ms, what)| Happening { after_ms, what })
}

fn event(what: &What) -> Event {
    let words = |text: usize| TEXTS[text].split_whitespace().map(str::to_owned);
    match what.clone() {
        What::Begins => Event::SpeechBegan,
        What::Hears { text, silence_ms, stable, confidence } => {
            let silence = Duration::from_millis(silence_ms);
            let words: Vec<String> = words(text).collect();
            Event::Partial(Partial {
                confidences: confidence.map(|confidence| vec![confidence; words.len()]),
                words,
                silence,
                stable,
                ..Partial::default()
            })
        }
        What::Says { text, confidence, played } => Event::Said(Spoken {
            words: words(text).map(|word| (word, confidence)).collect(),
            played: played.map(|played| vec![played; words(text).count()]),
            ..Spoken::default()
        }),
        What::Room { ringing, in_call, connected } => {
            let context = [("in_call", in_call), ("connected", connected), ("ringing", ringing)];
            let context = context.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
            Event::Room(Facts { ringing, context })
        }
        What::Speaks(text) => Event::Speaking(TEXTS[text].to_owned()),
        What::Quiet => Event::Quiet,
        What::Settles => Event::Settled,
        What::FarEnd(on) => Event::FarEnd(on),
        What::Pushes => Event::PushToTalk,
        What::Privacy(on) => Event::Privacy(on),
        What::Reloads => Event::Reloaded,
        What::MicrophoneLost => Event::MicrophoneLost,
        What::MicrophoneBack => Event::MicrophoneRestored,
        What::Tick => Event::Tick,
    }
}

/// The commands that go out with these effects.
fn commands(effects: &[Effect]) -> Vec<&Match> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Act(found) => Some(&**found),
            _ => None,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn it_is_careful_in_every_order_of_events(happenings in proptest::collection::vec(happening(), 1..60)) {
        let mut room = Room::new();
        room.dialogue.settings.follow_up = Duration::from_secs(4);
        room.dialogue.settings.privacy_for = Some(Duration::from_secs(60));
        // Commands that this utterance led to, and whether it was addressed.
        let mut of_utterance: Vec<String> = Vec::new();
        for happening in &happenings {
            room.now += Duration::from_millis(happening.after_ms);
            // A reply that hangs has a deadline of its own, which ends no state.
            let timed_out = room.dialogue.until.is_some_and(|until| until <= room.now);
            if matches!(happening.what, What::Begins | What::MicrophoneLost) {
                of_utterance.clear();
            }
            let before = room.dialogue.state();
            let asked = room.dialogue.mode.asks() && !timed_out;
            let following = matches!(room.dialogue.mode, Mode::Following) && !timed_out;
            let ringing = room.dialogue.facts.ringing;
            let effects = room.event(event(&happening.what));
            let acted = commands(&effects);

            // One thing at a time, and only upon speech.
            prop_assert!(acted.len() <= 1, "{effects:?}");
            let text = match &happening.what {
                What::Hears { text, .. } | What::Says { text, .. } => TEXTS[*text],
                _ => {
                    prop_assert!(acted.is_empty(), "{effects:?} upon {happening:?}");
                    ""
                }
            };
            if let What::Says { played: Some(PlayedIn::Echo), .. } = happening.what {
                prop_assert!(acted.is_empty(), "{effects:?} upon what the loudspeaker said");
            }
            for found in &acted {
                // Asleep, only the wake phrase (or what needs none) leads to a command.
                let awake = matches!(before, State::Awake | State::Speaking | State::Confirming | State::Choosing);
                prop_assert!(
                    text.contains("hey room")
                        || awake && !timed_out
                        || following
                        || ringing && found.wake.optional_in("ringing"),
                    "{} upon {text:?} in {before:?}", found.intent
                );
                prop_assert!(before != State::Muted || timed_out, "{} in privacy", found.intent);
                // Nothing dangerous without a yes.
                prop_assert!(
                    found.confirm.is_none() || asked && text == "yes" && before == State::Confirming,
                    "{} upon {text:?}", found.intent
                );
                // Legal in the room's state.
                if found.intent == "Leave" {
                    prop_assert!(room.dialogue.facts.is("in_call"));
                }
                // A second command of one utterance takes the place of the first, or is a second sentence of it.
                let taken_back = effects.iter().any(|effect| matches!(effect, Effect::TakeBack(_)));
                prop_assert!(
                    of_utterance.is_empty() || taken_back || text.matches("hey room").count() > 1,
                    "{} after {of_utterance:?} upon {text:?}", found.intent
                );
                of_utterance.push(found.intent.clone());
            }
            if matches!(happening.what, What::Says { .. }) {
                of_utterance.clear();
            }
            // Whatever listens for more than the wake phrase ends by itself.
            prop_assert_eq!(
                room.dialogue.deadline().is_some(),
                !matches!(room.dialogue.mode, Mode::Asleep) || room.dialogue.speech.is_some()
            );
        }
        // Left alone, it sleeps.
        for _ in 0..4 {
            if let Some(deadline) = room.dialogue.deadline() {
                prop_assert!(deadline <= room.now + Duration::from_secs(90));
                room.now = room.now.max(deadline);
                room.event(Event::Tick);
            }
        }
        prop_assert!(matches!(room.dialogue.mode, Mode::Asleep), "{:?}", room.dialogue.mode);
        prop_assert_eq!(room.dialogue.deadline(), None);
    }

    #[test]
    fn talk_that_does_not_count_keeps_it_awake_no_longer_than_silence(
        happenings in proptest::collection::vec(happening(), 1..30),
        empty in any::<bool>(),
    ) {
        let mut room = Room::new();
        room.dialogue.settings.privacy_for = Some(Duration::from_secs(60));
        for happening in &happenings {
            room.now += Duration::from_millis(happening.after_ms);
            room.event(event(&happening.what));
        }
        // A reply and an utterance that are under way have their own ends.
        for _ in 0..100 {
            room.event(Event::SpeechBegan);
            room.now += Duration::from_secs(1);
            room.event(if empty {
                Event::Forgotten
            } else {
                Event::Said(Spoken {
                    words: vec![("leave".to_owned(), 0.9)],
                    played: Some(vec![PlayedIn::Echo]),
                    ..Spoken::default()
                })
            });
            room.now += Duration::from_millis(200);
            room.event(Event::Tick);
        }
        prop_assert!(matches!(room.dialogue.mode, Mode::Asleep), "{:?}", room.dialogue.mode);
    }

    #[test]
    fn in_privacy_nothing_is_heard(happenings in proptest::collection::vec(happening(), 1..40)) {
        let mut room = Room::new();
        room.event(Event::Privacy(true));
        for happening in &happenings {
            if matches!(happening.what, What::Pushes | What::Privacy(false)) {
                continue;
            }
            room.now += Duration::from_millis(happening.after_ms);
            let effects = room.event(event(&happening.what));
            // How loud it says that it does not listen is another matter.
            let heard = effects.iter().any(|effect| !matches!(effect, Effect::Tell(_) | Effect::Duck(_)));
            prop_assert!(!heard, "{effects:?}");
        }
        prop_assert_eq!(room.dialogue.state(), State::Muted);
    }
}
