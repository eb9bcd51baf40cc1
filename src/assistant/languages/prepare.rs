//! Making a language ready: grammar, model, recogniser. Takes from a tenth of a second to many, so not on the loop.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Foreign, LanguageError, LanguageSettings, Models, People, Why};
use crate::{
    assistant::{
        ear::{READINGS, Utterance},
        listening::{Listening, NameEar},
        reload::Files,
        wake::WakePhrases,
    },
    grammar::{Context, Grammar, Outcome},
    recognizer::{DecodeError, Decoder, Model},
};

/// What came of an order.
pub(in crate::assistant) enum News {
    /// The language can be spoken.
    Ready(Box<Prepared>),
    /// The wake phrase was none after all: the model of that language does not hear it.
    NotCalled {
        /// The language.
        language: String,
    },
    /// It cannot be spoken.
    Failed {
        /// The language.
        language: String,
        /// Whether somebody waits for it.
        aloud: bool,
        /// Why.
        error: LanguageError,
    },
}

/// A language that can take over.
pub(in crate::assistant) struct Prepared {
    pub language: String,
    pub grammar: Grammar,
    /// Whose names the recogniser knows.
    pub people: u64,
    /// How its model hears names.
    pub ear: NameEar,
    pub wake: WakePhrases,
    pub foreign: Foreign,
    pub model: Model,
    pub decoder: Decoder,
    /// What was said, as the model of this language heard it, if that is why it was wanted.
    pub said: Option<Utterance>,
    /// Whether somebody is to be told.
    pub announced: bool,
    pub took: Duration,
    /// Its grammar files as they were read; none for the grammars inside heyroom.
    pub files: Option<Files>,
}

pub(super) fn prepare(
    settings: &LanguageSettings,
    models: &Models,
    wake_on: bool,
    language: String,
    why: Why,
    people: People,
) -> News {
    let aloud = matches!(why, Why::Asked | Why::Called(_));
    match prepared(settings, models, wake_on, &language, why, people) {
        Ok(Some(prepared)) => News::Ready(Box::new(prepared)),
        Ok(None) => News::NotCalled { language },
        Err(error) => News::Failed { language, aloud, error },
    }
}

fn prepared(
    settings: &LanguageSettings,
    models: &Models,
    wake_on: bool,
    language: &str,
    why: Why,
    people: People,
) -> Result<Option<Prepared>, LanguageError> {
    let started = Instant::now();
    // Without its model a language need not be read.
    let dir = settings.sources.model_dir(language)?;
    let files = settings.sources.grammars.as_deref().map(Files::now);
    let pack = settings.sources.pack(language)?;
    let model = models.open(&dir)?;
    let wake = settings.wake_of(&pack);
    let phrases: &[_] = if wake_on { &settings.phrases } else { &[] };
    let mut grammar = Grammar::from_shared(pack.into());
    grammar.take_people_of(&people.grammar);
    let ear = NameEar::default();
    ear.approximate(&mut grammar, &model);
    let sounds = || Arc::clone(ear.sound_alikes(&grammar, &model));
    let foreign = Foreign::new(phrases, &wake, language, model.vocabulary(), &sounds);
    let listening = Listening::new(&grammar, &wake.and(&foreign.texts()), &model);
    listening.warn();
    if wake_on && listening.is_deaf_to(&wake) {
        let (model, phrases) = (model.dir().display().to_string(), wake.texts().join(", "));
        return Err(LanguageError::DeafToWake { model, phrases });
    }
    let mut decoder = listening.decoder(&model)?;
    let announced = matches!(why, Why::Asked);
    let said = match why {
        Why::Called(utterance) => match heard_again(utterance, &mut decoder, &grammar, &wake, settings)? {
            Some(utterance) => Some(utterance),
            None => return Ok(None),
        },
        Why::Asked | Why::Returns => None,
    };
    let language = language.to_owned();
    let took = started.elapsed();
    Ok(Some(Prepared {
        language,
        grammar,
        people: people.version,
        ear,
        wake,
        foreign,
        model,
        decoder,
        said,
        announced,
        took,
        files,
    }))
}

/// What the model of the language makes of an utterance; none if it does not hear its wake phrase there.
fn heard_again(
    mut utterance: Utterance,
    decoder: &mut Decoder,
    grammar: &Grammar,
    wake: &WakePhrases,
    settings: &LanguageSettings,
) -> Result<Option<Utterance>, DecodeError> {
    let started = Instant::now();
    decoder.accept(&utterance.samples)?;
    let hypothesis = decoder.finish()?;
    let words: Vec<&str> = hypothesis.words.iter().map(|word| word.text.as_str()).collect();
    let Some(span) = wake.find_span(&words) else { return Ok(None) };
    let phrase = hypothesis.words.get(span.clone()).unwrap_or_default();
    if phrase.iter().any(|word| word.confidence < settings.wake_confidence) {
        return Ok(None);
    }
    let command = words.get(span.end..).unwrap_or_default().join(" ");
    let understood =
        command.is_empty() || !matches!(grammar.matches(&command, &Context::new()), Outcome::NoMatch { .. });
    utterance.readings = match understood {
        true => Vec::new(),
        false => {
            let readings = decoder.readings(&utterance.samples, READINGS)?;
            decoder.reset();
            readings
        }
    };
    utterance.hypothesis = hypothesis;
    // They are about the words that were heard first.
    (utterance.played, utterance.signal) = (None, 0);
    utterance.decoding = started.elapsed();
    Ok(Some(utterance))
}
