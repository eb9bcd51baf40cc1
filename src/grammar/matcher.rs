//! The matcher: which intent a sentence means, given the pack, the address book and the context.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use aho_corasick::AhoCorasick;
use indexmap::IndexMap;
use serde_json::Value;

use super::actions;
use super::contacts::Contact;
use super::context::{self, Verdict};
use super::diagnostics::Diagnostics;
use super::engine::{MAX_SENTENCE, Pick, Reading, Walker, What};
use super::index::Index;
use super::lists::{ListData, Values};
use super::near::{Lattice, NameWords};
use super::outcome::{Candidate, Context, Follow, Match, Outcome, Prefix, Reason, Slot};
use super::pack::{ListDef, ListKind, ListValue, Pack};
use super::program::{self, CompiledBlock, Program, Template};
use super::skip::{SkipWords, Where};
use super::soundalike::SoundAlikes;
use crate::text::{Utterance, clean};

/// A compiled grammar: answers what a sentence means. Cheap to ask, safe to share between threads.
#[derive(Debug, Clone)]
pub struct Grammar {
    pub(super) pack: Arc<Pack>,
    pub(super) program: Program,
    pub(super) skip: SkipWords,
    pub(super) contacts: Arc<Book>,
    /// Who is in the call, once somebody said so.
    pub(super) participants: Option<Arc<[Contact]>>,
    literals: Option<Arc<AhoCorasick>>,
    /// Made when tolerance is first asked for.
    lattice: Arc<OnceLock<Lattice>>,
    /// What the recogniser knows, once [`Grammar::approximate`] was told.
    pub(super) ear: Option<Arc<SoundAlikes>>,
}

/// The address book, ready for matching.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub contacts: Vec<Contact>,
    pub index: Index,
    /// Made when tolerance is first asked for.
    sounds: OnceLock<NameWords>,
}

impl Book {
    pub(super) fn new(contacts: Vec<Contact>, index: Index) -> Self {
        Self { contacts, index, sounds: OnceLock::new() }
    }

    /// The words of its names by their sound.
    pub(super) fn name_words(&self, language: &str) -> &NameWords {
        self.sounds.get_or_init(|| NameWords::new(self.index.iter().map(|(key, ..)| key), language))
    }
}

/// What the caller prefers among several readings.
#[derive(Debug, Clone, Default)]
pub struct Preferences {
    /// A metadata key: readings whose block has it win.
    pub metadata: Option<String>,
    /// A slot: readings in which it took the most text win.
    pub slot: Option<String>,
}

impl Grammar {
    /// Compiles a pack.
    pub fn new(pack: &Pack) -> Self {
        Self::from_shared(Arc::new(pack.clone()))
    }

    /// As [`Grammar::new`], without copying the pack.
    pub fn from_shared(pack: Arc<Pack>) -> Self {
        let program = program::compile(&pack);
        // Without the automaton every template is tried: slower, but the same answers.
        let literals = AhoCorasick::new(&program.literals).ok().map(Arc::new);
        let skip = SkipWords::new(&pack.skip_words, pack.ignore_whitespace);
        Self {
            pack,
            program,
            skip,
            contacts: Arc::default(),
            participants: None,
            literals,
            lattice: Arc::default(),
            ear: None,
        }
    }

    /// The pack this grammar was made from.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// The language of the pack.
    pub fn language(&self) -> &str {
        &self.pack.language
    }

