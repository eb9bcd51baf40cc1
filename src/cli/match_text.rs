//! `heyroom match`: what sentences mean, without sound or a room. Also the JSON object in which `match` and `listen`
//! report.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Map, Value, json};

use super::{Status, match_lines, output};
use crate::assistant::facts::NAMES;
use crate::grammar::diagnostics::{Diagnostics, nearest};
use crate::grammar::{Contact, Context, Grammar, Outcome, Pack, pack};

/// Match phrases given as text, without sound or a room.
///
/// Each argument is one phrase; without arguments, each line of standard input is one.
///
///   heyroom match "call john smith" --contacts contacts.json
///   heyroom match --json --context in_call=true "hang up"
///
/// Facts that heyroom itself gives as context, true or false each: connected,
/// in_call, ringing, calling, mic_muted, camera_off, speaker_muted, slides,
/// recording, sharing, muted_others, owner. A fact that is not given is not
/// known: sentences that require it are not understood (requires_context), and
/// it forbids none (excludes_context). A grammar may use other facts too.
///
/// With --jsonl each line of standard input is an object
///   {"text": ..., "context": {...}, "lists": {NAME: [VALUE...]}, "best_slot": NAME}
/// of which all but text may be left out; a VALUE is written as in a grammar
/// file. A line that cannot be read is answered with
/// {"error": ..., "line": NUMBER}; the exit status is then 1.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct MatchArgs {
    /// Phrases to match
    #[arg(value_name = "TEXT", conflicts_with = "jsonl")]
    texts: Vec<String>,

    #[command(flatten)]
    grammar: GrammarChoice,

    /// A fact that decides which sentences are valid now, such as in_call=true
    #[arg(long = "context", value_name = "KEY=VALUE", value_parser = key_value)]
    context: Vec<(String, Value)>,

    /// Print one JSON object per phrase
    #[arg(long)]
    json: bool,

    /// Read one JSON object per line of standard input, print one per line
    #[arg(long)]
    jsonl: bool,

    /// Understand misheard sentences too, as the assistant does: what is different is told under "near"
    #[arg(long)]
    tolerant: bool,
}

/// Which grammar, and which names it knows. Shared by the commands that need a grammar.
#[derive(Debug, Clone, Args)]
pub struct GrammarChoice {
    /// Language of the grammar; left out, it is the only one in DIR, or en; `grammar check` and `grammar test` then look
    /// at all that there are
    #[arg(long, value_name = "LANGUAGE")]
    pub lang: Option<String>,

    /// Directory with grammar files, or one file [default: the bundled grammars]
    #[arg(long, value_name = "DIR")]
    pub grammars: Option<PathBuf>,

    /// Address book: a JSON array of {"peerId": ..., "peerDn": ...}
    #[arg(long, value_name = "FILE")]
    pub contacts: Option<PathBuf>,
}

impl GrammarChoice {
    /// The language that was asked for or is the only choice.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read.
    pub fn language(&self) -> Result<String, Diagnostics> {
        if let Some(language) = &self.lang {
            return Ok(language.clone());
        }
        if let Some(dir) = &self.grammars
            && let [only] = pack::languages(dir)?.as_slice()
        {
            return Ok(only.clone());
        }
        Ok("en".to_owned())
    }

    /// Reads the pack; warnings go to the log.
    ///
    /// # Errors
    ///
    /// What is wrong with the pack. With `open_lists`, lists that nobody defines are no error.
    pub fn pack(&self, open_lists: bool) -> Result<Pack, Diagnostics> {
        let language = self.language()?;
        let pack = match &self.grammars {
            None => Pack::bundled(&language)?,
            Some(dir) if open_lists => Pack::load_with(dir, &language)?,
            Some(dir) => Pack::load(dir, &language)?,
        };
        for warning in pack.warnings.iter() {
            tracing::warn!("{warning}");
        }
        Ok(pack)
    }

    /// The compiled grammar with its contacts.
    ///
    /// # Errors
    ///
    /// When the grammar or the contacts cannot be read.
    pub fn load(&self, open_lists: bool) -> anyhow::Result<Grammar> {
        let mut grammar = Grammar::new(&self.pack(open_lists)?);
        if let Some(path) = &self.contacts {
            let contacts = read_contacts(path)?;
            grammar.contacts_as_list();
            grammar.set_contacts(&contacts);
        }
        Ok(grammar)
    }
}

