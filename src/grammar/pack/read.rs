//! From YAML to a [`Pack`]: every key checked, every mistake reported at its place.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::{
    Block, ContextRule, Expect, Intent, Pack, Rule, Sentence, TestCase, TestSet, TextPlace, Tolerance, schema,
};
use crate::grammar::actions::{Action, ActionKind, When};
use crate::grammar::diagnostics::{Diagnostic, Diagnostics, Place, Source, did_you_mean};
use crate::grammar::outcome::Wake;
use crate::grammar::template::{self, Part};
use crate::grammar::yaml::{self, Data, Key, Yaml};

use super::references;

/// Reads and merges the texts.
pub(super) fn pack(sources: &[Arc<Source>], language: &str) -> Result<Pack, Diagnostics> {
    let mut reader = Reader::default();
    let mut merged: Option<Yaml> = None;
    let mut tests = Vec::new();
    for source in sources {
        let file = match yaml::parse(source) {
            Ok(file) => file,
            Err(error) => {
                reader.found.push(*error);
                continue;
            }
        };
        if matches!(file.data, Data::Null) {
            continue;
        }
        if !matches!(file.data, Data::Map(_)) {
            reader.error(
                &file.place,
                format!("a grammar file is a map of keys, this is {}", file.kind()),
                KEYS,
            );
            continue;
        }
        // A file with tests and no intents brings fixtures, not lists of the pack.
        if file.get("tests").is_some() && file.get("intents").is_none() {
            reader.known_keys(&file, schema::FILE, "a test file");
            tests.push(reader.test_set(&file));
            continue;
        }
        match &mut merged {
            None => merged = Some(file),
            Some(merged) => merged.merge(file),
        }
    }
    let Some(merged) = merged else {
        if !reader.found.has_errors() {
            reader
                .found
                .push(Diagnostic::general(format!("the grammar for `{language}` is empty")).help(KEYS));
        }
        return Err(reader.found);
    };
    let mut pack = reader.pack(&merged, language);
    pack.tests.extend(tests);
    references::check(&mut pack, &mut reader.found);
    if reader.found.has_errors() {
        return Err(reader.found);
    }
    pack.warnings = reader.found;
    Ok(pack)
}

