//! From files to one tree: which file comes first, what a later one adds, and what it takes away.

use std::path::Path;
use std::sync::Arc;

use super::read::{KEYS, Reader};
use super::{files, schema};
use crate::grammar::diagnostics::{Diagnostic, Diagnostics, Source, did_you_mean};
use crate::grammar::yaml::{self, Data, Key, Yaml};

/// The files of a pack, merged.
pub(super) struct Merged {
    pub(super) yaml: Yaml,
    /// Files that hold only tests and what these need.
    pub(super) tests: Vec<Yaml>,
    /// Intents that must have a question.
    pub(super) must_ask: Vec<String>,
    /// The files that the pack builds on.
    pub(super) inherited: Vec<Arc<Source>>,
}

/// Whether a file says what holds in every language.
pub(in crate::grammar) fn is_shared(source: &Source) -> bool {
    Path::new(&source.name).file_stem().is_some_and(|stem| stem == files::SHARED || stem == files::NAMES)
        && files::declared_language(&source.text).is_none()
}

/// Reads and merges the files; none if nothing came of it.
pub(super) fn files(reader: &mut Reader, sources: &[Arc<Source>], language: &str) -> Option<Merged> {
    let own = parse(reader, sources);
    let inherited = base(reader, &own, language);
    let base = parse(reader, &inherited);
    if own.iter().all(|file| is_shared(&file.place.source)) {
        if !reader.found.has_errors() {
            let names: Vec<&str> = sources
                .iter()
                .filter(|source| !is_shared(source))
                .map(|source| source.name.as_str())
                .collect();
            let message = match names.as_slice() {
                [] => format!("there is no grammar for `{language}`"),
                names => format!("the grammar for `{language}` is empty: nothing is in {}", names.join(", ")),
            };
            reader.found.push(Diagnostic::general(message).help(KEYS));
        }
        return None;
    }
    let mut tests = Vec::new();
    let mut must_ask = Vec::new();
    let mut merged: Option<Yaml> = None;
    let own = own.into_iter().map(|file| (file, !inherited.is_empty()));
    for (mut file, extends) in base.into_iter().map(|file| (file, false)).chain(own) {
        let is_base = inherited.iter().any(|source| Arc::ptr_eq(source, &file.place.source));
        if has_only_tests(&file) {
            // The tests of the base need not hold once something was changed in it.
            if !is_base {
                tests.push(file);
            }
            continue;
        }
        if is_base {
            remove(&mut file, "tests");
        }
        if is_shared(&file.place.source) {
            take_duties(&mut file, &mut must_ask);
        }
        match &mut merged {
            // Keys such as `replace` mean nothing yet, but must not stay.
            None => merged = Some(Yaml { data: Data::Map(Vec::new()), place: file.place.clone() }),
            // A message about the pack as a whole belongs to a file of the language.
            Some(merged) if is_shared(&merged.place.source) => merged.place = file.place.clone(),
            Some(_) => {}
        }
        if let Some(merged) = &mut merged {
            add(merged, file, extends, &mut reader.found);
        }
    }
    merged.map(|yaml| Merged { yaml, tests, must_ask, inherited })
}

/// The files that are maps; what else they are is reported.
fn parse(reader: &mut Reader, sources: &[Arc<Source>]) -> Vec<Yaml> {
    let mut files = Vec::new();
    for source in sources {
        match yaml::parse(source) {
            Ok(file) if matches!(file.data, Data::Map(_)) => files.push(with_intent(file)),
            Ok(Yaml { data: Data::Null, .. }) => {}
            Ok(file) => {
                let message = format!("a grammar file is a map of keys, this is {}", file.kind());
                reader.error(&file.place, message, KEYS);
            }
            Err(error) => reader.found.push(*error),
        }
    }
    files
}

