//! From YAML to what an intent does, and when it is valid.

use std::time::Duration;

use serde_json::Value;

use super::read::Reader;
use super::{ContextRule, Expect, schema};
use crate::grammar::actions::{Action, ActionKind, Headers, When, references_in};
use crate::grammar::yaml::{Data, Key, Yaml};

/// How long a program or a request of the operator may take, unless the file says otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The most that a file may say: somebody waits for the answer.
const LONGEST: f64 = 120.0;

impl Reader {
    /// Conditions on the context, added to `rules`; a condition on the same key replaces the one that is there.
    pub(super) fn context_rules(&mut self, yaml: &Yaml, what: &str, rules: &mut Vec<ContextRule>) {
        for (key, value) in self.entries(yaml, what) {
            let rule = self.context_rule(key, value);
            rules.retain(|other| other.key != rule.key);
            rules.push(rule);
        }
    }

    fn context_rule(&mut self, key: &Key, yaml: &Yaml) -> ContextRule {
        let expect = |value: Value| match value {
            Value::Null => Expect::Present,
            Value::Array(values) => Expect::OneOf(values),
            value => Expect::Equal(value),
        };
        let rule = |expect: Expect, slot: Option<String>| ContextRule {
            key: key.name.clone(),
            expect,
            slot,
            place: Some(key.place.clone()),
        };
        let Data::Map(entries) = &yaml.data else {
            return rule(expect(yaml.to_json()), None);
        };
        if !entries.is_empty() {
            self.known_keys(yaml, schema::CONTEXT, "a context condition");
        }
        let value = yaml.get("value").map_or(Value::Null, Yaml::to_json);
        let slot = match yaml.get("slot").map(|slot| &slot.data) {
            None | Some(Data::Bool(false) | Data::Null) => None,
            Some(Data::Bool(true)) => Some(key.name.clone()),
            Some(Data::Str(slot)) => Some(slot.clone()),
            Some(_) => {
                self.error(&yaml.place, "`slot` must be true or a slot's name", "write `slot: true`");
                None
            }
        };
        rule(expect(value), slot)
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
            ActionKind::Shell { words: self.command(command)?, timeout: self.timeout(yaml) }
        } else if let Some(url) = yaml.get("http") {
            self.http(yaml, url)?
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
        Some(Action { kind, when, place: Some(yaml.place.clone()) })
    }

    /// A program and its arguments. What is said may be an argument, never the program.
    fn command(&mut self, command: &Yaml) -> Option<Vec<String>> {
        let words: Vec<String> = match &command.data {
            Data::Seq(words) => words.iter().filter_map(Yaml::scalar_text).collect(),
            _ => self.text(command, "`shell`")?.split_whitespace().map(str::to_owned).collect(),
        };
        let program = words.first().map(|word| word.trim()).unwrap_or_default();
        if program.is_empty() {
            self.error(
                &command.place,
                "`shell` names no program",
                "write [PROGRAM, ARGUMENT...]; the arguments may hold slots",
            );
            return None;
        }
        if !references_in(program).is_empty() {
            self.error(
                &command.place,
                format!("the program `{program}` would come from what was said"),
                "write the program itself; slots may be arguments",
            );
            return None;
        }
        Some(words)
    }