/// Reads an address book file.
///
/// # Errors
///
/// When the file cannot be read or is not a JSON array of contacts.
pub fn read_contacts(path: &Path) -> anyhow::Result<Vec<Contact>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the contacts in {}: name a readable file", path.display()))?;
    let mut contacts: Vec<Contact> = serde_json::from_str(&text).with_context(|| {
        format!(
            "{} is no address book: it must be a JSON array of {{\"peerId\": ..., \"peerDn\": ...}}",
            path.display()
        )
    })?;
    // As in the room's own book: who has no name is called by the id.
    for contact in contacts.iter_mut().filter(|contact| contact.name.trim().is_empty()) {
        contact.name.clone_from(&contact.id);
    }
    Ok(contacts)
}

pub(super) fn key_value(text: &str) -> Result<(String, Value), String> {
    let Some((key, value)) = text.split_once('=').filter(|(key, _)| !key.trim().is_empty()) else {
        return Err("write KEY=VALUE, such as in_call=true".to_owned());
    };
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    Ok((key.trim().to_owned(), value))
}

/// Tells of facts that will not do what was meant: names that nobody asks for, and truth values that are read as texts.
pub(super) fn warn_of_facts(command: &str, grammar: &Grammar, facts: &[(String, Value)]) {
    let asked = grammar.facts();
    for (name, value) in facts {
        if !NAMES.contains(&name.as_str()) && !asked.contains(name.as_str()) {
            let known = asked.iter().copied().chain(NAMES);
            let near = nearest(name, known).map_or_else(
                || "`heyroom match --help` lists those of the room".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            eprintln!("{command}: no sentence asks for the fact `{name}`, and no room tells it; {near}");
        } else if let Some(text) = value.as_str().filter(|_| NAMES.contains(&name.as_str())) {
            let meant = match text.to_lowercase().as_str() {
                "yes" | "on" | "true" | "y" => format!("did you mean {name}=true?"),
                "no" | "off" | "false" | "n" => format!("did you mean {name}=false?"),
                _ => format!("write {name}=true or {name}=false"),
            };
            eprintln!("{command}: `{name}` is true or false, not the text \"{text}\"; {meant}");
        }
    }
}

/// Runs `heyroom match`.
pub fn run(args: MatchArgs) -> anyhow::Result<Status> {
    let grammar = args.grammar.load(args.jsonl)?;
    warn_of_facts("heyroom match", &grammar, &args.context);
    if args.jsonl {
        return match_lines::run(&grammar, &args.context.into_iter().collect(), args.tolerant);
    }
    let context: Context = args.context.into_iter().collect();
    let one = |text: &str| -> anyhow::Result<()> {
        let started = Instant::now();
        let outcome = if args.tolerant {
            grammar.matches_tolerant(text, &context, &[])
        } else {
            grammar.matches(text, &context)
        };
        let ms = json!({ "match": milliseconds(started) });
        if args.json {
            let mut record = record(text, text, 1.0, &outcome, &ms);
            add_nearest(&mut record, &grammar, text, &outcome);
            output::json(&record)?;
        } else {
            let hint = match outcome {
                Outcome::NoMatch { .. } if grammar.lacks_address_book(text) => {
                    "\n  nobody is known by name: --contacts FILE names an address book"
                }
                _ => "",
            };
            output::line(format_args!("{}{hint}", describe(text, &outcome)))?;
        }
        Ok(())
    };
    if args.texts.is_empty() {
        if std::io::stdin().is_terminal() {
            eprintln!("heyroom match: type one phrase per line, end with Ctrl-D");
        }
        let mut status = Status::Done;
        for (number, line) in (1..).zip(std::io::stdin().lock().split(b'\n')) {
            match String::from_utf8(line.context("cannot read standard input")?) {
                Ok(line) => one(line.trim_end_matches('\r'))?,
                Err(line) => {
                    status = Status::Failed;
                    let message = "the line is not UTF-8 text: convert it, for example with `iconv -t UTF-8`";
                    eprintln!("heyroom match: line {number}: {message}");
                    if args.json {
                        let text = String::from_utf8_lossy(line.as_bytes()).into_owned();
                        let error = format!("line {number}: {message}");
                        output::json(&json!({"input": text, "error": error, "line": number}))?;
                    }
                }
            }
        }
        return Ok(status);
    } else {
        for text in &args.texts {
            one(text)?;
        }
    }
    Ok(Status::Done)
}

/// Milliseconds since `started`, to the microsecond.
pub fn milliseconds(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 1e6).round() / 1e3
}

