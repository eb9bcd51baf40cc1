//! From YAML to a [`Pack`]: every key checked, every mistake reported at its place.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::{Block, Intent, Pack, Rule, Sentence, TestSet, TextPlace, Tolerance, merge, references, schema};
use crate::grammar::diagnostics::{Diagnostic, Diagnostics, Place, Source, did_you_mean};
use crate::grammar::outcome::Wake;
use crate::grammar::template::{self, Part};
use crate::grammar::yaml::{Data, Key, Yaml};

/// Reads and merges the texts.
pub(super) fn pack(sources: &[Arc<Source>], language: &str) -> Result<Pack, Diagnostics> {
    let mut reader = Reader::default();
    let Some(merged) = merge::files(&mut reader, sources, language) else {
        return Err(reader.found);
    };
    let mut pack = reader.pack(&merged.yaml, language);
    for file in &merged.tests {
        reader.known_keys(file, schema::FILE, "a test file");
        pack.tests.push(reader.test_set(file));
    }
    pack.inherited = merged.inherited;
    reader.questions(&pack, &merged.must_ask);
    references::check(&mut pack, &mut reader.found);
    if reader.found.has_errors() {
        return Err(reader.found);
    }
    pack.warnings = reader.found;
    Ok(pack)
}

pub(super) const KEYS: &str =
    "a grammar file has the keys language, intents, lists, expansion_rules, skip_words";

pub(super) const EXTENDS: &str = "`extends: bundled` builds on the grammar inside heyroom";

#[derive(Default)]
pub(super) struct Reader {
    pub(super) found: Diagnostics,
}

