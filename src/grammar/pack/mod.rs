//! A language pack: everything a grammar directory says about one language, read and checked, not yet compiled.
//!
//! Knows the file schema (the known sentence-template format plus heyroom's own keys); finds files, merges them,
//! reports what is wrong with line and column.

mod files;
mod merge;
mod read;
mod read_actions;
mod read_lists;
mod read_replies;
mod read_tests;
mod references;
mod schema;

use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::actions::Action;
use super::diagnostics::{Diagnostics, Place, Source};
use super::outcome::{Context, Wake};
use super::reply::Reply;
use super::template::Part;

pub use files::{bundled_languages, languages, yaml_files};
pub(super) use merge::is_shared;
pub use read_lists::{list_definition, list_values};

/// A language pack.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    /// The language, as the files spell it ("en", "pt-BR").
    pub language: String,
    /// The language is written without spaces: they are ignored when matching.
    pub ignore_whitespace: bool,
    /// The intents, in file order.
    pub intents: IndexMap<String, Intent>,
    /// Lists that every sentence can use.
    pub lists: IndexMap<String, ListDef>,
    /// Rules that every sentence can use.
    pub rules: IndexMap<String, Rule>,
    /// Words that may be said anywhere and mean nothing.
    pub skip_words: Vec<String>,
    /// Reply texts: intent, then key.
    pub responses: IndexMap<String, IndexMap<String, Reply>>,
    /// What wakes the assistant in this language; none to leave it to the settings.
    pub wake_phrases: Vec<String>,
    /// What the recogniser hears where a name is said: by a word of names, a whole name, or an id.
    pub heard_as: IndexMap<String, Vec<String>>,
    /// Intents that `shared.yaml` has and this language has no sentences for.
    pub unspoken: Vec<(String, Place)>,
    /// The pack's own tests.
    pub tests: Vec<TestSet>,
    /// Warnings found while reading.
    pub warnings: Diagnostics,
    /// Lists that sentences use but nobody defines; the caller may supply them.
    pub missing_lists: Vec<(String, Place)>,
    /// The files that the pack only builds on (`extends: bundled`).
    inherited: Vec<Arc<Source>>,
}

/// What one intent can be said as, and what it does.
#[derive(Debug, Clone, Default)]
pub struct Intent {
    /// Blocks of sentences with their own settings.
    pub blocks: Vec<Block>,
    /// One line for "what can I say".
    pub help: Option<String>,
    /// Where that line stands.
    pub help_at: Option<TextPlace>,
    /// Where its name stands.
    pub place: Option<Place>,
    /// People say it every day: every language should have many ways to say it.
    pub common: bool,
    /// Whether its files say if it asks first, with a question or with `confirm: false`.
    asks_first: bool,
}

/// Sentences that share their settings.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// The templates.
    pub sentences: Vec<Sentence>,
    /// Slots with a fixed value; a matched slot wins over them.
    pub slots: IndexMap<String, Value>,
    /// What the context must hold.
    pub requires: Vec<ContextRule>,
    /// What the context must not hold.
    pub excludes: Vec<ContextRule>,
    /// Rules of this block only; they override global ones.
    pub rules: IndexMap<String, Rule>,
    /// Lists of this block only; they override global ones.
    pub lists: IndexMap<String, ListDef>,
    /// If not empty, one of these must be in the sentence.
    pub keywords: Vec<String>,
    /// The key of the reply.
    pub response: Option<String>,
    /// Where that key stands.
    pub response_at: Option<Place>,
    /// Passed through to the match.
    pub metadata: Map<String, Value>,
    /// What is done.
    pub actions: Vec<Action>,
    /// How it is taken back.
    pub undo: Vec<Action>,
    /// A question to ask first.
    pub confirm: Option<String>,
    /// Where that question stands.
    pub confirm_at: Option<TextPlace>,
    /// May fire before the silence.
    pub early: bool,
    /// Whether the wake phrase is needed.
    pub wake: Wake,
    /// Where the states of [`Wake::OptionalIn`] stand.
    pub wake_at: Vec<Place>,
    /// How far a misheard sentence may be from the templates.
    pub tolerance: Tolerance,
    /// How clearly its words must be heard on average, from 0 to 1; none: as those of any command like it.
    pub confidence: Option<f32>,
}