    /// Replaces the address book. Names can then be said in every list with `source: contacts`, and in the list
    /// `contact` if the pack defines none.
    pub fn set_contacts(&mut self, contacts: &[Contact]) {
        let mut speller = self.speller();
        let mut index = Index::with_capacity(contacts.len() * 5);
        for (number, contact) in contacts.iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            speller.contact(contact, &mut |phrase, rank| index.insert(phrase, number, rank));
        }
        index.decline(&self.pack.language);
        self.contacts = Arc::new(Book::new(contacts.to_vec(), index));
    }

    /// Makes the address book available in a pack that has no list for it: the values of its list `contact` stay.
    pub fn contacts_as_list(&mut self) {
        let has_source = self.program.lists.iter().any(|list| matches!(list, ListData::Contacts(_)));
        if has_source {
            return;
        }
        if let Some(def) = self.pack.lists.get("contact")
            && let ListKind::Values(values) = &def.kind
        {
            let data = self.values(values);
            self.program.lists.define("contact", ListData::Contacts(data));
        }
    }

    /// Replaces (or defines) a list that sentences refer to by name. Lists of a single block stay what they are.
    pub fn set_list(&mut self, name: &str, values: &[ListValue]) {
        let data = self.values(values);
        self.program.lists.define(name, ListData::Values(data));
    }

    /// Makes all lists those of `other`, a grammar compiled from the same pack. Undoes [`Grammar::set_list`].
    pub fn restore_lists(&mut self, other: &Self) {
        self.program.lists = other.program.lists.clone();
    }

    /// As [`Grammar::set_list`], of any kind of list.
    pub fn set_list_def(&mut self, name: &str, list: &ListDef) {
        let language = &self.pack.language;
        let data = match &list.kind {
            ListKind::Values(values) => ListData::Values(self.values(values)),
            // Until somebody says who takes part, it may be anybody.
            ListKind::Contacts(values) | ListKind::Participants(values) => {
                ListData::Contacts(self.values(values))
            }
            ListKind::Range(range) => ListData::range(range.clone(), language, self.program.squash),
            ListKind::Wildcard => ListData::Wildcard,
            ListKind::Digits { min, max, language: own } => {
                ListData::digits(*min, *max, own.as_deref().unwrap_or(language))
            }
        };
        self.program.lists.define(name, data);
    }

    pub(super) fn values(&self, values: &[ListValue]) -> Values {
        let rules = |name: &str| self.pack.rules.get(name).map(|rule| &rule.part);
        // Values that stand for very many texts cannot be added while running; `check_list` says so.
        Values::new(values, &rules, self.program.squash).0
    }

    /// Checks values that are to become a list.
    ///
    /// # Errors
    ///
    /// The values that stand for too many texts.
    pub fn check_list(&self, values: &[ListValue]) -> Result<(), Diagnostics> {
        let rules = |name: &str| self.pack.rules.get(name).map(|rule| &rule.part);
        let (_, complex) = Values::new(values, &rules, self.program.squash);
        let Some(first) = complex.first().and_then(|number| values.get(*number as usize)) else {
            return Ok(());
        };
        let message =
            format!("the list value `{}` stands for too many texts, or refers to lists", first.text);
        Err(super::diagnostics::Diagnostic::error(&first.at.at(0), message)
            .help("split it into several values with the same `out`")
            .into())
    }

    /// What a sentence means in a context.
    pub fn matches(&self, text: &str, context: &Context) -> Outcome {
        self.matches_preferring(text, context, &Preferences::default())
    }

    /// As [`Grammar::matches`], with preferences among several readings.
    pub fn matches_preferring(&self, text: &str, context: &Context, preferences: &Preferences) -> Outcome {
        let variants = self.variants(text);
        let mut search = Search { grammar: self, context, preferences, best: None, ties: Vec::new() };
        search.run(&variants, &|verdict| verdict != Verdict::Violated);
        if search.best.is_some() {
            return search.outcome();
        }
        // Would it have meant something in another context?
        let mut other = Search { grammar: self, context, preferences, best: None, ties: Vec::new() };
        other.run_anyhow(&variants);
        let reason = if other.best.is_some() { Reason::NotNow } else { Reason::Unknown };
        Outcome::NoMatch { reason }
    }

    /// What the beginning of a sentence is and may become. Skip words at its end do not matter.
    pub fn prefix(&self, text: &str, context: &Context) -> Prefix {
        let variants = self.variants(text);
        let mut prefix = Prefix::default();
        // Per template that goes on in words: whether what it would become is settled below.
        let mut longer: Vec<&Template> = Vec::new();
        let mut whole: Vec<(&Template, Vec<u32>)> = Vec::new();
        for template in &self.program.templates {
            let data = &self.block(template).block;
            if context::before(&data.requires, &data.excludes, context) == Verdict::Violated {
                continue;
            }
            for variant in variants.of(template) {
                let mut walker = Walker::new(&self.program, &self.contacts.index, variant.utterance.folded());
                let mut filled: Option<Vec<u32>> = None;
                let follows = walker.prefix(template.node, &mut |reading| {
                    filled.get_or_insert_with(|| reading.picks.iter().map(|pick| pick.slot).collect());
                });
                whole.extend(filled.map(|slots| (template, slots)));
                if follows.any() {
                    longer.push(template);
                    prefix.follow = prefix.follow.max(if follows.slot { Follow::Slot } else { Follow::Same });
                }
            }
        }
        prefix.complete = !whole.is_empty();
        prefix.extendable = !longer.is_empty();
        let intent = |template: &Template| self.block(template).intent;
        let changes = |longer: &Template| {
            let same = |(template, filled): &(&Template, Vec<u32>)| {
                let (block, other) = (&self.block(template).block, &self.block(longer).block);
                intent(template) == intent(longer)
                    && longer.slots.iter().all(|slot| filled.contains(slot))
                    && (block.actions == other.actions && block.slots == other.slots)
                    && block.confirm == other.confirm
            };
            !whole.iter().all(same)
        };
        if prefix.follow == Follow::Same && (!prefix.complete || longer.iter().any(|longer| changes(longer)))
        {
            prefix.follow = Follow::Words;
        }
        let names = |templates: &mut dyn Iterator<Item = &Template>| {
            let mut intents: Vec<u32> = templates.map(intent).collect();
            intents.sort_unstable();
            intents.dedup();
            intents.iter().map(|intent| self.program.intents[*intent as usize].clone()).collect()
        };
        prefix.intents = names(&mut whole.iter().map(|(template, _)| *template));
        prefix.becomes = names(&mut longer.iter().copied());
        if !prefix.complete && self.skip.ends_within_phrase(variants.full.utterance.folded()) {
            prefix.extendable = true;
            prefix.follow = prefix.follow.max(Follow::Words);
        }
        prefix
    }

    /// All templates as one graph of words.
    pub(super) fn lattice(&self) -> &Lattice {
        self.lattice.get_or_init(|| Lattice::new(&self.program, &self.pack.language))
    }

    pub(super) fn block(&self, template: &Template) -> &CompiledBlock {
        &self.program.blocks[template.block as usize]
    }

    pub(super) fn variants(&self, text: &str) -> Variants {
        let mut text = clean(text);
        if text.len() > MAX_SENTENCE {
            text.clear();
        }
        let squash = self.program.squash;
        let make = |text: String| self.variant(Utterance::from_clean(text, squash));
        let without = |at| self.skip.remove(&text, at).filter(|text| !text.is_empty()).map(make);
        Variants {
            stripped: without(Where::Everywhere),
            beginning: without(Where::Beginning),
            end: without(Where::End),
            full: make(text.clone()),
        }
    }

    fn variant(&self, utterance: Utterance) -> Variant {
        let mut present = vec![false; self.program.literals.len()];
        match &self.literals {
            Some(automaton) => {
                for hit in automaton.find_overlapping_iter(utterance.folded()) {
                    if let Some(present) = present.get_mut(hit.pattern().as_usize()) {
                        *present = true;
                    }
                }
            }
            None => present.fill(true),
        }
        Variant { utterance: Arc::new(utterance), present }
    }
}