const KEYS: &str = "a grammar file has the keys language, intents, lists, expansion_rules, skip_words";

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
        match file.get("intents") {
            Some(intents) => {
                for (name, intent) in self.entries(intents, "`intents`") {
                    let intent = self.intent(name, intent);
                    pack.intents.insert(name.name.clone(), intent);
                }
            }
            None => self.error(&file.place, "no `intents`: nothing could be understood", KEYS),
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

    fn responses(&mut self, yaml: &Yaml, pack: &mut Pack) {
        // The published packs put intents one level deeper, beside their error texts.
        let intents = yaml.get("intents").unwrap_or(yaml);
        for (intent, texts) in self.entries(intents, "`responses`") {
            let texts = match &texts.data {
                Data::Map(texts) => texts
                    .iter()
                    .filter_map(|(key, text)| Some((key.name.clone(), self.text(text, "a reply")?)))
                    .collect(),
                _ => {
                    self.text(texts, "a reply").map(|text| ("default".to_owned(), text)).into_iter().collect()
                }
            };
            pack.responses.insert(intent.name.clone(), texts);
        }
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
        intent.help = yaml.get("help").and_then(|help| self.text(help, "`help`"));
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
        }
        if let Some(early) = yaml.get("early") {
            block.early = self.flag(early, "`early`");
        }
        if let Some(wake) = yaml.get("wake") {
            block.wake = match (&wake.data, wake.as_str()) {
                (_, Some("required")) => Wake::Required,
                (_, Some("optional")) => Wake::Optional,
                (Data::Map(_), _) if wake.get("optional").is_some() => {
                    let states = wake.get("optional").cloned();
                    let states = states.iter().flat_map(|list| self.items(list, "`optional`").to_vec());
                    Wake::OptionalIn(states.filter_map(|state| state.scalar_text()).collect())
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
        if let Some(response) = yaml.get("response") {
            block.response = self.text(response, "`response`");
        }
        if let Some(metadata) = yaml.get("metadata") {
            block.metadata.extend(self.json_map(metadata, "`metadata`"));
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
        for (key, rules) in
            [("requires_context", &mut block.requires), ("excludes_context", &mut block.excludes)]
        {
            if let Some(map) = yaml.get(key) {
                for (key, value) in self.entries(map, key) {
                    let rule = self.context_rule(&key.name, value);
                    rules.push(rule);
                }
            }
        }
        block
    }

    fn context_rule(&mut self, key: &str, yaml: &Yaml) -> ContextRule {
        let expect = |value: Value| match value {
            Value::Null => Expect::Present,
            Value::Array(values) => Expect::OneOf(values),
            value => Expect::Equal(value),
        };
        let Data::Map(entries) = &yaml.data else {
            return ContextRule { key: key.to_owned(), expect: expect(yaml.to_json()), slot: None };
        };
        if !entries.is_empty() {
            self.known_keys(yaml, schema::CONTEXT, "a context condition");
        }
        let value = yaml.get("value").map_or(Value::Null, Yaml::to_json);
        let slot = match yaml.get("slot").map(|slot| &slot.data) {
            None | Some(Data::Bool(false) | Data::Null) => None,
            Some(Data::Bool(true)) => Some(key.to_owned()),
            Some(Data::Str(slot)) => Some(slot.clone()),
            Some(_) => {
                self.error(&yaml.place, "`slot` must be true or a slot's name", "write `slot: true`");
                None
            }
        };
        ContextRule { key: key.to_owned(), expect: expect(value), slot }
    }

    fn actions(&mut self, yaml: &Yaml, of: &str) -> Vec<Action> {
        let single = [yaml.clone()];
        let items =
            if matches!(yaml.data, Data::Map(_)) { &single[..] } else { self.items(yaml, "`actions`") };
        items.iter().filter_map(|item| self.action(item, of)).collect()
    }

    fn action(&mut self, yaml: &Yaml, of: &str) -> Option<Action> {
        self.known_keys(yaml, schema::ACTION, &format!("an action of {of}"));
        let params = yaml.get("params").map(|map| self.json_map(map, "`params`")).unwrap_or_default();
        let text = |reader: &mut Self, key: &str| yaml.get(key).and_then(|value| reader.text(value, key));
        let kind = if let Some(method) = text(self, "room") {
            ActionKind::Room { method, params }
        } else if let Some(name) = text(self, "do") {
            ActionKind::Do { name, params }
        } else if let Some(reply) = text(self, "say") {
            ActionKind::Say(reply)
        } else if let Some(name) = text(self, "earcon") {
            ActionKind::Earcon(name)
        } else if yaml.get("wait").is_some() {
            let milliseconds = self.whole(yaml, "wait", "an action")?;
            ActionKind::Wait(u64::try_from(milliseconds).unwrap_or(0))
        } else if let Some(command) = yaml.get("shell") {
            let words = match &command.data {
                Data::Seq(words) => words.iter().filter_map(Yaml::scalar_text).collect(),
                _ => self.text(command, "`shell`")?.split_whitespace().map(str::to_owned).collect(),
            };
            ActionKind::Shell(words)
        } else if let Some(url) = text(self, "http") {
            let method = text(self, "method").unwrap_or_else(|| "GET".to_owned());
            ActionKind::Http { method, url, body: yaml.get("body").map(Yaml::to_json) }
        } else {
            self.error(
                &yaml.place,
                format!("an action of {of} says nothing to do"),
                "write one of the keys room, do, say, earcon, wait, shell, http",
            );
            return None;
        };
        let when = match yaml.get("when").map(|when| (when.as_str(), &when.place)) {
            None | Some((Some("ok"), _)) => When::Ok,
            Some((Some("failed"), _)) => When::Failed,
            Some((Some("always"), _)) => When::Always,
            Some((_, place)) => {
                self.error(place, "`when` cannot be read", "write ok, failed or always");
                When::Ok
            }
        };
        Some(Action { kind, when })
    }

    fn test_set(&mut self, file: &Yaml) -> TestSet {
        let mut set = TestSet::default();
        if let Some(lists) = file.get("lists") {
            set.lists = self.lists(lists);
        }
        let Some(tests) = file.get("tests") else { return set };
        for test in self.items(tests, "`tests`") {
            self.known_keys(test, schema::TEST, "a test");
            let mut sentences = Vec::new();
            match test.get("sentences") {
                Some(list) => {
                    for sentence in self.items(list, "`sentences`") {
                        if let Some(text) = self.text(sentence, "a test sentence") {
                            sentences.push((text, sentence.place.clone()));
                        }
                    }
                }
                None => {
                    self.error(&test.place, "a test without `sentences`", "write `- sentences:` with a list")
                }
            }
            // `intent: null` says that the sentences must be rejected.
            let intent = match test.get("intent") {
                None => {
                    self.error(
                        &test.place,
                        "a test without `intent`",
                        "name the intent, or write `intent: null`",
                    );
                    None
                }
                // The published packs write a map with the name and the slots.
                Some(intent) if intent.get("name").is_some() => {
                    intent.get("name").and_then(Yaml::scalar_text)
                }
                Some(intent) => intent.scalar_text(),
            };
            let slots =
                test.get("slots").or_else(|| test.get("intent").and_then(|intent| intent.get("slots")));
            let slots = slots.map(|slots| self.json_map(slots, "`slots`").into_iter().collect());
            let context =
                test.get("context").or_else(|| test.get("intent").and_then(|intent| intent.get("context")));
            let context = context.map(|map| self.json_map(map, "`context`")).unwrap_or_default();
            let response = test.get("response").and_then(Yaml::scalar_text);
            set.cases.push(TestCase { sentences, intent, slots, context, response });
        }
        set
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