/// How far a misheard sentence may be from what can be said.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Tolerance {
    /// As far as the matcher thinks fit; not at all where a question is asked first, programs are run
    /// or nothing is done (answers to questions).
    #[default]
    Default,
    /// Not at all.
    None,
    /// Up to this cost: 0 not at all, 0.2 a missing article, 0.6 much.
    Limit(f32),
}

/// A template of a block.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// As written.
    pub text: String,
    /// As read.
    pub part: Part,
    /// Where it stands, for messages about parts of it.
    pub at: TextPlace,
}

/// Where a text value stands, so that an offset in it can be turned into a column.
#[derive(Debug, Clone)]
pub struct TextPlace(pub(super) super::yaml::Yaml);

impl TextPlace {
    /// The text, as written.
    pub fn text(&self) -> Option<&str> {
        self.0.as_str()
    }

    /// The place of the byte `offset` of the text.
    pub fn at(&self, offset: usize) -> Place {
        self.0.place_in_text(offset)
    }
}

/// A named part of sentences.
#[derive(Debug, Clone)]
pub struct Rule {
    /// As read.
    pub part: Part,
    /// Where it stands.
    pub at: TextPlace,
}

/// A list of values for a slot.
#[derive(Debug, Clone)]
pub struct ListDef {
    /// What it holds.
    pub kind: ListKind,
    /// Where its name stands; none for lists supplied by the caller.
    pub place: Option<Place>,
}

impl ListDef {
    /// The values that are written out.
    pub fn values(&self) -> &[ListValue] {
        match &self.kind {
            ListKind::Values(values) | ListKind::Contacts(values) | ListKind::Participants(values) => values,
            ListKind::Range(_) | ListKind::Wildcard | ListKind::Digits { .. } => &[],
        }
    }
}

/// What a list can hold.
#[derive(Debug, Clone)]
pub enum ListKind {
    /// Values written out.
    Values(Vec<ListValue>),
    /// Numbers.
    Range(RangeDef),
    /// Any text.
    Wildcard,
    /// The address book, supplied while running; with values that are always there.
    Contacts(Vec<ListValue>),
    /// Who is in the call, supplied while running; with values that are always there.
    Participants(Vec<ListValue>),
    /// A number spoken digit by digit ("one two double five"); the value is a text of digits.
    Digits {
        /// Fewest digits.
        min: usize,
        /// Most digits.
        max: usize,
        /// The language of the digit words; the pack's if none.
        language: Option<String>,
    },
}

/// One value of a list.
#[derive(Debug, Clone)]
pub struct ListValue {
    /// What is said, as written.
    pub text: String,
    /// As a template.
    pub part: Part,
    /// What it means; the spoken text if none.
    pub out: Option<Value>,
    /// Added to the context when this value matches.
    pub context: Context,
    /// Passed through.
    pub metadata: Map<String, Value>,
    /// Where it stands.
    pub at: TextPlace,
}

/// A range of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct RangeDef {
    /// The smallest.
    pub from: i64,
    /// The largest, included.
    pub to: i64,
    /// The distance between two of them.
    pub step: i64,
    /// The value is the spoken number times this.
    pub multiplier: Option<f64>,
    /// Whether "20.5" is accepted.
    pub fractions: Fractions,
    /// Whether digits are accepted.
    pub digits: bool,
    /// Whether number words are accepted.
    pub words: bool,
    /// The language of the words; the pack's if none.
    pub words_language: Option<String>,
}

/// Fractions of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fractions {
    /// Whole numbers only.
    #[default]
    None,
    /// .0 and .5
    Halves,
    /// .0 to .9
    Tenths,
}

