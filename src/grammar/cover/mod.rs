//! The phrases that a recogniser must be given so that it can hear every sentence of a grammar.
//!
//! A recogniser that estimates a bigram model from its phrases knows word pairs, nothing more. So the list covers
//! every pair of neighbouring words that a sentence can contain, with its beginnings and ends, instead of the product
//! of all alternatives: a few phrases per template, one or two per name. Phrases of short commands are repeated so
//! that ten thousand names do not outweigh them.

mod balance;
mod builder;
mod paths;
mod rivals;
mod skips;

use std::collections::{BTreeMap, BTreeSet};

use builder::Cover;

use super::contacts;
use super::context::{self, Verdict};
use super::index::Index;
use super::lists::ListData;
use super::matcher::Grammar;
use super::outcome::Context;
use super::wordgraph::{Token, WordGraph};
use crate::text::Phrases;

/// What a cover is for.
#[derive(Debug, Clone, Default)]
pub struct CoverOptions {
    /// Leave out what is not valid in this context.
    pub context: Option<Context>,
    /// Phrases (such as wake phrases) after which every sentence may follow in one breath, and which may be said alone.
    pub prefixes: Vec<String>,
    /// Only sentences with a prefix, none without.
    pub only_with_prefix: bool,
    /// Only these intents.
    pub intents: Option<Vec<String>>,
    /// Of the address book, only the contacts with these ids: those that are asked about.
    pub contacts: Option<Vec<String>>,
    /// No skip words: while a short answer is expected.
    pub without_skip_words: bool,
}

/// Where a word of the vocabulary comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A template, as `file:line:column`.
    Template(String),
    /// The name of a contact.
    Contact(String),
    /// A value of a list, as `file:line:column`.
    Value(String),
    /// A number in words.
    Number,
}

/// Free text.
const UNKNOWN: &str = "[unk]";

impl Grammar {
    /// The phrase cover of all sentences, in any context.
    pub fn phrases(&self) -> Vec<String> {
        self.cover(&CoverOptions::default())
    }

    /// The phrase cover in which every sentence may also follow one of the prefixes.
    pub fn cover_with_prefixes(&self, prefixes: &[String]) -> Vec<String> {
        self.cover(&CoverOptions { prefixes: prefixes.to_vec(), ..CoverOptions::default() })
    }

    /// The phrase cover for a purpose.
    pub fn cover(&self, options: &CoverOptions) -> Vec<String> {
        self.cover_known(options, &|_| true).repeated().map(str::to_owned).collect()
    }

    /// The phrase cover for a recogniser that knows only some words. What needs another word is left out, names and
    /// optional words included, and the rest is still covered completely: leaving phrases out of a finished cover
    /// would tear holes in it.
    pub fn cover_known(&self, options: &CoverOptions, knows: &dyn Fn(&str) -> bool) -> Phrases {
        let mut cover = Cover::new(self, knows, options.contacts.as_deref());
        for template in &self.program.templates {
            let block = self.block(template);
            let data = &block.block;
            let violated = options.context.as_ref().is_some_and(|context| {
                context::before(&data.requires, &data.excludes, context) == Verdict::Violated
            });
            let intent = &self.program.intents[block.intent as usize];
            let unwanted = options.intents.as_ref().is_some_and(|intents| !intents.contains(intent));
            if violated || unwanted {
                continue;
            }
            let mut graph = WordGraph::new(&self.program, template.node);
            for steps in &mut graph.steps {
                steps.retain(|(token, _)| match token {
                    Token::Word(word) => word.is_empty() || knows(word),
                    Token::List(_) => true,
                });
            }
            let known = self.pack.intents.get(intent);
            let common = known.is_some_and(|intent| intent.common || intent.help.is_some());
            if let Some(help) = known.and_then(|intent| intent.help.as_deref()) {
                cover.example(help);
            }
            cover.template(&graph, block.intent, common);
        }
        if !options.without_skip_words {
            cover.skip_words();
        }
        cover.finish(options)
    }

    /// Every word that a recogniser must know, with where it comes from.
    pub fn words(&self) -> BTreeMap<String, BTreeSet<Origin>> {
        let mut words: BTreeMap<String, BTreeSet<Origin>> = BTreeMap::new();
        let mut note = |word: &str, origin: &dyn Fn() -> Origin| {
            // A sign alone (`%`) is only for sentences that are typed.
            if word == UNKNOWN || !word.contains(char::is_alphanumeric) {
                return;
            }
            let origins = words.entry(word.to_owned()).or_default();
            // A few places are enough to find it.
            if origins.len() < 5 {
                origins.insert(origin());
            }
        };
        let mut lists = BTreeSet::new();
        for template in &self.program.templates {
            let block = &self.block(template).block;
            let sentence = &block.sentences[template.sentence as usize];
            for (token, _) in WordGraph::new(&self.program, template.node).steps.iter().flatten() {
                match token {
                    Token::Word(word) => note(word, &|| Origin::Template(sentence.at.at(0).to_string())),
                    Token::List(list) => {
                        lists.insert(*list);
                    }
                }
            }
        }
        for list in lists {
            match self.program.lists.get(list) {
                ListData::Missing | ListData::Wildcard => {}
                ListData::Values(values) | ListData::Contacts(values) => {
                    let people = self.people_in(self.program.lists.get(list));
                    // In a list of those in the call, they stand behind the values that are always there.
                    let always = values.values.len() - if values.people { people.len() } else { 0 };
                    self.value_words(&values.index, &mut |word, value| {
                        let place = values.values.get(value as usize).map(|value| value.place.clone());
                        if (value as usize) < always {
                            note(word, &|| Origin::Value(place.clone().unwrap_or_default()));
                        }
                    });
                    for contact in people {
                        // The name itself; nicknames and other spellings that are not known do no harm.
                        spoken(self.language(), &crate::text::normalize(&contact.name), &mut |words| {
                            words
                                .iter()
                                .for_each(|word| note(word, &|| Origin::Contact(contact.name.clone())));
                        });
                    }
                }
                ListData::Range(range) => {
                    range.spoken(&mut |key| key.split(' ').for_each(|word| note(word, &|| Origin::Number)));
                }
                ListData::Digits(digits) => {
                    for word in digits.words.digits.iter().map(|(word, _)| word) {
                        note(word, &|| Origin::Number);
                    }
                    for word in digits.words.repeats.iter().map(|(word, _)| word) {
                        note(word, &|| Origin::Number);
                    }
                }
            }
        }
        for phrase in self.skip.phrases() {
            for word in phrase {
                note(word, &|| Origin::Template("skip_words".to_owned()));
            }
        }
        words
    }

    fn value_words(&self, index: &Index, note: &mut dyn FnMut(&str, u32)) {
        for (key, value, _) in index.iter().filter(|(_, _, rank)| *rank < contacts::RARE) {
            spoken(self.language(), key, &mut |words| {
                for word in words {
                    note(word, value);
                }
            });
        }
    }
}

/// The ways a recogniser would write a list value.
fn spoken(language: &str, key: &str, take: &mut dyn FnMut(&[&str])) {
    let plain = key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ');
    if key == UNKNOWN || plain {
        take(&key.split(' ').collect::<Vec<_>>());
    } else {
        contacts::spoken_forms(language, key, take);
    }
}
