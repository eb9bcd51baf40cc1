//! YAML with places: every value knows its file, line and column. Loading, merging and typed access; knows
//! nothing of what the keys mean.

use std::sync::Arc;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

use super::diagnostics::{Diagnostic, Place, Source};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Yaml {
    /// The first character of the value.
    pub place: Place,
    /// The value.
    pub data: Data,
}

/// What kinds of value there are.
#[derive(Debug, Clone)]
pub enum Data {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(String),
    /// A list.
    Seq(Vec<Yaml>),
    /// A map, in the order of the file.
    Map(Vec<(Key, Yaml)>),
}

/// A key of a map.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its text.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

/// Deeper nesting is a mistake, and the parser would run out of stack far beyond it.
const MAX_LEVELS: usize = 64;

/// Where indentation (with `- - -` in one line) goes deeper than [`MAX_LEVELS`].
fn too_deep(text: &str) -> Option<(usize, usize)> {
    let mut columns: Vec<usize> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let mut rest = line.trim_start_matches([' ', '\t']);
        if rest.is_empty() || rest.starts_with('#') {
            continue;
        }
        let mut column = line.len() - rest.len();
        while columns.last().is_some_and(|last| *last >= column) {
            columns.pop();
        }
        columns.push(column);
        while let Some(inner) =
            rest.strip_prefix(['-', '?', ':']).filter(|inner| inner.starts_with([' ', '\t']))
        {
            rest = inner.trim_start_matches([' ', '\t']);
            column = line.len() - rest.len();
            columns.push(column);
            if columns.len() > 4 * MAX_LEVELS {
                return Some((number + 1, line[..column].chars().count() + 1));
            }
        }
        if columns.len() > 4 * MAX_LEVELS {
            return Some((number + 1, column + 1));
        }
    }
    None
}

/// Reads one YAML document. An empty file is [`Data::Null`].
///
/// # Errors
///
/// The first syntax error, at its place.
pub fn parse(source: &Arc<Source>) -> Result<Yaml, Box<Diagnostic>> {
    let start = Place { source: Arc::clone(source), line: 1, column: 1 };
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
    if let Some((line, column)) = too_deep(text) {
        let place = Place { source: Arc::clone(source), line, column };
        let error = Diagnostic::error(&place, format!("more than {MAX_LEVELS} levels of nesting"));
        return Err(Box::new(error.help("a grammar needs about ten")));
    }
    match MarkedYaml::load_from_str(text) {
        Ok(documents) => match documents.as_slice() {
            [] => Ok(Yaml { place: start, data: Data::Null }),
            [document] => convert(document, source, 0),
            [_, second, ..] => Err(Box::new(
                Diagnostic::error(
                    &place(source, second),
                    "a grammar file holds one YAML document, this one more",
                )
                .help("remove the line `---` between them, or split the file"),
            )),
        },
        Err(error) => Err(Box::new(syntax_error(source, &error))),
    }
}

fn syntax_error(source: &Arc<Source>, error: &saphyr::ScanError) -> Diagnostic {
    let line = error.marker().line().max(1);
    let mut place = Place { source: Arc::clone(source), line, column: error.marker().col() + 1 };
    // A tab is the most common trap, and the parser may notice it only later.
    let tabbed = source
        .text
        .lines()
        .enumerate()
        .take(line)
        .filter(|(_, text)| text.trim_start_matches(' ').starts_with('\t') && !text.trim().is_empty())
        .last();
    if let Some((index, text)) = tabbed.filter(|(index, _)| index + 2 >= line) {
        place.line = index + 1;
        place.column = text.chars().take_while(|c| *c == ' ').count() + 1;
        return Diagnostic::error(&place, "a tab in the indentation: YAML allows only spaces there")
            .help("replace the tab with spaces");
    }
    let info = error.info();
    if let Some((line, column, bracket)) = unclosed(&source.text).filter(|(open, ..)| *open <= line) {
        let place = Place { source: Arc::clone(source), line, column };
        return Diagnostic::error(&place, format!("this is not valid YAML: `{bracket}` is never closed"))
            .help("add the closing bracket, or put a sentence that begins with a bracket in quotes");
    }
    let help = if info.contains("flow") || info.contains("placement") || info.contains("expected ',' or") {
        "a bracket or brace is not closed, or a sentence that begins with [ or { is not in quotes"
    } else if info.contains("quoted scalar") || info.contains("unexpected end of stream") {
        "a quotation mark or bracket is not closed"
    } else if info.contains("mapping values") {
        "a text that contains `: ` must be in quotes"
    } else if info.contains("duplicate") {
        "write everything that belongs to this key in one place"
    } else if info.contains("anchor") || info.contains("alias") {
        "a plain text may not begin with & or *: put it in quotes"
    } else if bracketed(&source.text, line) {
        "a sentence that begins with [ or { must be in quotes"
    } else {
        "look at the indentation and the quotes of this line and the one before"
    };
    Diagnostic::error(&place, format!("this is not valid YAML: {info}")).help(help)
}