/// A condition on one key of the context.
#[derive(Debug, Clone)]
pub struct ContextRule {
    /// The key.
    pub key: String,
    /// What is expected of its value.
    pub expect: Expect,
    /// The slot that takes its value.
    pub slot: Option<String>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// What is expected of a context value.
#[derive(Debug, Clone, PartialEq)]
pub enum Expect {
    /// Any value.
    Present,
    /// This value.
    Equal(Value),
    /// One of these values.
    OneOf(Vec<Value>),
}

/// Tests that share their fixtures.
#[derive(Debug, Clone, Default)]
pub struct TestSet {
    /// Lists that hold in these tests only.
    pub lists: IndexMap<String, ListDef>,
    /// The tests.
    pub cases: Vec<TestCase>,
}

/// Sentences and what must come out.
#[derive(Debug, Clone)]
pub struct TestCase {
    /// The sentences.
    pub sentences: Vec<(String, Place)>,
    /// The expected intent; none if they must be rejected.
    pub intent: Option<String>,
    /// The expected slot values; none if they are not checked.
    pub slots: Option<IndexMap<String, Value>>,
    /// The context in which they are said.
    pub context: Context,
    /// The expected reply.
    pub response: Option<String>,
}

impl Pack {
    /// Reads the pack of `language` from a directory.
    ///
    /// Every YAML file below the directory is read whose `language:`, or else folder or name, is the wanted language,
    /// or its primary subtag where there is none of that: `en.yaml` first, then the folder `en/`, then the others in
    /// path order. What all languages share may stand before them in `shared.yaml`, or in other files without a
    /// language. Files are merged: maps recursively, sequences append, scalars overwrite; `actions`,
    /// `undo` and `wake` of an intent are replaced as a whole. With `extends: bundled` in one of the files they are
    /// merged into the pack inside the program.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, if at least one thing makes the pack unusable. A list that sentences use but no
    /// file defines is one, unless the caller supplies it: see [`Pack::load_with`].
    pub fn load(dir: &Path, language: &str) -> Result<Self, Diagnostics> {
        let mut pack = Self::load_with(dir, language)?;
        pack.require_lists()?;
        Ok(pack)
    }

    /// As [`Pack::load`], but lists that nobody defines are only noted in [`Pack::missing_lists`], for a caller
    /// that supplies lists with each sentence.
    ///
    /// # Errors
    ///
    /// As [`Pack::load`].
    pub fn load_with(dir: &Path, language: &str) -> Result<Self, Diagnostics> {
        let sources = files::find(dir, language)?;
        Self::from_sources(&sources, language)
    }

    /// Turns [`Pack::missing_lists`] into errors.
    ///
    /// # Errors
    ///
    /// One for each missing list.
    pub fn require_lists(&mut self) -> Result<(), Diagnostics> {
        if self.missing_lists.is_empty() {
            return Ok(());
        }
        let mut found = std::mem::take(&mut self.warnings);
        for (name, place) in &self.missing_lists {
            found.push(read::unknown_list(name, place, self));
        }
        Err(found)
    }

    /// Whether a place is in a file that the pack only builds on: its author cannot change anything there.
    pub fn is_inherited(&self, place: &Place) -> bool {
        self.inherited.iter().any(|source| Arc::ptr_eq(source, &place.source))
    }

    /// Whether the pack adds to another one.
    pub fn builds_on_another(&self) -> bool {
        !self.inherited.is_empty()
    }

    /// The pack of a language that is compiled into the program; see [`bundled_languages`].
    ///
    /// # Errors
    ///
    /// That there is none for the language (a pack in the program itself is tested to be sound).
    pub fn bundled(language: &str) -> Result<Self, Diagnostics> {
        let sources = files::bundled(language)?;
        let mut pack = Self::from_sources(&sources, language)?;
        pack.require_lists()?;
        Ok(pack)
    }

    /// Reads a pack from texts, merged in the given order.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them, if at least one thing makes the pack unusable.
    pub fn from_sources(sources: &[Arc<Source>], language: &str) -> Result<Self, Diagnostics> {
        read::pack(sources, language)
    }

    /// As [`Pack::from_sources`], of one text; for tests and tools.
    ///
    /// # Errors
    ///
    /// As [`Pack::from_sources`].
    pub fn from_text(name: &str, text: &str) -> Result<Self, Diagnostics> {
        let source = Arc::new(Source::text(name, text));
        Self::from_sources(&[source], "")
    }
}