    fn http(&mut self, yaml: &Yaml, url: &Yaml) -> Option<ActionKind> {
        let text = self.text(url, "`http`")?;
        let rest = ["http://", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
        let host = host.unwrap_or_default();
        if host.is_empty() || !references_in(host).is_empty() {
            self.error(
                &url.place,
                format!("`{text}` is no address with a host of its own"),
                "write http://HOST/... or https://HOST/...; slots may stand behind the host",
            );
            return None;
        }
        let method = yaml.get("method").and_then(|value| self.text(value, "`method`"));
        let method = method.map_or_else(|| "GET".to_owned(), |method| method.to_ascii_uppercase());
        if !["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].contains(&method.as_str()) {
            let place = yaml.get("method").map_or(&yaml.place, |method| &method.place);
            self.error(
                place,
                format!("unknown `method` `{method}`"),
                "write GET, POST, PUT, PATCH, DELETE or HEAD",
            );
        }
        let body = yaml.get("body").map(Yaml::to_json);
        let headers = yaml.get("headers").map(|headers| self.headers(headers)).unwrap_or_default();
        Some(ActionKind::Http { method, url: text, headers, body, timeout: self.timeout(yaml) })
    }

    fn headers(&mut self, yaml: &Yaml) -> Headers {
        let mut headers = Headers::default();
        for (key, value) in self.entries(yaml, "`headers`") {
            let Some(text) = self.text(value, "a header line") else { continue };
            let sound = !key.name.is_empty()
                && key
                    .name
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&byte));
            if !sound || text.contains(['\r', '\n']) {
                self.error(
                    &key.place,
                    format!("`{}` cannot be a header line", key.name),
                    "write NAME: VALUE on one line",
                );
            } else if !references_in(&text).is_empty() {
                self.error(
                    &value.place,
                    format!("the header line `{}` would come from what was said", key.name),
                    "put slots into the address or the body",
                );
            } else {
                headers.0.push((key.name.clone(), text));
            }
        }
        headers
    }

    /// `timeout:` in seconds.
    fn timeout(&mut self, yaml: &Yaml) -> Duration {
        let Some(value) = yaml.get("timeout") else { return TIMEOUT };
        match value.scalar_text().and_then(|text| text.parse::<f64>().ok()) {
            Some(seconds) if (0.1..=LONGEST).contains(&seconds) => Duration::from_secs_f64(seconds),
            _ => {
                self.error(
                    &value.place,
                    "`timeout` cannot be read",
                    format!("write seconds, from 0.1 to {LONGEST}"),
                );
                TIMEOUT
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Pack;

    fn read(action: &str) -> Result<ActionKind, String> {
        let text = format!("intents:\n  X:\n    data: [{{sentences: [go]}}]\n    actions: [{action}]\n");
        let pack = Pack::from_text("en.yaml", &text).map_err(|problems| problems.to_string())?;
        let action = pack.intents["X"].blocks[0].actions[0].clone();
        assert_eq!(action.place.map(|place| place.line), Some(4));
        Ok(action.kind)
    }

    #[test]
    fn programs_and_requests_with_all_their_keys() {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            read(r#"{shell: ["/usr/bin/lights", "{level}", "a b"], timeout: 2.5}"#),
            Ok(ActionKind::Shell {
                words: words(&["/usr/bin/lights", "{level}", "a b"]),
                timeout: Duration::from_millis(2500)
            })
        );
        assert_eq!(
            read("{shell: lights on}"),
            Ok(ActionKind::Shell { words: words(&["lights", "on"]), timeout: TIMEOUT })
        );
        let request = read(
            r#"{http: "https://hub:8443/light/{level}?a=b", method: put, headers: {X-Key: "abc"}, body: {on: true}}"#,
        );
        assert_eq!(
            request,
            Ok(ActionKind::Http {
                method: "PUT".into(),
                url: "https://hub:8443/light/{level}?a=b".into(),
                headers: Headers(vec![("X-Key".into(), "abc".into())]),
                body: Some(serde_json::json!({"on": true})),
                timeout: TIMEOUT,
            })
        );
    }

    #[test]
    fn what_is_said_is_no_program_no_host_and_no_header() {
        for (action, problem) in [
            (r#"{shell: ["{what}", "x"]}"#, "the program `{what}` would come from what was said"),
            (r#"{shell: ["/bin/{what}"]}"#, "would come from what was said"),
            ("{shell: []}", "`shell` names no program"),
            (r#"{shell: ""}"#, "`shell` names no program"),
            (r#"{http: "http://{what}/x"}"#, "is no address with a host of its own"),
            (r#"{http: "http://hub.{what}"}"#, "is no address with a host of its own"),
            (r#"{http: "http://me@{what}:80/"}"#, "is no address with a host of its own"),
            (r#"{http: "{what}"}"#, "is no address with a host of its own"),
            (r#"{http: "file:///etc/passwd"}"#, "is no address with a host of its own"),
            (r#"{http: "http://hub", method: STEAL}"#, "unknown `method` `STEAL`"),
            (r#"{http: "http://hub", headers: {"A B": x}}"#, "cannot be a header line"),
            (r#"{http: "http://hub", headers: {A: "x\r\ny"}}"#, "cannot be a header line"),
            (r#"{http: "http://hub", headers: {A: "{what}"}}"#, "would come from what was said"),
            ("{shell: [x], timeout: 0}", "`timeout` cannot be read"),
            ("{shell: [x], timeout: 9999}", "`timeout` cannot be read"),
        ] {
            let problems = read(action).unwrap_err();
            assert!(problems.contains(problem) && problems.contains("en.yaml:4:"), "{action}: {problems}");
            assert!(problems.contains("help: "), "{problems}");
        }
    }
}