impl Reader {
    pub(super) fn error(&mut self, place: &Place, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Diagnostic::error(place, message).help(help));
    }

    pub(super) fn known_keys(&mut self, yaml: &Yaml, known: &[&str], of: &str) {
        let Data::Map(entries) = &yaml.data else { return };
        for (key, _) in entries {
            if !known.contains(&key.name.as_str()) {
                let help = did_you_mean(&key.name, known.iter().copied());
                self.found.push(
                    Diagnostic::warning(&key.place, format!("unknown key `{}` in {of}: ignored", key.name))
                        .help(help),
                );
            }
        }
    }

    /// The entries of a map; an error if it is something else.
    pub(super) fn entries<'a>(&mut self, yaml: &'a Yaml, what: &str) -> &'a [(Key, Yaml)] {
        match &yaml.data {
            Data::Map(entries) => entries,
            Data::Null => &[],
            _ => {
                self.error(
                    &yaml.place,
                    format!("{what} must be a map, not {}", yaml.kind()),
                    "write `key: value` lines",
                );
                &[]
            }
        }
    }

    pub(super) fn items<'a>(&mut self, yaml: &'a Yaml, what: &str) -> &'a [Yaml] {
        match &yaml.data {
            Data::Seq(items) => items,
            Data::Null => &[],
            _ => {
                self.error(
                    &yaml.place,
                    format!("{what} must be a list, not {}", yaml.kind()),
                    "write `- item` lines",
                );
                &[]
            }
        }
    }

    pub(super) fn text(&mut self, yaml: &Yaml, what: &str) -> Option<String> {
        let text = yaml.scalar_text();
        if text.is_none() {
            self.error(
                &yaml.place,
                format!("{what} must be a text, not {}", yaml.kind()),
                "put it in quotes",
            );
        }
        text
    }

    pub(super) fn flag(&mut self, yaml: &Yaml, what: &str) -> bool {
        match &yaml.data {
            Data::Bool(value) => *value,
            Data::Str(text) if matches!(text.as_str(), "yes" | "on" | "Yes" | "On") => true,
            Data::Str(text) if matches!(text.as_str(), "no" | "off" | "No" | "Off") => false,
            _ => {
                self.error(
                    &yaml.place,
                    format!("{what} must be true or false, not {}", yaml.kind()),
                    "write true or false",
                );
                false
            }
        }
    }

    pub(super) fn json_map(&mut self, yaml: &Yaml, what: &str) -> Map<String, Value> {
        self.entries(yaml, what).iter().map(|(key, value)| (key.name.clone(), value.to_json())).collect()
    }

    /// `heard_as: {NAME: [TEXT, ...]}`; one text may stand alone.
    fn heard_as(&mut self, yaml: &Yaml) -> IndexMap<String, Vec<String>> {
        let mut names = IndexMap::new();
        for (name, texts) in self.entries(yaml, "`heard_as`") {
            let of = format!("what is heard for `{}`", name.name);
            let single = [texts.clone()];
            let texts = if matches!(texts.data, Data::Str(_)) { &single[..] } else { self.items(texts, &of) };
            let mut forms = Vec::new();
            for form in texts {
                let Some(text) = self.text(form, &of) else { continue };
                if crate::text::spoken_words(&text).is_empty() {
                    self.error(
                        &form.place,
                        format!("{of} has no words"),
                        "write what the recogniser shall hear",
                    );
                } else {
                    forms.push(text);
                }
            }
            names.insert(name.name.clone(), forms);
        }
        names
    }

    pub(super) fn template(&mut self, yaml: &Yaml, what: &str) -> Option<(String, Part)> {
        // `- on` and the like were meant as text.
        let text = self.text(yaml, what)?;
        match template::parse(&text) {
            Ok(part) => Some((text, part)),
            Err(error) => {
                self.error(
                    &yaml.place_in_text(error.offset),
                    format!("{what}: {}", error.message),
                    error.help,
                );
                None
            }
        }
    }

    fn pack(&mut self, file: &Yaml, language: &str) -> Pack {
        let mut pack = Pack::default();
        self.known_keys(file, schema::FILE, "a grammar file");
        pack.language = match file.get("language").and_then(Yaml::scalar_text) {
            Some(language) => language,
            None => {
                self.found.push(Diagnostic::warning(&file.place, "the key `language` is missing").help(
                    format!("write: language: \"{}\"", if language.is_empty() { "en" } else { language }),
                ));
                if language.is_empty() { "en".to_owned() } else { language.to_owned() }
            }
        };
        if let Some(settings) = file.get("settings") {
            self.known_keys(settings, schema::SETTINGS, "`settings`");
            if let Some(value) = settings.get("ignore_whitespace") {
                pack.ignore_whitespace = self.flag(value, "`ignore_whitespace`");
            }
        }
        if let Some(rules) = file.get("expansion_rules") {
            pack.rules = self.rules(rules);
        }
        if let Some(lists) = file.get("lists") {
            pack.lists = self.lists(lists);
        }
        if let Some(words) = file.get("skip_words") {
            for word in self.items(words, "`skip_words`") {
                pack.skip_words.extend(self.text(word, "a skip word"));
            }
        }
        if let Some(phrases) = file.get("wake_phrases") {
            for phrase in self.items(phrases, "`wake_phrases`") {
                pack.wake_phrases.extend(self.text(phrase, "a wake phrase"));
            }
        }
        if let Some(names) = file.get("heard_as") {
            pack.heard_as = self.heard_as(names);
        }
        match file.get("intents") {
            Some(intents) => {
                for (name, intent) in self.entries(intents, "`intents`") {
                    // What a language has no sentences for cannot be said in it, and that is all.
                    if intent.get("data").is_none() && merge::is_shared(&name.place.source) {
                        pack.unspoken.push((name.name.clone(), name.place.clone()));
                        continue;
                    }
                    let intent = self.intent(name, intent);
                    pack.intents.insert(name.name.clone(), intent);
                }
            }
            None => {
                let message = "no `intents`: nothing could be understood";
                self.error(&file.place, message, format!("{KEYS}; {EXTENDS}"));
            }
        }
        if let Some(responses) = file.get("responses") {
            self.responses(responses, &mut pack);
        }
        if file.get("tests").is_some() {
            let cases = self.test_set(file).cases;
            pack.tests.push(TestSet { lists: IndexMap::new(), cases });
        }
        pack
    }

    fn rules(&mut self, yaml: &Yaml) -> IndexMap<String, Rule> {
        let mut rules = IndexMap::new();
        for (key, value) in self.entries(yaml, "`expansion_rules`") {
            if let Some((_, part)) = self.template(value, &format!("rule <{}>", key.name)) {
                rules.insert(key.name.clone(), Rule { part, at: TextPlace(value.clone()) });
            }
        }
        rules
    }

    fn intent(&mut self, name: &Key, yaml: &Yaml) -> Intent {
        let of = format!("intent `{}`", name.name);
        self.known_keys(yaml, schema::INTENT, &of);
        let defaults = self.block_settings(yaml, &Block::default(), &of);
        let mut intent = Intent { place: Some(name.place.clone()), ..Intent::default() };
        if let Some(help) = yaml.get("help") {
            intent.help = self.text(help, "`help`");
            intent.help_at = Some(TextPlace(help.clone()));
        }
        intent.common = yaml.get("common").is_some_and(|common| self.flag(common, "`common`"));
        let Some(data) = yaml.get("data") else {
            self.error(
                &name.place,
                format!("{of} has no `data`"),
                "write `data:` with a list of blocks below it",
            );
            return intent;
        };
        for block in self.items(data, "`data`") {
            if !matches!(block.data, Data::Map(_)) {
                self.error(
                    &block.place,
                    format!("a block of {of} must be a map, not {}", block.kind()),
                    "write `- sentences:`",
                );
                continue;
            }
            self.known_keys(block, schema::BLOCK, &format!("a block of {of}"));
            let block = self.block(block, &defaults, &of);
            intent.blocks.push(block);
        }
        let decided = |block: &Yaml| block.get("confirm").is_some();
        intent.asks_first = decided(yaml) || self.items(data, "`data`").iter().all(decided);
        intent
    }

    /// What may stand in a block as well as, for all its blocks, in the intent.
    fn block_settings(&mut self, yaml: &Yaml, defaults: &Block, of: &str) -> Block {
        let mut block = defaults.clone();
        if let Some(actions) = yaml.get("actions") {
            block.actions = self.actions(actions, of);
        }
        if let Some(actions) = yaml.get("undo") {
            block.undo = self.actions(actions, of);
        }
        if let Some(confirm) = yaml.get("confirm") {
            block.confirm = match &confirm.data {
                Data::Bool(false) => None,
                Data::Bool(true) => Some(String::new()),
                _ => self.text(confirm, "`confirm`"),
            };
            block.confirm_at = Some(TextPlace(confirm.clone()));
        }
        if let Some(early) = yaml.get("early") {
            block.early = self.flag(early, "`early`");
        }
        if let Some(wake) = yaml.get("wake") {
            block.wake_at.clear();
            block.wake = match (&wake.data, wake.as_str()) {
                (_, Some("required")) => Wake::Required,
                (_, Some("optional")) => Wake::Optional,
                (Data::Map(_), _) if wake.get("optional").is_some() => {
                    let states = wake.get("optional").cloned();
                    let states = states.iter().flat_map(|list| self.items(list, "`optional`").to_vec());
                    let named = states.filter_map(|state| Some((state.scalar_text()?, state.place)));
                    let (states, places) = named.unzip();
                    block.wake_at = places;
                    Wake::OptionalIn(states)
                }
                _ => {
                    self.error(
                        &wake.place,
                        format!("`wake` of {of} cannot be read"),
                        "write `wake: optional`, `wake: required` or `wake: {optional: [ringing]}`",
                    );
                    Wake::Required
                }
            };
        }
        if let Some(tolerance) = yaml.get("tolerance") {
            block.tolerance = match tolerance.scalar_text().as_deref() {
                Some("none" | "false" | "no") => Tolerance::None,
                Some("default") => Tolerance::Default,
                other => {
                    match other.and_then(|text| text.parse().ok()).filter(|cost| (0.0..=1.0).contains(cost)) {
                        Some(cost) => Tolerance::Limit(cost),
                        None => {
                            self.error(
                                &tolerance.place,
                                format!("`tolerance` of {of} cannot be read"),
                                "write `tolerance: none`, `tolerance: default` or a number from 0 to 1",
                            );
                            Tolerance::None
                        }
                    }
                }
            };
        }
        if let Some(confidence) = yaml.get("confidence") {
            let written = confidence.scalar_text().and_then(|text| text.parse().ok());
            block.confidence = written.filter(|mean| (0.0..=1.0).contains(mean));
            if block.confidence.is_none() {
                self.error(
                    &confidence.place,
                    format!("`confidence` of {of} cannot be read"),
                    "write a number from 0 to 1, for example `confidence: 0.8`",
                );
            }
        }
        if let Some(response) = yaml.get("response") {
            block.response = self.text(response, "`response`");
            block.response_at = Some(response.place.clone());
        }
        if let Some(metadata) = yaml.get("metadata") {
            block.metadata.extend(self.json_map(metadata, "`metadata`"));
        }
        if let Some(map) = yaml.get("requires_context") {
            self.context_rules(map, "`requires_context`", &mut block.requires);
        }
        if let Some(map) = yaml.get("excludes_context") {
            self.context_rules(map, "`excludes_context`", &mut block.excludes);
        }
        block
    }

    fn block(&mut self, yaml: &Yaml, defaults: &Block, of: &str) -> Block {
        let mut block = self.block_settings(yaml, defaults, of);
        match yaml.get("sentences") {
            Some(sentences) => {
                for sentence in self.items(sentences, "`sentences`") {
                    if let Some((text, part)) = self.template(sentence, "a sentence") {
                        block.sentences.push(Sentence { text, part, at: TextPlace(sentence.clone()) });
                    }
                }
            }
            None => self.error(
                &yaml.place,
                format!("a block of {of} without `sentences`"),
                "write `- sentences:` with a list",
            ),
        }
        if let Some(slots) = yaml.get("slots") {
            block.slots = self.json_map(slots, "`slots`").into_iter().collect();
        }
        if let Some(rules) = yaml.get("expansion_rules") {
            block.rules = self.rules(rules);
        }
        if let Some(lists) = yaml.get("lists") {
            block.lists = self.lists(lists);
        }
        if let Some(words) = yaml.get("required_keywords") {
            for word in self.items(words, "`required_keywords`") {
                block.keywords.extend(self.text(word, "a keyword"));
            }
        }
        block
    }
}

impl Reader {
    /// Intents that must ask first, and have no question in this language.
    fn questions(&mut self, pack: &Pack, must_ask: &[String]) {
        for (name, intent) in must_ask.iter().filter_map(|name| Some((name, pack.intents.get(name)?))) {
            if let (Some(place), false) = (&intent.place, intent.asks_first) {
                self.error(
                    place,
                    format!("intent `{name}` must ask before it acts, and has no question in this language"),
                    "write `confirm: \"...?\"`; `confirm: false` if it may act at once",
                );
            }
        }
    }
}

/// The message for a list that nobody defines.
pub(super) fn unknown_list(name: &str, place: &Place, pack: &Pack) -> Diagnostic {
    let error = Diagnostic::error(place, format!("unknown list `{name}`"));
    if template::looks_like_range(name) {
        return error.help(format!("a range needs a slot: {{{name}:slot}}"));
    }
    error.help(did_you_mean(name, pack.lists.keys().map(String::as_str)))
}