/// A file that holds nothing but the blocks of one intent is named after it, or stands in its folder:
/// `sentences/en/HassStartTimer/hours.yaml`, `sentences/en/homeassistant_HassTurnOn.yaml`.
fn with_intent(mut file: Yaml) -> Yaml {
    let path = Path::new(&file.place.source.name);
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let named = stem.split_once('_').map_or(stem, |(_, intent)| intent);
    let folder = path.parent().and_then(|folder| folder.file_name()?.to_str()).unwrap_or_default();
    // Intents begin with a capital letter, languages and sections do not.
    let is_intent = |name: &&str| name.starts_with(|c: char| c.is_uppercase());
    let name = [folder, named].into_iter().find(is_intent).unwrap_or(named).to_owned();
    if file.get("intents").is_some() {
        return file;
    }
    let Data::Map(entries) = &mut file.data else { return file };
    let Some(at) =
        entries.iter().position(|(key, value)| key.name == "data" && matches!(value.data, Data::Seq(_)))
    else {
        return file;
    };
    let (key, data) = entries.remove(at);
    let map = |name: &str, value: Yaml| Yaml {
        place: value.place.clone(),
        data: Data::Map(vec![(Key { name: name.to_owned(), place: key.place.clone() }, value)]),
    };
    let intents = map(&name, map("data", data));
    entries.push((Key { name: "intents".to_owned(), place: key.place.clone() }, intents));
    file
}

/// The files of the pack that one of `own` names with `extends`.
fn base(reader: &mut Reader, own: &[Yaml], language: &str) -> Vec<Arc<Source>> {
    let Some(extends) = own.iter().find_map(|file| file.get("extends")) else { return Vec::new() };
    if extends.as_str() != Some("bundled") {
        let help = "the only pack to build on is the one inside heyroom: write `extends: bundled`";
        reader.error(&extends.place, "`extends` names an unknown pack", help);
        return Vec::new();
    }
    let declared = own.iter().find_map(|file| file.get("language").and_then(Yaml::scalar_text));
    let language = declared.as_deref().unwrap_or(language);
    files::bundled(language).unwrap_or_else(|_| {
        let message = format!("`extends: bundled`: there is no grammar for `{language}` inside heyroom");
        let help = format!("inside are: {}", files::bundled_languages().join(", "));
        reader.error(&extends.place, message, help);
        Vec::new()
    })
}

/// A file with tests and their fixtures brings no lists of the pack.
fn has_only_tests(file: &Yaml) -> bool {
    let Data::Map(entries) = &file.data else { return false };
    file.get("tests").is_some()
        && entries.iter().all(|(key, _)| schema::TEST_FILE.contains(&key.name.as_str()))
}

/// `confirm: required` is no question, but the duty of each language to have one.
fn take_duties(file: &mut Yaml, must_ask: &mut Vec<String>) {
    let Some(Data::Map(intents)) = entry(file, "intents").map(|intents| &mut intents.data) else { return };
    for (name, intent) in intents {
        if intent.get("confirm").and_then(Yaml::as_str) == Some("required") {
            remove(intent, "confirm");
            must_ask.push(name.name.clone());
        }
    }
}

/// Merges a later file into the pack. `extends`: it may take away what the pack has.
fn add(pack: &mut Yaml, file: Yaml, extends: bool, found: &mut Diagnostics) {
    let Data::Map(entries) = file.data else { return };
    for (key, value) in entries {
        let named = matches!(key.name.as_str(), "intents" | "lists" | "expansion_rules" | "responses");
        match entry(pack, &key.name) {
            _ if key.name == "extends" => {}
            None if !named => push(pack, key, value),
            None => {
                let mut empty = Yaml { data: Data::Map(Vec::new()), place: value.place.clone() };
                add_named(&mut empty, &key.name, value, extends, found);
                push(pack, key, empty);
            }
            Some(own) if named => add_named(own, &key.name, value, extends, found),
            Some(own) => own.merge(value),
        }
    }
}