/// A sentence as it is matched: whole, and without skip words where that makes a difference.
pub(super) struct Variants {
    pub full: Variant,
    stripped: Option<Variant>,
    beginning: Option<Variant>,
    end: Option<Variant>,
}

pub(super) struct Variant {
    pub utterance: Arc<Utterance>,
    /// For each literal of the program, whether it is in the sentence.
    present: Vec<bool>,
}

impl Variants {
    /// Those that a template is tried on, in this order.
    pub(super) fn of(&self, template: &Template) -> impl Iterator<Item = &Variant> {
        let second = match (template.starts_wild, template.ends_wild) {
            (false, false) => self.stripped.as_ref(),
            (false, true) => self.beginning.as_ref(),
            (true, false) => self.end.as_ref(),
            (true, true) => None,
        };
        std::iter::once(&self.full).chain(second)
    }
}

impl Variant {
    pub(super) fn may_match(&self, template: &Template) -> bool {
        !self.utterance.folded().is_empty()
            && template.required.iter().all(|group| {
                group.iter().any(|literal| self.present.get(*literal as usize).copied().unwrap_or(true))
            })
    }

    fn has_keyword(&self, keywords: &[String], squash: bool) -> bool {
        let text = self.utterance.folded();
        keywords.is_empty()
            || keywords.iter().any(|keyword| {
                if squash {
                    return text.contains(&keyword.replace(' ', ""));
                }
                text.match_indices(keyword.as_str()).any(|(at, found)| {
                    (at == 0 || text[..at].ends_with(' '))
                        && (at + found.len() == text.len() || text[at + found.len()..].starts_with(' '))
                })
            })
    }
}

