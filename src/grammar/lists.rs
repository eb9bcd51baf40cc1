//! Slot lists ready for matching: written values, the address book, number ranges, digit strings, wildcards.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::index::Index;
use super::numbers;
use super::outcome::Context;
use super::pack::{Fractions, ListValue, RangeDef};
use super::program::NodeId;
use super::ranges::{Digits, Range};
use super::template::{Kind, Part};
use crate::text;

/// A value's template with more readings than this is matched as a template.
const MAX_READINGS: usize = 64;
/// A text with more bytes than this is no value: rules in rules grow fast.
const MAX_READING: usize = 1000;

/// All lists of a program, by number; named ones can be redefined while running.
#[derive(Debug, Clone, Default)]
pub(super) struct ListTable {
    lists: Vec<Arc<ListData>>,
    names: HashMap<String, u32>,
}

impl ListTable {
    pub(super) fn get(&self, id: u32) -> &ListData {
        static MISSING: ListData = ListData::Missing;
        self.lists.get(id as usize).map_or(&MISSING, |list| &**list)
    }

    pub(super) fn id(&self, name: &str) -> Option<u32> {
        self.names.get(name).copied()
    }

    /// The name of a list; none for one without.
    pub(super) fn name(&self, id: u32) -> Option<&str> {
        self.names.iter().find(|(_, known)| **known == id).map(|(name, _)| name.as_str())
    }

    /// Adds a list without a name.
    pub(super) fn add(&mut self, data: ListData) -> u32 {
        self.lists.push(Arc::new(data));
        u32::try_from(self.lists.len() - 1).unwrap_or(u32::MAX)
    }

    /// Adds or replaces a named list.
    pub(super) fn define(&mut self, name: &str, data: ListData) -> u32 {
        match self.names.get(name) {
            Some(id) => {
                if let Some(list) = self.lists.get_mut(*id as usize) {
                    *list = Arc::new(data);
                }
                *id
            }
            None => {
                let id = self.add(data);
                self.names.insert(name.to_owned(), id);
                id
            }
        }
    }

    /// The number of a named list, made up if nobody defined it yet. The address book needs no definition.
    pub(super) fn reference(&mut self, name: &str) -> u32 {
        if let Some(id) = self.id(name) {
            return id;
        }
        let data = if name == "contact" { ListData::Contacts(Values::default()) } else { ListData::Missing };
        self.define(name, data)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &ListData> {
        self.lists.iter().map(|list| &**list)
    }
}

/// A list.
#[derive(Debug)]
pub(super) enum ListData {
    /// Nobody defined it: matches nothing.
    Missing,
    Values(Values),
    /// The address book, and values that are always there.
    Contacts(Values),
    Range(Box<Range>),
    Digits(Digits),
    Wildcard,
}

impl ListData {
    pub(super) fn range(def: RangeDef, language: &str, squash: bool) -> Self {
        let language = def.words_language.clone().unwrap_or_else(|| language.to_owned());
        Self::Range(Box::new(Range::new(def, language, squash)))
    }

    pub(super) fn inline_range(from: i64, to: i64, step: i64, language: &str, squash: bool) -> Self {
        let def = RangeDef {
            from,
            to,
            step,
            multiplier: None,
            fractions: Fractions::None,
            digits: true,
            words: true,
            words_language: None,
        };
        Self::range(def, language, squash)
    }

    /// Whether values are templates that stand for more than a handful of texts.
    pub(super) fn has_templates(&self) -> bool {
        matches!(self, Self::Values(values) | Self::Contacts(values) if !values.templates.is_empty())
    }

    pub(super) fn digits(min: usize, max: usize, language: &str) -> Self {
        Self::Digits(Digits { min, max, words: numbers::digit_words(language) })
    }
}

/// Written values.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub index: Index,
    /// Values whose spoken form is more than a handful of texts.
    pub templates: Vec<(NodeId, u32)>,
    pub values: Vec<StoredValue>,
    /// They are people: two whose names were said in the same words are both meant.
    pub people: bool,
}

/// What a value means.
#[derive(Debug)]
pub(super) struct StoredValue {
    /// Its spoken form as written.
    pub name: String,
    /// None: what was said.
    pub out: Option<Value>,
    pub context: Context,
    /// Where it stands, for messages.
    pub place: String,
    /// A name, not a template: said in the same words, it is meant before one that is a template.
    pub plain: bool,
}

impl Values {
    /// Sorts values into the index; the numbers of those that need a template of their own come back.
    pub(super) fn new<'a>(
        values: &'a [ListValue],
        rules: &dyn Fn(&str) -> Option<&'a Part>,
        squash: bool,
    ) -> (Self, Vec<u32>) {
        let mut data = Self { index: Index::with_capacity(values.len()), ..Self::default() };
        let mut complex = Vec::new();
        for (number, value) in values.iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            match readings(&value.part, rules, 0) {
                Some(readings) => {
                    for reading in readings {
                        data.index.insert(&key(&reading, squash), number, 0);
                    }
                }
                None => complex.push(number),
            }
            // What is spoken without a template is also how the value is written out in answers.
            let name = match &value.part.kind {
                Kind::Text(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
                _ => value.text.clone(),
            };
            data.values.push(StoredValue {
                name,
                out: value.out.clone(),
                context: value.context.clone(),
                place: value.at.at(0).to_string(),
                plain: matches!(value.part.kind, Kind::Text(_)) && value.text.chars().all(text::is_simple),
            });
        }
        (data, complex)
    }
}

/// The comparison form of a list value.
pub(super) fn key(text: &str, squash: bool) -> String {
    let key = text::normalize(text);
    if squash { text::squeeze(&key, false) } else { key }
}

/// Every text that a template stands for; none if there are too many or it refers to lists.
fn readings<'a>(
    part: &'a Part,
    rules: &dyn Fn(&str) -> Option<&'a Part>,
    depth: usize,
) -> Option<Vec<String>> {
    if depth > 20 {
        return None;
    }
    let all = match &part.kind {
        Kind::Text(text) => vec![text.clone()],
        Kind::Sequence(parts) => {
            let mut all = vec![String::new()];
            for part in parts {
                all = product(&all, &readings(part, rules, depth + 1)?)?;
            }
            all
        }
        Kind::Alternatives { branches, optional } => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(readings(branch, rules, depth + 1)?);
            }
            if *optional {
                all.push(String::new());
            }
            all
        }
        Kind::Rule(name) => {
            readings(rules(name)?, rules, depth + 1)?.into_iter().map(|text| text.trim().to_owned()).collect()
        }
        Kind::Permutation(_) | Kind::List(_) => return None,
    };
    let short = |text: &String| text.len() <= MAX_READING;
    (all.len() <= MAX_READINGS && all.iter().all(short)).then_some(all)
}

fn product(heads: &[String], tails: &[String]) -> Option<Vec<String>> {
    if heads.len() * tails.len() > MAX_READINGS {
        return None;
    }
    Some(heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}"))).collect())
}
