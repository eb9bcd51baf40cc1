//! `heyroom match --jsonl`: one JSON object per line in, one out, for programs and tests.

use std::io::BufRead;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{Status, match_text, output};
use crate::grammar::diagnostics::{Place, Source, did_you_mean};
use crate::grammar::{Context, Grammar, Preferences, pack, yaml::Yaml};

/// What a line may have.
const KEYS: [&str; 4] = ["text", "context", "lists", "best_slot"];

/// One object in, one object out. A line that cannot be read is answered with an object that has `error` and `line`,
/// the message also goes to stderr, and the work goes on; a key that nobody knows is only told on stderr.
pub fn run(base: &Grammar, defaults: &Context, tolerant: bool) -> anyhow::Result<Status> {
    let mut status = Status::Done;
    let mut input = std::io::stdin().lock();
    let mut grammar = base.clone();
    let mut lists = Value::Null;
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes).context("cannot read standard input")? == 0 {
            break;
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let mut unknown = Vec::new();
        let answer = answer(base, &mut grammar, &mut lists, defaults, tolerant, &bytes, &mut unknown);
        for key in unknown {
            let help = did_you_mean(&key, KEYS);
            eprintln!("heyroom match: line {number}: unknown key \"{key}\": ignored; {help}");
        }
        match answer {
            Ok(record) => output::json(&record)?,
            Err(message) => {
                status = Status::Failed;
                eprintln!("heyroom match: line {number}: {message}");
                output::json(&json!({"error": format!("line {number}: {message}"), "line": number}))?;
            }
        }
    }
    Ok(status)
}

fn answer(
    base: &Grammar,
    grammar: &mut Grammar,
    lists: &mut Value,
    defaults: &Context,
    tolerant: bool,
    line: &[u8],
    unknown: &mut Vec<String>,
) -> Result<Value, String> {
    let line: Value = serde_json::from_slice(line).map_err(|error| format!("not a JSON object: {error}"))?;
    let Value::Object(line) = line else {
        return Err("not a JSON object: write {\"text\": ...}".to_owned());
    };
    unknown.extend(line.keys().filter(|key| !KEYS.contains(&key.as_str())).cloned());
    let Some(Value::String(text)) = line.get("text") else {
        return Err("the key \"text\" is missing or no string".to_owned());
    };
    let mut context = defaults.clone();
    match line.get("context") {
        None | Some(Value::Null) => {}
        Some(Value::Object(more)) => context.extend(more.clone()),
        Some(_) => return Err("\"context\" must be an object".to_owned()),
    }
    let slot = match line.get("best_slot") {
        None | Some(Value::Null) => None,
        Some(Value::String(slot)) => Some(slot.clone()),
        Some(_) => return Err("\"best_slot\" must be a string".to_owned()),
    };
    let wanted = line.get("lists").unwrap_or(&Value::Null);
    if wanted != lists {
        grammar.restore_lists(base);
        *lists = Value::Null;
        set_lists(grammar, wanted)?;
        *lists = wanted.clone();
    }
    let started = Instant::now();
    let mut outcome = grammar.matches_preferring(text, &context, &Preferences { metadata: None, slot });
    if tolerant && outcome.matched().is_none() {
        outcome = grammar.matches_tolerant(text, &context, &[]);
    }
    Ok(match_text::record(text, text, 1.0, &outcome, &json!({ "match": match_text::milliseconds(started) })))
}

fn set_lists(grammar: &mut Grammar, lists: &Value) -> Result<(), String> {
    let lists = match lists {
        Value::Null => return Ok(()),
        Value::Object(lists) => lists,
        _ => return Err("\"lists\" must be an object {NAME: [VALUE...]}".to_owned()),
    };
    for (name, list) in lists {
        let source = Arc::new(Source::text(format!("lists.{name}"), ""));
        let place = Place { source, line: 1, column: 1 };
        let definition = pack::list_definition(name, &Yaml::from_json(list, &place))
            .map_err(|problems| problems.to_string().replace('\n', " "))?;
        grammar.set_list_def(name, &definition);
    }
    Ok(())
}
