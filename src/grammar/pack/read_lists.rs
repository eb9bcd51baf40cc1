//! From YAML to lists: values, ranges, digit strings.

use indexmap::IndexMap;
use serde_json::Value;

use super::read::Reader;
use super::{Fractions, ListDef, ListKind, ListValue, RangeDef, TextPlace, schema};
use crate::grammar::diagnostics::{Diagnostic, Diagnostics};
use crate::grammar::template::{Kind, Part};
use crate::grammar::yaml::{Data, Yaml};

/// What makes a template of a list value, as in the reference implementation.
const MAKES_TEMPLATE: [char; 11] = ['(', ')', '{', '}', '<', '>', '[', ']', '|', '@', '\\'];

/// Reads list values from YAML or JSON, as they stand under `values:`.
///
/// # Errors
///
/// What is wrong with them.
pub fn list_values(values: &Yaml) -> Result<Vec<ListValue>, Diagnostics> {
    let mut reader = Reader::default();
    let values = reader.values(values);
    if reader.found.has_errors() { Err(reader.found) } else { Ok(values) }
}

/// Reads a list given from outside: its values, or a definition as in a grammar file.
///
/// # Errors
///
/// What is wrong with it.
pub fn list_definition(name: &str, list: &Yaml) -> Result<ListDef, Diagnostics> {
    let mut reader = Reader::default();
    match reader.list(name, list) {
        Some(kind) if !reader.found.has_errors() => Ok(ListDef { kind, place: None }),
        _ => Err(reader.found),
    }
}

impl Reader {
    pub(super) fn lists(&mut self, yaml: &Yaml) -> IndexMap<String, ListDef> {
        let mut lists = IndexMap::new();
        for (key, value) in self.entries(yaml, "`lists`") {
            if let Some(kind) = self.list(&key.name, value) {
                lists.insert(key.name.clone(), ListDef { kind, place: Some(key.place.clone()) });
            }
        }
        lists
    }

    fn list(&mut self, name: &str, yaml: &Yaml) -> Option<ListKind> {
        if matches!(yaml.data, Data::Seq(_)) {
            return Some(ListKind::Values(self.values(yaml)));
        }
        let what = format!("list `{name}`");
        if !matches!(yaml.data, Data::Map(_)) {
            self.error(
                &yaml.place,
                format!("{what} must be a map, not {}", yaml.kind()),
                "write `values:`, `range:`, `wildcard: true` or `source: contacts` below it",
            );
            return None;
        }
        self.known_keys(yaml, schema::LIST, &what);
        let values = yaml.get("values").map(|values| self.values(values));
        if let Some(source) = yaml.get("source") {
            return match source.as_str() {
                Some("contacts") => Some(ListKind::Contacts(values.unwrap_or_default())),
                Some("participants") => Some(ListKind::Participants(values.unwrap_or_default())),
                _ => {
                    self.error(
                        &source.place,
                        format!("{what} has an unknown source"),
                        "the sources are `contacts` and `participants`",
                    );
                    None
                }
            };
        }
        if let Some(range) = yaml.get("range") {
            return self.range(&what, range);
        }
        if let Some(digits) = yaml.get("digit_string") {
            return self.digit_string(&what, digits);
        }
        if yaml.get("wildcard").is_some_and(|value| self.flag(value, "`wildcard`")) {
            return Some(ListKind::Wildcard);
        }
        if values.is_none() {
            self.error(
                &yaml.place,
                format!("{what} has no values"),
                "write `values:`, `range:`, `wildcard: true` or `source: contacts` below it",
            );
        }
        values.map(ListKind::Values)
    }

    fn values(&mut self, yaml: &Yaml) -> Vec<ListValue> {
        let mut values = Vec::new();
        for item in self.items(yaml, "`values`") {
            let (spoken, map) = match &item.data {
                Data::Map(_) => {
                    self.known_keys(item, schema::VALUE, "a list value");
                    let Some(spoken) = item.get("in") else {
                        self.error(&item.place, "a list value without `in`", "write what is said as `in:`");
                        continue;
                    };
                    (spoken, true)
                }
                _ => (item, false),
            };
            if spoken.scalar_text().is_some_and(|text| text.trim().is_empty()) {
                let message = "a list value without text can never be said: ignored";
                self.found.push(Diagnostic::warning(&spoken.place, message).help("write what is said"));
                continue;
            }
            let Some((text, part)) = self.spoken_value(spoken) else { continue };
            let get = |name| if map { item.get(name) } else { None };
            let out = match get("out").map(Yaml::to_json) {
                None | Some(Value::Null) => match &spoken.data {
                    // A value that is a number or truth value in the file keeps that type.
                    Data::Int(_) | Data::Float(_) => Some(spoken.to_json()),
                    // Written without `in`, what is said and what it means are the same text.
                    _ if !map => match &part.kind {
                        Kind::Text(text) => Some(text.trim().into()),
                        _ => None,
                    },
                    _ => None,
                },
                out => out,
            };
            let context = get("context").map(|map| self.json_map(map, "`context`")).unwrap_or_default();
            let metadata = get("metadata").map(|map| self.json_map(map, "`metadata`")).unwrap_or_default();
            values.push(ListValue { text, part, out, context, metadata, at: TextPlace(spoken.clone()) });
        }
        values
    }

