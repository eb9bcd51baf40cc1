//! From YAML to what an intent does, and when it is valid.

use serde_json::Value;

use super::read::Reader;
use super::{ContextRule, Expect, schema};
use crate::grammar::actions::{Action, ActionKind, When};
use crate::grammar::yaml::{Data, Yaml};

impl Reader {
    /// Conditions on the context, added to `rules`; a condition on the same key replaces the one that is there.
    pub(super) fn context_rules(&mut self, yaml: &Yaml, what: &str, rules: &mut Vec<ContextRule>) {
        for (key, value) in self.entries(yaml, what) {
            let rule = self.context_rule(&key.name, value);
            rules.retain(|other| other.key != rule.key);
            rules.push(rule);
        }
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

    pub(super) fn actions(&mut self, yaml: &Yaml, of: &str) -> Vec<Action> {
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
}
