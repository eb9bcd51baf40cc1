//! What the recogniser listens for: the grammar's phrases with the wake phrases, less what the model cannot hear.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use super::{facts, wake::WakePhrases};
use crate::{
    grammar::{Candidate, Contact, CoverOptions, Grammar, Origin, SoundAlikes},
    recognizer::{DecodeError, Decoder, Model},
    room::{AddressBook, State},
    text::Phrases,
};

/// The contacts of the room's address book, as the grammar takes them.
pub fn contacts(book: &AddressBook) -> Vec<Contact> {
    let contact = |contact: &crate::room::Contact| {
        let id = contact.peer_id.clone()?;
        let name =
            contact.peer_dn.clone().filter(|name| !name.trim().is_empty()).unwrap_or_else(|| id.clone());
        Some(Contact { id, name })
    };
    book.iter().filter_map(contact).collect()
}

/// How a model hears names that it does not know: as words that sound alike. One per model; its words are sorted by
/// sound when the first such name comes.
#[derive(Debug, Clone, Default)]
pub struct NameEar(Arc<OnceLock<Arc<SoundAlikes>>>);

impl NameEar {
    /// The model's words by sound, as the grammar's language reads them.
    pub fn sound_alikes(&self, grammar: &Grammar, model: &Model) -> &Arc<SoundAlikes> {
        self.0.get_or_init(|| Arc::new(SoundAlikes::new(grammar.language(), model.vocabulary().iter())))
    }

    /// Adds to the address book what the model hears where it does not know a name. For ten thousand new names this
    /// takes up to seconds, for known ones milliseconds.
    pub fn approximate(&self, grammar: &mut Grammar, model: &Model) {
        if grammar.has_people() {
            let ear = Arc::clone(self.sound_alikes(grammar, model));
            grammar.approximate(&ear);
        }
    }
}

/// Those in the call, as the grammar takes them.
pub fn participants(state: &State) -> Vec<Contact> {
    facts::others(state).into_iter().map(|other| Contact { id: other.peer_id, name: other.name }).collect()
}

/// The phrases for the recogniser, and what the model cannot hear.
#[derive(Debug, Clone)]
pub struct Listening {
    /// What to listen for; none if the model hears any words.
    pub phrases: Option<Arc<Phrases>>,
    /// Words that the model does not know, and where each comes from.
    pub unknown: BTreeMap<String, String>,
}

impl Listening {
    /// Works out what to listen for.
    ///
    /// libvosk drops an unknown word from its phrase without a word, which would make "call xyz" be heard for "call":
    /// the phrases are made without such words.
    pub fn new(grammar: &Grammar, wake: &WakePhrases, model: &Model) -> Self {
        let vocabulary = model.vocabulary();
        let mut unknown = BTreeMap::new();
        for text in wake.texts() {
            for word in text.split_whitespace() {
                unknown.insert(word.to_owned(), format!("wake phrase \"{text}\""));
            }
        }
        for (word, origins) in grammar.words() {
            let origins: Vec<String> = origins.iter().map(described).collect();
            unknown.insert(word, origins.join(", "));
        }
        let heard_otherwise = grammar.heard_otherwise();
        unknown.retain(|word, _| !vocabulary.contains(word) && !heard_otherwise.contains(word));
        if !model.is_dynamic() {
            return Self { phrases: None, unknown };
        }
        let options = CoverOptions { prefixes: wake.texts().to_vec(), ..CoverOptions::default() };
        let phrases = grammar.cover_known(&options, &|word| vocabulary.contains(word));
        Self { phrases: Some(Arc::new(phrases)), unknown }
    }

    /// What to listen for while a question waits for its answer: the answers, the names of those among whom is to be
    /// chosen, and the wake phrases. None if the model hears any words anyway.
    pub fn for_answers(
        grammar: &Grammar,
        wake: &WakePhrases,
        model: &Model,
        intents: Vec<String>,
        candidates: &[Candidate],
    ) -> Option<Self> {
        if !model.is_dynamic() {
            return None;
        }
        let vocabulary = model.vocabulary();
        let ids = candidates.iter().filter_map(|candidate| candidate.value.as_str().map(str::to_owned));
        let options = CoverOptions {
            prefixes: wake.texts().to_vec(),
            intents: Some(intents),
            contacts: (!candidates.is_empty()).then(|| ids.collect()),
            without_skip_words: true,
            ..CoverOptions::default()
        };
        let mut phrases = grammar.cover_known(&options, &|word| vocabulary.contains(word));
        // The name in any form, and each word of it or of what tells people apart, is an answer as well.
        let mut answers: BTreeSet<String> = BTreeSet::new();
        for phrase in candidates.iter().flat_map(|candidate| grammar.ways_to_say(candidate)) {
            answers.extend(phrase.split([' ', '-']).map(str::to_owned));
            answers.insert(phrase);
        }
        let is_known = |phrase: &String| phrase.split(' ').all(|word| vocabulary.contains(word));
        phrases.extend(answers.into_iter().filter(is_known));
        Some(Self { phrases: Some(Arc::new(phrases)), unknown: BTreeMap::new() })
    }

    /// Tells the operator about each word that cannot be heard.
    pub fn warn(&self) {
        for (word, origin) in &self.unknown {
            tracing::warn!(
                "the model does not know the word \"{word}\" ({origin}): phrases with it cannot be heard. Use other \
                 words there, or a model that knows it"
            );
        }
    }

    /// Whether no wake phrase can be heard, so that the assistant could never be woken.
    pub fn is_deaf_to(&self, wake: &WakePhrases) -> bool {
        let hearable = |text: &String| !text.split_whitespace().any(|word| self.unknown.contains_key(word));
        !wake.texts().iter().any(hearable)
    }

    /// A recogniser for these phrases.
    ///
    /// # Errors
    ///
    /// [`DecodeError`].
    pub fn decoder(&self, model: &Model) -> Result<Decoder, DecodeError> {
        Decoder::new(model, self.phrases.clone())
    }
}

fn described(origin: &Origin) -> String {
    match origin {
        Origin::Template(place) | Origin::Value(place) => place.clone(),
        Origin::Contact(name) => format!("the contact \"{name}\""),
        Origin::Number => "a number".to_owned(),
    }
}