/// Whether the item of a list in this line begins with a bracket that ends before the line does: `- [now] do it`.
fn bracketed(text: &str, line: usize) -> bool {
    let item = text.lines().nth(line.saturating_sub(1)).and_then(|text| text.trim_start().strip_prefix('-'));
    let Some(item) = item.map(str::trim) else { return false };
    let end = [('[', ']'), ('{', '}')]
        .iter()
        .find_map(|(open, close)| item.starts_with(*open).then(|| item.find(*close)).flatten());
    end.is_some_and(|end| !matches!(item[end + 1..].trim_start().chars().next(), None | Some('#')))
}

/// The last bracket of the YAML notation (not of a quoted text) that is never closed.
fn unclosed(text: &str) -> Option<(usize, usize, char)> {
    let mut open: Vec<(usize, usize, char)> = Vec::new();
    let mut quote: Option<char> = None;
    for (index, line) in text.lines().enumerate() {
        let mut before = ' ';
        let mut escaped = false;
        for (column, c) in line.chars().enumerate() {
            match (quote, c) {
                (Some('"'), _) if escaped => escaped = false,
                (Some('"'), '\\') => escaped = true,
                (Some(mark), c) if c == mark => quote = None,
                (Some(_), _) => {}
                (None, '#') if before == ' ' => break,
                (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',') => quote = Some(c),
                (None, '[' | '{') => open.push((index + 1, column + 1, c)),
                (None, ']' | '}') => {
                    open.pop();
                }
                (None, _) => {}
            }
            before = c;
        }
    }
    open.pop()
}

fn place(source: &Arc<Source>, node: &MarkedYaml<'_>) -> Place {
    Place {
        source: Arc::clone(source),
        line: node.span.start.line().max(1),
        column: node.span.start.col() + 1,
    }
}

fn convert(node: &MarkedYaml<'_>, source: &Arc<Source>, depth: usize) -> Result<Yaml, Box<Diagnostic>> {
    let place = place(source, node);
    if depth > MAX_LEVELS {
        let message = format!("more than {MAX_LEVELS} levels of nesting");
        return Err(Box::new(Diagnostic::error(&place, message).help("a grammar needs about ten")));
    }
    let data = match &node.data {
        YamlData::Value(scalar) => match scalar {
            Scalar::Null => Data::Null,
            Scalar::Boolean(value) => Data::Bool(*value),
            Scalar::Integer(value) => Data::Int(*value),
            Scalar::FloatingPoint(value) => Data::Float(value.into_inner()),
            Scalar::String(text) => Data::Str(text.to_string()),
        },
        YamlData::Representation(text, ..) => Data::Str(text.to_string()),
        YamlData::Sequence(items) => {
            Data::Seq(items.iter().map(|item| convert(item, source, depth + 1)).collect::<Result<_, _>>()?)
        }
        YamlData::Mapping(entries) => {
            let mut map: Vec<(Key, Yaml)> = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                let key_yaml = convert(key, source, depth + 1)?;
                let value = convert(value, source, depth + 1)?;
                let Some(name) = key_yaml.scalar_text() else {
                    return Err(Box::new(Diagnostic::error(
                        &key_yaml.place,
                        "a key must be plain text, not a list or a map",
                    )));
                };
                if name == "<<"
                    && let Data::Map(inherited) = value.data
                {
                    for (key, value) in inherited {
                        if !map.iter().any(|(own, _)| own.name == key.name) {
                            map.push((key, value));
                        }
                    }
                    continue;
                }
                let key = Key { name, place: key_yaml.place };
                // Own keys win over inherited ones, wherever the `<<` stands.
                if let Some(slot) = map.iter_mut().find(|(own, _)| own.name == key.name) {
                    *slot = (key, value);
                } else {
                    map.push((key, value));
                }
            }
            Data::Map(map)
        }
        YamlData::Tagged(_, inner) => return convert(inner, source, depth + 1),
        YamlData::Alias(_) | YamlData::BadValue => {
            return Err(Box::new(Diagnostic::error(&place, "this value cannot be read")));
        }
    };
    Ok(Yaml { place, data })
}