    /// Names have characters of their own: only brackets and the like make a template of one.
    fn spoken_value(&mut self, yaml: &Yaml) -> Option<(String, Part)> {
        let text = yaml.scalar_text().filter(|text| !text.contains(MAKES_TEMPLATE));
        match text {
            Some(text) => {
                let part = Part { kind: Kind::Text(text.clone()), start: 0 };
                Some((text, part))
            }
            None => self.template(yaml, "a list value"),
        }
    }

    pub(super) fn whole(&mut self, map: &Yaml, key: &str, what: &str) -> Option<i64> {
        let value = map.get(key)?;
        let number = match &value.data {
            Data::Int(number) => Some(*number),
            #[expect(clippy::cast_possible_truncation, reason = "checked to be a small whole number")]
            Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => Some(*number as i64),
            Data::Str(text) => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.error(
                &value.place,
                format!("`{key}` of {what} must be a whole number"),
                "write digits only",
            );
        }
        number
    }

    fn range(&mut self, what: &str, yaml: &Yaml) -> Option<ListKind> {
        self.known_keys(yaml, schema::RANGE, &format!("the range of {what}"));
        for key in ["from", "to"] {
            if yaml.get(key).is_none() {
                self.error(
                    &yaml.place,
                    format!("the range of {what} has no `{key}`"),
                    "write both `from:` and `to:`",
                );
            }
        }
        let (from, to) = (self.whole(yaml, "from", what)?, self.whole(yaml, "to", what)?);
        let step = if yaml.get("step").is_some() { self.whole(yaml, "step", what)? } else { 1 };
        if let Err(message) = check_range(from, to, step) {
            self.error(
                &yaml.place,
                format!("the range of {what}: {message}"),
                "correct `from`, `to` or `step`",
            );
            return None;
        }
        if let Some(kind) = yaml.get("type")
            && !matches!(kind.as_str(), Some("number" | "percentage" | "temperature"))
        {
            self.error(
                &kind.place,
                format!("unknown `type` of {what}"),
                "known are: number, percentage, temperature",
            );
        }
        let multiplier = match yaml.get("multiplier").map(|value| (&value.data, &value.place)) {
            None => None,
            #[expect(clippy::cast_precision_loss, reason = "multipliers are small")]
            Some((Data::Int(number), _)) => Some(*number as f64),
            Some((Data::Float(number), _)) if number.is_finite() => Some(*number),
            Some((_, place)) => {
                self.error(
                    place,
                    format!("`multiplier` of {what} must be a number"),
                    "write a number such as 0.1",
                );
                None
            }
        };
        let fractions = match yaml.get("fractions").map(|value| (value.as_str(), &value.place)) {
            None => Fractions::None,
            Some((Some("halves"), _)) => Fractions::Halves,
            Some((Some("tenths"), _)) => Fractions::Tenths,
            Some((_, place)) => {
                self.error(place, format!("unknown `fractions` of {what}"), "known are: halves, tenths");
                Fractions::None
            }
        };
        let mut flag = |key| yaml.get(key).is_none_or(|value| self.flag(value, key));
        let (digits, words) = (flag("digits"), flag("words"));
        let words_language = yaml.get("words_language").and_then(Yaml::scalar_text);
        Some(ListKind::Range(RangeDef {
            from,
            to,
            step,
            multiplier,
            fractions,
            digits,
            words,
            words_language,
        }))
    }

    fn digit_string(&mut self, what: &str, yaml: &Yaml) -> Option<ListKind> {
        let (mut min, mut max, mut language) = (1, 32, None);
        if let Data::Map(_) = yaml.data {
            self.known_keys(yaml, schema::DIGITS, &format!("the digit string of {what}"));
            if yaml.get("min").is_some() {
                min = self.whole(yaml, "min", what)?;
            }
            if yaml.get("max").is_some() {
                max = self.whole(yaml, "max", what)?;
            }
            language = yaml.get("words_language").and_then(Yaml::scalar_text);
        }
        if min < 1 || max < min || max > 64 {
            self.error(&yaml.place, format!("{what}: `min` and `max` do not fit"), "1 <= min <= max <= 64");
            return None;
        }
        let length = |number| usize::try_from(number).unwrap_or(1);
        Some(ListKind::Digits { min: length(min), max: length(max), language })
    }
}

/// Whether a range makes sense.
pub(super) fn check_range(from: i64, to: i64, step: i64) -> Result<(), String> {
    const LIMIT: i64 = 1_000_000_000_000_000;
    if from > to {
        return Err(format!("`from` ({from}) is greater than `to` ({to})"));
    }
    if step < 1 {
        return Err(format!("the step ({step}) must be positive"));
    }
    if from < -LIMIT || to > LIMIT {
        return Err("numbers beyond 10^15 are not supported".to_owned());
    }
    Ok(())
}
