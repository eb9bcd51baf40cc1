//! Languages at run time: which one is spoken, and how another one takes its place.
//!
//! One model hears one language, and one language is spoken at a time: its model, grammar, replies and voice. Another
//! one is prepared beside the loop while the old one goes on listening, and takes over when it is whole. It is asked for
//! in words ("speak German"), or by its own wake phrase, as far as the present model can hear that ([`Foreign`]). What
//! was said then is heard again by the model of that language, which has the last word on whether it was called at all;
//! so a command may follow in the same breath.
//!
//! | file | idea |
//! |---|---|
//! | `sources` | where grammars and models come from; which models are in memory |
//! | `foreign` | wake phrases of other languages, as this one's model hears them |
//! | `prepare` | making a language ready |
//! | `switch` | what the running loop does with it |

mod foreign;
mod prepare;
mod sources;
mod switch;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::mpsc;

pub use foreign::Foreign;
pub use sources::{LanguageError, Sources};

use super::{ear::Utterance, wake::WakePhrases};
use crate::{
    grammar::{Grammar, Pack, SoundAlikes, pack::ListKind},
    recognizer::{Model, model::Vocabulary},
};
pub(super) use prepare::News;
use sources::Models;

/// What wakes the assistant where neither the settings nor any grammar says so.
const LAST_RESORT: &str = "hey room";

/// How languages are chosen.
#[derive(Debug, Clone)]
pub struct LanguageSettings {
    /// The language at the start, as its grammar spells it.
    pub default: String,
    /// Where the parts of each language are.
    pub sources: Sources,
    /// The wake phrases of every language that may be called by its own, the default one included; those of the
    /// present language do not matter here.
    pub phrases: Vec<(String, Vec<String>)>,
    /// The operator's wake phrases, which then are those of every language.
    pub own_wake: Option<WakePhrases>,
    /// The least confidence (0 to 1) of each word of a wake phrase.
    pub wake_confidence: f32,
    /// A model that was not used for this long is forgotten.
    pub release_after: Duration,
    /// Back to the default language after this long without a word to the assistant; none: never.
    pub return_after: Option<Duration>,
}

impl LanguageSettings {
    /// One language, and others only when they are asked for by name.
    pub fn new(default: impl Into<String>) -> Self {
        Self {
            default: default.into(),
            sources: Sources::default(),
            phrases: Vec::new(),
            own_wake: None,
            wake_confidence: 0.4,
            release_after: Duration::from_secs(600),
            return_after: None,
        }
    }

    /// What wakes the assistant while the language of `pack` is spoken.
    pub fn wake_of(&self, pack: &Pack) -> WakePhrases {
        self.own_wake.clone().unwrap_or_else(|| wake_phrases(pack))
    }
}

/// The wake phrases of a language: the pack's, or those of the pack inside heyroom.
pub fn wake_phrases(pack: &Pack) -> WakePhrases {
    let own = WakePhrases::new(pack.wake_phrases.iter().map(String::as_str));
    if !own.texts().is_empty() {
        return own;
    }
    let bundled = Pack::bundled(&pack.language).map(|pack| pack.wake_phrases).unwrap_or_default();
    if bundled.is_empty() {
        return WakePhrases::new([LAST_RESORT]);
    }
    WakePhrases::new(bundled.iter().map(String::as_str))
}

/// What the pack calls a language, such as "german" for `de`; the code where it has no name for it.
pub(super) fn name(pack: &Pack, language: &str) -> String {
    let values = match pack.lists.get("language").map(|list| &list.kind) {
        Some(ListKind::Values(values)) => values.as_slice(),
        _ => &[],
    };
    let wanted = serde_json::Value::from(language);
    let named = values.iter().find(|value| value.out.as_ref() == Some(&wanted));
    named.map_or_else(|| language.to_owned(), |value| value.text.clone())
}

/// Why another language is wanted.
#[derive(Debug)]
pub(super) enum Why {
    /// Somebody asked for it, and is to be told.
    Asked,
    /// Somebody said its wake phrase; this is the whole utterance.
    Called(Utterance),
    /// Nobody has spoken for a while: back to the default language.
    Returns,
}

/// The people whose names can be said.
#[derive(Clone)]
pub(super) struct People {
    /// A grammar that has them.
    pub grammar: Arc<Grammar>,
    /// Changes whenever they do.
    pub version: u64,
}

/// Which language is spoken, and which one is being made ready.
pub(super) struct Languages {
    settings: Arc<LanguageSettings>,
    models: Models,
    current: String,
    foreign: Foreign,
    wake_on: bool,
    /// The order that counts; what came of earlier ones does not matter.
    order: u64,
    pending: bool,
    /// When somebody last had to do with the assistant.
    used: Instant,
    news: mpsc::UnboundedSender<(u64, News)>,
}