impl Yaml {
    /// The text of a scalar: of a string itself, of a number or truth value as it would be written.
    pub fn scalar_text(&self) -> Option<String> {
        match &self.data {
            Data::Str(text) => Some(text.clone()),
            Data::Int(value) => Some(value.to_string()),
            Data::Float(value) => Some(value.to_string()),
            Data::Bool(value) => Some(value.to_string()),
            Data::Null | Data::Seq(_) | Data::Map(_) => None,
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, name: &str) -> Option<&Yaml> {
        match &self.data {
            Data::Map(entries) => entries.iter().find(|(key, _)| key.name == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// What this value is, for messages.
    pub fn kind(&self) -> &'static str {
        match &self.data {
            Data::Null => "nothing",
            Data::Bool(_) => "a truth value",
            Data::Int(_) | Data::Float(_) => "a number",
            Data::Str(_) => "a text",
            Data::Seq(_) => "a list",
            Data::Map(_) => "a map",
        }
    }

    /// The same value as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.data {
            Data::Null => Value::Null,
            Data::Bool(value) => (*value).into(),
            Data::Int(value) => (*value).into(),
            Data::Float(value) => (*value).into(),
            Data::Str(text) => text.clone().into(),
            Data::Seq(items) => items.iter().map(Self::to_json).collect(),
            Data::Map(entries) => Value::Object(
                entries.iter().map(|(key, value)| (key.name.clone(), value.to_json())).collect(),
            ),
        }
    }

    /// A JSON value as a tree whose every place is `place`.
    pub fn from_json(value: &serde_json::Value, place: &Place) -> Self {
        use serde_json::Value;
        let data = match value {
            Value::Null => Data::Null,
            Value::Bool(value) => Data::Bool(*value),
            Value::Number(number) => match number.as_i64() {
                Some(int) => Data::Int(int),
                None => Data::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => Data::Str(text.clone()),
            Value::Array(items) => Data::Seq(items.iter().map(|item| Self::from_json(item, place)).collect()),
            Value::Object(map) => Data::Map(
                map.iter()
                    .map(|(name, value)| {
                        let key = Key { name: name.clone(), place: place.clone() };
                        (key, Self::from_json(value, place))
                    })
                    .collect(),
            ),
        };
        Self { place: place.clone(), data }
    }

    /// Merges a later file into this one: maps recursively, sequences append, anything else overwrites.
    pub fn merge(&mut self, later: Yaml) {
        match (&mut self.data, later.data) {
            (Data::Map(own), Data::Map(others)) => {
                for (key, value) in others {
                    match own.iter_mut().find(|(existing, _)| existing.name == key.name) {
                        Some((_, existing)) => existing.merge(value),
                        None => own.push((key, value)),
                    }
                }
            }
            (Data::Seq(own), Data::Seq(others)) => own.extend(others),
            // A key without a value says nothing; it must not wipe out what an earlier file said.
            (_, Data::Null) => {}
            (data, other) => {
                *data = other;
                self.place = later.place;
            }
        }
    }

    /// The place of the character `offset` (in bytes) of this string's text: exact where the text stands on one
    /// line as written, else the beginning of the value.
    pub fn place_in_text(&self, offset: usize) -> Place {
        let Some(text) = self.as_str() else { return self.place.clone() };
        let rest = self.place.rest_of_line();
        let quote = usize::from(rest.starts_with(['"', '\'']));
        let as_written = rest.get(quote..).is_some_and(|rest| rest.starts_with(text));
        if !as_written {
            return self.place.clone();
        }
        let characters = text.get(..offset).map_or(0, |before| before.chars().count());
        self.place.right(quote + characters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Arc<Source> {
        Arc::new(Source::text("test.yaml", text))
    }

    fn load(text: &str) -> Yaml {
        parse(&source(text)).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn values_know_their_places() {
        let yaml = load("a:\n  - \"x [y]\"\n");
        let Some(Data::Seq(items)) = yaml.get("a").map(|value| &value.data) else { panic!("{yaml:?}") };
        assert_eq!((items[0].place.line, items[0].place.column), (2, 5));
        assert_eq!(items[0].place_in_text(2).column, 8, "points into the quoted text");
    }

    #[test]
    fn merging_follows_the_format() {
        let mut yaml = load("a: {x: 1, l: [1]}\nb: 1\n");
        yaml.merge(load("a: {y: 2, l: [2]}\nb: 3\n"));
        assert_eq!(yaml.to_json(), serde_json::json!({"a": {"x": 1, "l": [1, 2], "y": 2}, "b": 3}));
    }

    #[test]
    fn a_tab_is_named() {
        let error = parse(&source("a:\n\t- x\n")).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.starts_with("test.yaml:2:1: error: a tab"), "{error}");
    }

    #[test]
    fn deep_nesting_is_refused_before_it_hurts() {
        let deep = [
            format!("a:\n  {}1\n", "- ".repeat(20_000)),
            (0..3000).map(|level| format!("{}a:\n", " ".repeat(level))).collect(),
            format!("a: {}1{}\n", "[".repeat(50_000), "]".repeat(50_000)),
            format!("a: {}\n", "{a: ".repeat(3000)),
            format!("{}a\n", "? ".repeat(20_000)),
        ];
        for text in deep {
            assert!(parse(&source(&text)).is_err());
        }
    }

    #[test]
    fn an_open_bracket_is_an_error_with_a_place() {
        let error =
            parse(&source("a: [x, y\nb: 1\n")).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(
            error.starts_with("test.yaml:1:4: error: this is not valid YAML: `[` is never closed"),
            "{error}"
        );
    }
}
