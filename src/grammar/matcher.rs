//! The matcher: which intent a sentence means, given the pack, the address book and the context.

use std::sync::{Arc, OnceLock};

use aho_corasick::AhoCorasick;

use super::book::Book;
use super::contacts::Contact;
use super::context::{self, Verdict};
use super::engine::Walker;
use super::lists::{ListData, Values};
use super::near::Lattice;
use super::outcome::{Context, Follow, Outcome, Prefix, Reason};
use super::pack::{ListDef, ListKind, ListValue, Pack};
use super::program::{self, CompiledBlock, Program, Template};
use super::search::Search;
use super::skip::SkipWords;
use super::soundalike::SoundAlikes;

/// A compiled grammar: answers what a sentence means. Cheap to ask, safe to share between threads.
#[derive(Debug, Clone)]
pub struct Grammar {
    pub(super) pack: Arc<Pack>,
    pub(super) program: Program,
    pub(super) skip: SkipWords,
    pub(super) contacts: Arc<Book>,
    /// Who is in the call, once somebody said so.
    pub(super) participants: Option<Arc<[Contact]>>,
    pub(super) literals: Option<Arc<AhoCorasick>>,
    /// Made when tolerance is first asked for.
    lattice: Arc<OnceLock<Lattice>>,
    /// What the recogniser knows, once [`Grammar::approximate`] was told.
    pub(super) ear: Option<Arc<SoundAlikes>>,
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
        let book = Book::changed(&self.contacts, contacts, &self.pack.language, &mut speller);
        self.contacts = Arc::new(book);
    }

    /// Makes the address book available in a pack that has no list for it: the values of its list `contact` stay.
    pub fn contacts_as_list(&mut self) {
        let has_source = self.program.lists.iter().any(|list| matches!(list, ListData::Contacts(_)));
        if has_source {
            return;
        }
        let pack = Arc::clone(&self.pack);
        if let Some(def) = pack.lists.get("contact")
            && let ListKind::Values(values) = &def.kind
        {
            let data = self.values(values);
            self.program.lists.define("contact", ListData::Contacts(data));
        }
    }

    /// Replaces (or defines) a list that sentences refer to by name. Lists of a single block stay what they are.
    pub fn set_list(&mut self, name: &str, values: &[ListValue]) {
        let data = self.values(values);
        self.redefine(name, ListData::Values(data));
    }

    fn redefine(&mut self, name: &str, data: ListData) {
        let before = self.program.lists.id(name).map(|id| self.program.lists.get(id));
        if before.is_some_and(ListData::has_templates) || data.has_templates() {
            // It knows the words of values that are templates.
            self.lattice = Arc::default();
        }
        self.program.lists.define(name, data);
    }

    /// Makes all lists those of `other`, a grammar compiled from the same pack. Undoes [`Grammar::set_list`].
    pub fn restore_lists(&mut self, other: &Self) {
        self.program.lists = other.program.lists.clone();
        self.lattice = Arc::clone(&other.lattice);
        // What the lists needed was added at the end.
        self.program.nodes.truncate(other.program.nodes.len());
        self.program.slots.truncate(other.program.slots.len());
    }

    /// As [`Grammar::set_list`], of any kind of list.
    pub fn set_list_def(&mut self, name: &str, list: &ListDef) {
        let data = match &list.kind {
            ListKind::Values(values) => ListData::Values(self.values(values)),
            // Until somebody says who takes part, it may be anybody.
            ListKind::Contacts(values) | ListKind::Participants(values) => {
                ListData::Contacts(self.values(values))
            }
            ListKind::Range(range) => {
                ListData::range(range.clone(), &self.pack.language, self.program.squash)
            }
            ListKind::Wildcard => ListData::Wildcard,
            ListKind::Digits { min, max, language: own } => {
                ListData::digits(*min, *max, own.as_deref().unwrap_or(&self.pack.language))
            }
        };
        self.redefine(name, data);
    }

    /// The values of a list that is made anew; what they needed of the program is there already.
    pub(super) fn values_again(&self, name: &str, values: &[ListValue]) -> Values {
        let rules = |name: &str| self.pack.rules.get(name).map(|rule| &rule.part);
        let mut data = Values::new(values, &rules, self.program.squash).0;
        let before = self.program.lists.id(name).map(|id| self.program.lists.get(id));
        if let Some(ListData::Contacts(before) | ListData::Values(before)) = before {
            data.templates.clone_from(&before.templates);
        }
        data
    }

    fn values(&mut self, values: &[ListValue]) -> Values {
        program::values(&mut self.program, &self.pack, values)
    }

    /// What a sentence means in a context.
    pub fn matches(&self, text: &str, context: &Context) -> Outcome {
        self.matches_preferring(text, context, &Preferences::default())
    }

    /// As [`Grammar::matches`], with preferences among several readings.
    pub fn matches_preferring(&self, text: &str, context: &Context, preferences: &Preferences) -> Outcome {
        let variants = self.variants(text);
        let mut search = Search::new(self, context, preferences);
        search.run(&variants, &|verdict| verdict != Verdict::Violated);
        if search.found() {
            return search.outcome();
        }
        // Would it have meant something in another context?
        let mut other = Search::new(self, context, preferences);
        other.run_anyhow(&variants);
        let reason = if other.found() { Reason::NotNow } else { Reason::Unknown };
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
}