/// How good a reading is: compared field by field, greater is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    metadata: bool,
    slot: usize,
    wildcards: std::cmp::Reverse<u32>,
    literal: u32,
    wild_text: std::cmp::Reverse<u32>,
    rank: std::cmp::Reverse<u32>,
}

/// A reading that is kept.
struct Found {
    template: usize,
    text: Arc<Utterance>,
    picks: Vec<Pick>,
    literal: u32,
    context: Context,
}

struct Search<'a> {
    grammar: &'a Grammar,
    context: &'a Context,
    preferences: &'a Preferences,
    best: Option<(Score, Found)>,
    /// Equally good readings that differ only in which list value was meant.
    ties: Vec<Found>,
}

/// More candidates than this, and one, cannot be asked about.
const MAX_TIES: usize = 15;

impl Search<'_> {
    fn run(&mut self, variants: &Variants, valid: &dyn Fn(Verdict) -> bool) {
        let grammar = self.grammar;
        for (number, template) in grammar.program.templates.iter().enumerate() {
            let mut verdict = None;
            for variant in variants.of(template) {
                if !variant.may_match(template) {
                    continue;
                }
                let block = grammar.block(template);
                let verdict = *verdict.get_or_insert_with(|| {
                    context::before(&block.block.requires, &block.block.excludes, self.context)
                });
                if !valid(verdict) || !variant.has_keyword(&block.keywords, grammar.program.squash) {
                    continue;
                }
                self.try_template(number, template, variant, verdict == Verdict::Open);
            }
        }
    }

    /// Ignores the context.
    fn run_anyhow(&mut self, variants: &Variants) {
        let grammar = self.grammar;
        for (number, template) in grammar.program.templates.iter().enumerate() {
            for variant in variants.of(template) {
                let block = grammar.block(template);
                let conditions = !block.block.requires.is_empty() || !block.block.excludes.is_empty();
                if conditions
                    && variant.may_match(template)
                    && variant.has_keyword(&block.keywords, grammar.program.squash)
                {
                    self.try_template(number, template, variant, false);
                    if self.best.is_some() {
                        return;
                    }
                }
            }
        }
    }

    fn try_template(&mut self, number: usize, template: &Template, variant: &Variant, open: bool) {
        let grammar = self.grammar;
        let text = &variant.utterance;
        let mut walker = Walker::new(&grammar.program, &grammar.contacts.index, text.folded());
        walker.walk(template.node, &mut |reading| self.consider(number, template, text, reading, open));
    }

    fn consider(
        &mut self,
        number: usize,
        template: &Template,
        text: &Arc<Utterance>,
        reading: &Reading<'_>,
        open: bool,
    ) {
        let grammar = self.grammar;
        let block = &grammar.block(template).block;
        let score = Score {
            metadata: self.preferences.metadata.as_ref().is_some_and(|key| block.metadata.contains_key(key)),
            slot: self.preferences.slot.as_ref().map_or(0, |slot| slot_length(grammar, reading.picks, slot)),
            wildcards: std::cmp::Reverse(reading.wildcards),
            literal: reading.literal,
            wild_text: std::cmp::Reverse(reading.wild_text),
            rank: std::cmp::Reverse(reading.rank),
        };
        let order = self.best.as_ref().map(|(best, _)| score.cmp(best));
        if order == Some(std::cmp::Ordering::Less) {
            return;
        }
        let context = grammar.full_context(self.context, reading.picks);
        if open && !context::after(&block.requires, &block.excludes, &context) {
            return;
        }
        let found = || Found {
            template: number,
            text: Arc::clone(text),
            picks: reading.picks.to_vec(),
            literal: reading.literal,
            context: context.clone(),
        };
        match (&self.best, order) {
            (Some((_, best)), Some(std::cmp::Ordering::Equal)) => {
                if self.ties.len() < MAX_TIES && grammar.same_but_for_values(best, template, reading.picks) {
                    self.ties.push(found());
                }
            }
            _ => {
                self.best = Some((score, found()));
                self.ties.clear();
            }
        }
    }

    fn outcome(self) -> Outcome {
        let grammar = self.grammar;
        let Some((_, best)) = self.best else { return Outcome::NoMatch { reason: Reason::Unknown } };
        let differing = best.picks.iter().enumerate().find(|(index, pick)| {
            let value = grammar.value_of(pick, &best.text);
            self.ties.iter().any(|tie| {
                tie.picks.get(*index).is_some_and(|other| grammar.value_of(other, &tie.text) != value)
            })
        });
        let Some((index, pick)) = differing else {
            return Outcome::Match(Box::new(grammar.build(best)));
        };
        let slot = grammar.program.slots[pick.slot as usize].clone();
        let mut seen = Vec::new();
        let mut candidates = Vec::new();
        let mut matches = Vec::new();
        for found in std::iter::once(best).chain(self.ties) {
            let Some(pick) = found.picks.get(index) else { continue };
            let value = grammar.value_of(pick, &found.text);
            if seen.contains(&value) {
                continue;
            }
            let name = grammar.name_of(pick, &found.text);
            let built = grammar.build(found);
            candidates.push(Candidate { name, value: value.clone(), slots: built.slots.clone() });
            matches.push(built);
            seen.push(value);
        }
        let intent = matches.first().map(|found| found.intent.clone()).unwrap_or_default();
        Outcome::Ambiguous { intent, slot, candidates, matches }
    }
}