/// Merges intents, lists, rules or replies by name.
fn add_named(own: &mut Yaml, section: &str, later: Yaml, extends: bool, found: &mut Diagnostics) {
    // Anything but a map is reported when it is read.
    if !matches!((&own.data, &later.data), (Data::Map(_), Data::Map(_))) {
        return own.merge(later);
    }
    let Data::Map(entries) = later.data else { return };
    for (key, mut value) in entries {
        if let Some(flag) = value.get("replace").filter(|flag| !matches!(flag.data, Data::Bool(_)))
            && matches!(section, "intents" | "lists")
        {
            let message = format!("`replace` of `{}` must be true or false, not {}", key.name, flag.kind());
            found.push(Diagnostic::error(&flag.place, message).help("write true or false"));
            remove(&mut value, "replace");
        }
        let replace = take_replace(&mut value);
        let gone = extends && matches!(value.data, Data::Null);
        if gone {
            if entry(own, &key.name).is_none() {
                let message = format!("`{}: null` takes nothing out: there is no such name", key.name);
                found
                    .push(Diagnostic::warning(&key.place, message).help(did_you_mean(&key.name, names(own))));
            }
            remove(own, &key.name);
            continue;
        }
        let Data::Map(existing) = &mut own.data else { return };
        let Some((own_key, own_value)) = existing.iter_mut().find(|(own, _)| own.name == key.name) else {
            push(own, key, value);
            continue;
        };
        if is_shared(&own_key.place.source) {
            *own_key = key;
        }
        match section {
            "intents" => add_intent(own_value, value, replace, extends),
            "responses" if extends => add_named(own_value, "", value, extends, found),
            _ if replace => *own_value = value,
            _ => own_value.merge(value),
        }
    }
}

fn add_intent(own: &mut Yaml, later: Yaml, replace: bool, extends: bool) {
    if replace {
        remove(own, "data");
    }
    if !matches!((&own.data, &later.data), (Data::Map(_), Data::Map(_))) {
        return own.merge(later);
    }
    let Data::Map(entries) = later.data else { return };
    for (key, value) in entries {
        // Half of one list of steps and half of another make no sense together.
        let whole = matches!(key.name.as_str(), "actions" | "undo" | "wake");
        if extends && matches!(value.data, Data::Null) {
            remove(own, &key.name);
            continue;
        }
        match entry(own, &key.name) {
            None => push(own, key, value),
            Some(_) if whole && matches!(value.data, Data::Null) => {}
            Some(existing) if whole => *existing = value,
            Some(existing) => existing.merge(value),
        }
    }
}

/// `replace: true` in an intent or list: what was there before does not count. Taken out, as it is no content.
fn take_replace(value: &mut Yaml) -> bool {
    let replace = value.get("replace").is_some_and(|flag| matches!(flag.data, Data::Bool(true)));
    // Any other value stays: among replies it is the name of one.
    if replace || value.get("replace").is_some_and(|flag| matches!(flag.data, Data::Bool(false))) {
        remove(value, "replace");
    }
    replace
}

fn entry<'a>(map: &'a mut Yaml, name: &str) -> Option<&'a mut Yaml> {
    match &mut map.data {
        Data::Map(entries) => entries.iter_mut().find(|(key, _)| key.name == name).map(|(_, value)| value),
        _ => None,
    }
}

fn names(map: &Yaml) -> Vec<&str> {
    match &map.data {
        Data::Map(entries) => entries.iter().map(|(key, _)| key.name.as_str()).collect(),
        _ => Vec::new(),
    }
}

fn push(map: &mut Yaml, key: Key, value: Yaml) {
    if let Data::Map(entries) = &mut map.data {
        entries.push((key, value));
    }
}

fn remove(map: &mut Yaml, name: &str) {
    if let Data::Map(entries) = &mut map.data {
        entries.retain(|(key, _)| key.name != name);
    }
}