impl Languages {
    /// The languages, with the default one in use, and the end of the line where new ones arrive.
    pub(super) fn new(
        settings: LanguageSettings,
        wake_on: bool,
        model: &Model,
        wake: &WakePhrases,
        ear: &dyn Fn() -> Arc<SoundAlikes>,
    ) -> (Self, mpsc::UnboundedReceiver<(u64, News)>) {
        let (news, arrived) = mpsc::unbounded_channel();
        let models = Models::default();
        let now = Instant::now();
        models.keep(model, now);
        let current = settings.default.clone();
        let phrases: &[_] = if wake_on { &settings.phrases } else { &[] };
        let foreign = Foreign::new(phrases, wake, &current, model.vocabulary(), ear);
        let languages = Self {
            settings: Arc::new(settings),
            models,
            current,
            foreign,
            wake_on,
            order: 0,
            pending: false,
            used: now,
            news,
        };
        (languages, arrived)
    }

    /// The language that is spoken.
    pub(super) fn current(&self) -> &str {
        &self.current
    }

    /// The wake phrases of the other languages.
    pub(super) fn foreign(&self) -> &Foreign {
        &self.foreign
    }

    /// What wakes the assistant in the present language once `pack` is its grammar.
    pub(super) fn wake_of(&self, pack: &Pack) -> WakePhrases {
        self.settings.wake_of(pack)
    }

    /// The words for which a model that knows `vocabulary` can hear none of the wake phrases; none if it can, or needs not.
    pub(super) fn deaf_for(&self, wake: &WakePhrases, vocabulary: &Vocabulary) -> Option<Vec<String>> {
        let unknown = |text: &String| -> Vec<String> {
            let words = text.split_whitespace().filter(|word| !vocabulary.contains(word));
            words.map(str::to_owned).collect()
        };
        let unheard: Vec<Vec<String>> = wake.texts().iter().map(unknown).collect();
        let is_deaf = self.wake_on && unheard.iter().all(|words| !words.is_empty());
        is_deaf.then(|| unheard.concat())
    }

    /// Whether a language is being made ready.
    pub(super) fn is_pending(&self) -> bool {
        self.pending
    }

    /// Somebody has to do with the assistant.
    pub(super) fn touch(&mut self, now: Instant) {
        self.used = now;
    }

    /// When [`Languages::due`] has something to do.
    pub(super) fn deadline(&self, model: &Model) -> Option<Instant> {
        let release = self.models.release_at(model.dir(), self.settings.release_after);
        release.into_iter().chain(self.return_at()).min()
    }

    fn return_at(&self) -> Option<Instant> {
        let elsewhere = self.current != self.settings.default && !self.pending;
        self.settings.return_after.filter(|_| elsewhere).and_then(|after| self.used.checked_add(after))
    }

    /// Forgets the models that nobody used; the language to return to, if it is time for it.
    pub(super) fn due(&mut self, model: &Model, now: Instant) -> Option<String> {
        self.models.release(model.dir(), self.settings.release_after, now);
        let due = self.return_at().is_some_and(|at| at <= now);
        due.then(|| self.settings.default.clone())
    }

    /// Makes a language ready beside the loop. A later order takes the place of an earlier one.
    pub(super) fn prepare(&mut self, language: String, why: Why, people: People) {
        self.order += 1;
        self.pending = true;
        let (order, news) = (self.order, self.news.clone());
        let (settings, models, wake_on) = (self.settings.clone(), self.models.clone(), self.wake_on);
        let asked = language.clone();
        let work = tokio::task::spawn_blocking(move || {
            prepare::prepare(&settings, &models, wake_on, asked, why, people)
        });
        tokio::spawn(async move {
            let result = work.await;
            let result = result.unwrap_or_else(|_| News::Failed {
                language,
                aloud: true,
                error: LanguageError::Broken,
            });
            // The assistant may have stopped meanwhile.
            let _ = news.send((order, result));
        });
    }

    /// Whether this is what was ordered last, which is done now.
    fn takes(&mut self, order: u64) -> bool {
        let counts = order == self.order;
        self.pending &= !counts;
        counts
    }

    /// Another language is spoken now, with the second of the `models` instead of the first.
    fn now_speaks(&mut self, language: String, foreign: Foreign, models: [&Model; 2], now: Instant) {
        for model in models {
            self.models.keep(model, now);
        }
        self.current = language;
        self.foreign = foreign;
        self.used = now;
    }
}