/// How much text a list value (not free text) put into a slot.
fn slot_length(grammar: &Grammar, picks: &[Pick], slot: &str) -> usize {
    picks
        .iter()
        .filter(|pick| {
            !pick.capture && grammar.program.slots.get(pick.slot as usize).is_some_and(|name| name == slot)
        })
        .filter(|pick| !matches!(pick.what, What::Text | What::Unknown))
        .map(|pick| pick.end - pick.start)
        .next_back()
        .unwrap_or(0)
}

impl Grammar {
    /// The caller's context with what list values add. What the caller says wins.
    fn full_context(&self, caller: &Context, picks: &[Pick]) -> Context {
        let mut context = caller.clone();
        for pick in picks {
            if let Some(value) = self.stored(pick) {
                for (key, value) in &value.context {
                    if !caller.contains_key(key) {
                        context.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        context
    }

    fn stored(&self, pick: &Pick) -> Option<&super::lists::StoredValue> {
        let What::Value(number) = pick.what else { return None };
        match self.program.lists.get(pick.list) {
            ListData::Values(values) | ListData::Contacts(values) => values.values.get(number as usize),
            _ => None,
        }
    }

    /// Whether a reading differs from the best one only in values that were said in the same words.
    fn same_but_for_values(&self, best: &Found, template: &Template, picks: &[Pick]) -> bool {
        let best_template = &self.program.templates[best.template];
        if self.block(best_template).intent != self.block(template).intent || best.picks.len() != picks.len()
        {
            return false;
        }
        best.picks.iter().zip(picks).all(|(a, b)| {
            let same_place =
                a.slot == b.slot && a.start == b.start && a.end == b.end && a.capture == b.capture;
            let interchangeable = match (&a.what, &b.what) {
                (What::Contact(_), What::Contact(_)) => true,
                (What::Value(_), What::Value(_)) if self.are_people(a.list) => a.list == b.list,
                (What::Value(_), What::Value(_)) => {
                    // Only if a list says the very same thing twice is it unclear what was meant; otherwise the
                    // order of the file decides.
                    let name = |pick| self.stored(pick).map(|value| crate::text::normalize(&value.name));
                    a.list == b.list && name(a) == name(b)
                }
                (a, b) => a == b,
            };
            same_place && interchangeable
        })
    }

    fn value_of(&self, pick: &Pick, text: &Utterance) -> Value {
        match &pick.what {
            What::Number(value) => value.clone(),
            What::Contact(number) => self
                .contacts
                .contacts
                .get(*number as usize)
                .map_or(Value::Null, |contact| contact.id.clone().into()),
            What::Value(_) => match self.stored(pick).and_then(|value| value.out.clone()) {
                Some(out) => out,
                None => text.original(pick.start, pick.end).into(),
            },
            What::Text | What::Unknown => text.original(pick.start, pick.end).into(),
        }
    }

    fn name_of(&self, pick: &Pick, text: &Utterance) -> String {
        match &pick.what {
            What::Contact(number) => self
                .contacts
                .contacts
                .get(*number as usize)
                .map(|contact| contact.name.clone())
                .unwrap_or_default(),
            What::Value(_) => match self.stored(pick) {
                // A template is no name.
                Some(value) if self.are_people(pick.list) || !value.name.contains(['[', '(', '<', '{']) => {
                    value.name.clone()
                }
                _ => text.original(pick.start, pick.end).to_owned(),
            },
            What::Number(value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            What::Text | What::Unknown => text.original(pick.start, pick.end).to_owned(),
        }
    }

    fn build(&self, found: Found) -> Match {
        let template = &self.program.templates[found.template];
        let compiled = self.block(template);
        let block = &compiled.block;
        let intent = self.program.intents[compiled.intent as usize].clone();
        let mut slots: IndexMap<String, Slot> = IndexMap::new();
        let mut captures = IndexMap::new();
        for pick in &found.picks {
            let name = self.program.slots[pick.slot as usize].clone();
            let said = found.text.original(pick.start, pick.end);
            let slot = Slot::named(said, self.value_of(pick, &found.text), self.name_of(pick, &found.text));
            if pick.capture {
                captures.insert(name, slot);
            } else {
                slots.insert(name, slot);
            }
        }
        for rule in &block.requires {
            if let (Some(slot), Some(value)) = (&rule.slot, found.context.get(&rule.key)) {
                slots.entry(slot.clone()).or_insert_with(|| Slot::new("", context::inner(value).clone()));
            }
        }
        for (name, value) in &block.slots {
            slots.entry(name.clone()).or_insert_with(|| Slot::new("", value.clone()));
        }
        let all: Cow<'_, IndexMap<String, Slot>> = if captures.is_empty() {
            Cow::Borrowed(&slots)
        } else {
            let mut all = slots.clone();
            all.extend(captures.clone());
            Cow::Owned(all)
        };
        let key = block.response.as_deref().unwrap_or("default");
        let reply = self.pack.responses.get(&intent).and_then(|texts| texts.get(key));
        let sentence = &block.sentences[template.sentence as usize];
        let actions = block.actions.iter().map(|action| action.render(&all)).collect();
        let undo = block.undo.iter().map(|action| action.render(&all)).collect();
        let confirm = block.confirm.as_ref().map(|text| actions::render_text(text, &all));
        let reply = reply.map(|reply| reply.render(&self.pack.language, &all));
        Match {
            actions,
            undo,
            confirm,
            reply,
            response: block.response.clone(),
            early: block.early,
            wake: block.wake.clone(),
            metadata: block.metadata.clone(),
            captures,
            context: found.context,
            template: sentence.text.clone(),
            place: template.place.to_string(),
            literal: found.literal as usize,
            near: None,
            intent,
            slots,
        }
    }
}