/// The object in which `match --json` and `listen --json` report what was understood.
///
/// `input` is the file or text that came in, `text` what was recognised in it, `ms` the times it took.
pub fn record(input: &str, text: &str, confidence: f64, outcome: &Outcome, ms: &Value) -> Value {
    let mut record = Map::new();
    record.insert("input".into(), input.into());
    record.insert("text".into(), text.into());
    record.insert("confidence".into(), confidence.into());
    match outcome {
        Outcome::Match(found) => {
            record.insert("intent".into(), found.intent.clone().into());
            record.insert("slots".into(), json!(found.slots));
            record.insert("actions".into(), json!(found.actions));
            if let Some(reply) = &found.reply {
                record.insert("reply".into(), reply.clone().into());
            }
            if let Some(near) = &found.near {
                record.insert("near".into(), json!(near));
            }
        }
        Outcome::NoMatch { .. } => {
            record.insert("intent".into(), Value::Null);
            record.insert("slots".into(), json!({}));
            record.insert("actions".into(), json!([]));
            record.insert("reason".into(), "unknown".into());
        }
        Outcome::Ambiguous { intent, slot, candidates, matches } => {
            record.insert("intent".into(), Value::Null);
            record.insert("slots".into(), json!({}));
            record.insert("actions".into(), json!([]));
            record.insert("reason".into(), "ambiguous".into());
            let differ = crate::grammar::differences(candidates);
            let candidates: Vec<Value> = candidates
                .iter()
                .zip(matches)
                .zip(differ)
                .map(|((candidate, found), differs)| {
                    json!({"intent": intent, "slot": slot, "name": candidate.name, "value": candidate.value,
                           "slots": found.slots, "differs": differs})
                })
                .collect();
            record.insert("candidates".into(), candidates.into());
        }
    }
    record.insert("ms".into(), ms.clone());
    Value::Object(record)
}

/// Adds what came nearest to a sentence that was not understood at all.
pub(super) fn add_nearest(record: &mut Value, grammar: &Grammar, text: &str, outcome: &Outcome) {
    if let (Value::Object(record), Outcome::NoMatch { reason: crate::grammar::Reason::Unknown }) =
        (record, outcome)
    {
        let near = grammar.nearest(text, 3);
        if !near.is_empty() {
            record.insert("near".into(), json!(near));
        }
    }
}

/// The same object for something that was refused before it was matched (`low_confidence`).
pub fn refused(input: &str, text: &str, confidence: f64, reason: &str, ms: &Value) -> Value {
    json!({"input": input, "text": text, "confidence": confidence, "intent": null, "slots": {}, "actions": [],
           "reason": reason, "ms": ms})
}

/// The outcome for people.
pub fn describe(text: &str, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Match(found) => {
            let mut lines = format!("{text}\n  {}", found.intent);
            if let Some(near) = &found.near {
                lines.push_str(&format!("  (taken for \"{}\")", near.sentence));
            }
            for (name, slot) in &found.slots {
                let said = if slot.text.is_empty() { String::new() } else { format!(" ({})", slot.text) };
                lines.push_str(&format!("  {name} = {}{said}", slot.value));
            }
            for action in &found.actions {
                lines.push_str(&format!("\n  -> {}", json!(action)));
            }
            if let Some(question) = found.confirm.as_ref().filter(|question| !question.is_empty()) {
                lines.push_str(&format!("\n  asks first: {question}"));
            }
            lines
        }
        Outcome::NoMatch { reason: crate::grammar::Reason::NotNow } => {
            format!("{text}\n  not understood in this context (heyroom grammar explain says why)")
        }
        Outcome::NoMatch { .. } => format!("{text}\n  not understood"),
        Outcome::Ambiguous { intent, slot, candidates, .. } => {
            let names: Vec<String> = candidates
                .iter()
                .map(|candidate| format!("{} ({})", candidate.name, candidate.value))
                .collect();
            format!("{text}\n  {intent}, but which {slot}? {}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_values_are_json_where_they_can_be() {
        assert_eq!(key_value("a=1"), Ok(("a".into(), json!(1))));
        assert_eq!(key_value("a=true"), Ok(("a".into(), json!(true))));
        assert_eq!(key_value("a=on the phone"), Ok(("a".into(), json!("on the phone"))));
        assert_eq!(key_value("a=[1, 2]"), Ok(("a".into(), json!([1, 2]))));
        assert!(key_value("a").is_err() && key_value("=1").is_err());
    }
}
