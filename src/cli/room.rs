//! `heyroom room`: any method of the Room API from the shell, the room's events, and the reference.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::connection::{ConnectionArgs, usage_error};
use super::{Status, block_on, output};
use crate::room::{
    Client, EVENTS, Field, Gap, Kind, MethodInfo, Object, Options, event_info, method_info, methods,
};

/// Send one Room API method and print the answer as JSON, or watch the room's events.
///
/// Parameters are written key=value. Their types come from the reference:
/// forAll=true sends a boolean, port=4307 a number, inviteList=ann@x,bob@x or
/// '["ann@x"]' a list. key:=JSON sends any JSON as it stands.
///
/// For example:
///   heyroom room getAppState
///   heyroom room call peerId=ann@video.example
///   heyroom room hangUp forAll=true --dry-run
///   heyroom room methods slide
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, subcommand_precedence_over_arg = true, subcommand_negates_reqs = true)]
#[command(flatten_help = true, arg_required_else_help = true)]
pub struct RoomArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    #[command(flatten)]
    send: SendArgs,

    #[command(subcommand)]
    command: Option<RoomCommand>,
}

#[derive(Debug, Args)]
struct SendArgs {
    /// The method by its name in the Room API, such as hangUp
    #[arg(required = true, value_parser = MethodName, hide_possible_values = true)]
    method: Option<String>,

    /// Its parameters
    #[arg(value_name = "KEY=VALUE")]
    params: Vec<String>,

    /// Print the request and send nothing
    #[arg(long)]
    dry_run: bool,

    /// Send it even if the reference knows no such method, parameter or value
    #[arg(long)]
    any: bool,
}

#[derive(Debug, Subcommand)]
enum RoomCommand {
    /// Print the room's events as JSON lines until interrupted
    Watch {
        /// Only events of this name; may be given several times
        #[arg(long, value_name = "NAME")]
        event: Vec<String>,
    },
    /// Print the reference of the methods (and of the events)
    Methods {
        /// Only what has this in its name, its area or its description
        filter: Option<String>,

        /// The events instead
        #[arg(long)]
        events: bool,

        /// As one JSON object per line
        #[arg(long)]
        json: bool,
    },
}

/// Any text, so that `--any` works; the known names are there for shell completion.
#[derive(Debug, Clone, Copy)]
struct MethodName;

impl clap::builder::TypedValueParser for MethodName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        clap::builder::StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = clap::builder::PossibleValue> + '_>> {
        Some(Box::new(methods::methods().map(|info| clap::builder::PossibleValue::new(info.name))))
    }
}

pub fn run(args: RoomArgs) -> anyhow::Result<Status> {
    match args.command {
        Some(RoomCommand::Methods { filter, events, json }) => reference(filter.as_deref(), events, json),
        Some(RoomCommand::Watch { event }) => {
            let options = options(&args.connection)?;
            block_on(watch(options, event))
        }
        None => {
            let Some(method) = args.send.method else { usage_error("a method is missing") };
            let params = match request(&method, &args.send.params, args.send.any) {
                Ok(params) => params,
                Err(problem) => usage_error(&problem),
            };
            if args.send.dry_run {
                let mut object = Object::from_iter([("method".to_owned(), Value::from(method))]);
                object.extend(params);
                output::json(&object)?;
                return Ok(Status::Done);
            }
            let options = options(&args.connection)?;
            block_on(send(options, method, params))
        }
    }
}

/// One command changes nothing else: no login, no automation, no reading of the state.
fn options(connection: &ConnectionArgs) -> anyhow::Result<Options> {
    let settings = connection.settings()?.config;
    let mut options = connection.options(&settings.room)?;
    options.server_login = None;
    options.automations = crate::room::Automations::default();
    options.follow_state = false;
    Ok(options)
}

async fn send(options: Options, method: String, params: Object) -> anyhow::Result<Status> {
    let client = Client::connect(options).await?;
    let answer = client.request(&method, params).await;
    client.close().await;
    output::json(answer?.object())?;
    Ok(Status::Done)
}

async fn watch(mut options: Options, names: Vec<String>) -> anyhow::Result<Status> {
    for name in names.iter().filter(|name| event_info(name).is_none()) {
        let hint = nearest(name, EVENTS.iter().map(|info| info.name));
        tracing::warn!("the reference knows no event {name:?}{hint}; waiting for it all the same");
    }
    // Events may come before anything else, and in floods; printing may be slow.
    options.event_buffer = 1 << 16;
    let (client, mut events) = Client::connect_and_listen(options).await?;
    if !names.is_empty() {
        events = events.only(names);
    }
    loop {
        tokio::select! {
            event = events.next() => match event {
                Some(Ok(event)) => output::json(&*event)?,
                Some(Err(gap @ (Gap::Lagged { .. } | Gap::Reconnected))) => tracing::warn!("{gap}"),
                None => break,
            },
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    client.close().await;
    Ok(Status::Done)
}

/// The parameters of `method` as they are sent, or what is wrong with them.
fn request(method: &str, arguments: &[String], any: bool) -> Result<Object, String> {
    let info = method_info(method);
    if info.is_none() && !any {
        let hint = nearest(method, methods::methods().map(|info| info.name));
        return Err(format!(
            "the Room API has no method {method:?}{hint}; \
             heyroom room methods lists all, --any sends it all the same"
        ));
    }
    let fields = info.map_or(&[][..], |info| info.params);
    let mut params = Object::new();
    for argument in arguments {
        let Some((key, text)) = argument.split_once('=') else {
            return Err(format!(
                "{argument:?} is no parameter; write {}=VALUE",
                example_key(fields, argument)
            ));
        };
        let (key, json) = match key.strip_suffix(':') {
            Some(key) => (key, true),
            None => (key, false),
        };
        let field = fields.iter().find(|field| field.name == key);
        // Where the reference knows only the name of a method, anything may be a parameter.
        if field.is_none() && !any && !info.is_some_and(params_unknown) {
            let hint = nearest(key, fields.iter().map(|field| field.name));
            return Err(match fields {
                [] => format!("{method} takes no parameters, so not {key:?}; --any sends it all the same"),
                _ => format!(
                    "{method} has no parameter {key:?}{hint}; it takes {}; --any sends it all the same",
                    usage(fields)
                ),
            });
        }
        let value = if json {
            serde_json::from_str(text).map_err(|error| {
                format!("the value of {key} is not JSON: {error}; write {key}:='\"text\"'")
            })?
        } else {
            value(method, key, field, text, any)?
        };
        if params.insert(key.to_owned(), value).is_some() {
            return Err(format!("the parameter {key} is given twice"));
        }
    }
    for field in
        fields.iter().filter(|field| field.required && !params.contains_key(field.name)).collect::<Vec<_>>()
    {
        match field.default.and_then(|default| serde_json::from_str(default).ok()) {
            Some(default) => {
                params.insert(field.name.to_owned(), default);
            }
            None if any => {}
            None => {
                return Err(format!(
                    "{method} needs {}={} ({}); usage: heyroom room {method} {}",
                    field.name,
                    field.kind,
                    field.doc,
                    usage(fields)
                ));
            }
        }
    }
    Ok(params)
}

fn value(method: &str, key: &str, field: Option<&Field>, text: &str, any: bool) -> Result<Value, String> {
    let Some(field) = field else { return Ok(loose(text)) };
    let wrong = |wanted: &str| format!("{method}: {key}={text} is wrong, {wanted} is needed ({})", field.doc);
    Ok(match field.kind {
        Kind::Text => {
            let known = || field.values.iter().map(|(value, _)| *value);
            if !field.values.is_empty() && !any && !known().any(|value| value == text) {
                let values = known().collect::<Vec<_>>().join(", ");
                return Err(format!("{}; --any sends it all the same", wrong(&format!("one of {values}"))));
            }
            Value::from(text)
        }
        Kind::Boolean => match text {
            "true" => Value::from(true),
            "false" => Value::from(false),
            _ => return Err(wrong("true or false")),
        },
        Kind::Integer => Value::from(text.parse::<i64>().map_err(|_| wrong("an integer"))?),
        Kind::Number => match serde_json::from_str(text) {
            Ok(number @ Value::Number(_)) => number,
            _ => return Err(wrong("a number")),
        },
        Kind::List if text.trim_start().starts_with('[') => match serde_json::from_str(text) {
            Ok(list @ Value::Array(_)) => list,
            _ => return Err(wrong("a JSON list or names with commas between them")),
        },
        Kind::List if text.is_empty() => Value::Array(Vec::new()),
        Kind::List => text.split(',').map(|item| Value::from(item.trim())).collect(),
        Kind::Object => match serde_json::from_str(text) {
            Ok(object @ Value::Object(_)) => object,
            _ => return Err(wrong("a JSON object such as '{\"audioPlayLevel\": 0.5}'")),
        },
        _ => loose(text),
    })
}

/// A value whose type is not known: JSON if it reads as such, else text.
fn loose(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

fn params_unknown(info: &MethodInfo) -> bool {
    info.params.is_empty() && info.doc.contains("not established")
}

fn example_key(fields: &[Field], argument: &str) -> String {
    fields
        .iter()
        .find(|field| field.name == argument)
        .or(fields.first())
        .map_or_else(|| "KEY".to_owned(), |field| field.name.to_owned())
}

/// `peerId=TEXT [pin=TEXT]`
fn usage(fields: &[Field]) -> String {
    let one = |field: &Field| {
        let text = format!("{}={}", field.name, field.kind);
        if field.required && field.default.is_none() { text } else { format!("[{text}]") }
    };
    fields.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// ` (did you mean "x" or "y"?)`, or nothing when none is near.
fn nearest(unknown: &str, known: impl Iterator<Item = &'static str>) -> String {
    let wanted = unknown.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .map(|name| {
            let name_lower = name.to_lowercase();
            let contained = wanted.len() >= 4 && name_lower.contains(&wanted);
            let score = strsim::normalized_damerau_levenshtein(&wanted, &name_lower);
            (if contained { score.max(0.8) } else { score }, name)
        })
        .filter(|(score, _)| *score >= 0.6)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names: Vec<String> = scored.iter().take(3).map(|(_, name)| format!("{name:?}")).collect();
    if names.is_empty() { String::new() } else { format!(" (did you mean {}?)", names.join(" or ")) }
}

/// One entry of the reference, as it is printed.
struct Entry<'a> {
    name: &'a str,
    group: &'a str,
    doc: &'a str,
    source: String,
    params: Option<&'a [Field]>,
    fields: &'a [Field],
}

fn reference(filter: Option<&str>, events: bool, json: bool) -> anyhow::Result<Status> {
    let all: Vec<Entry<'_>> = if events {
        let entry = |info: &'static crate::room::EventInfo| Entry {
            name: info.name,
            group: info.group,
            doc: info.doc,
            source: info.source.to_string(),
            params: None,
            fields: info.fields,
        };
        EVENTS.iter().map(entry).collect()
    } else {
        let entry = |info: &'static MethodInfo| Entry {
            name: info.name,
            group: info.group,
            doc: info.doc,
            source: info.source.to_string(),
            params: Some(info.params),
            fields: info.answer,
        };
        methods::methods().map(entry).collect()
    };
    let wanted = filter.unwrap_or_default().to_lowercase();
    let fits = |entry: &&Entry<'_>| {
        [entry.name, entry.group, entry.doc].iter().any(|text| text.to_lowercase().contains(&wanted))
    };
    let mut chosen: Vec<&Entry<'_>> = all.iter().filter(fits).collect();
    // An exact name is what was asked for.
    if let Some(exact) = chosen.iter().find(|entry| entry.name.to_lowercase() == wanted) {
        chosen = vec![exact];
    }
    if chosen.is_empty() {
        let what = if events { "event" } else { "method" };
        let hint = nearest(&wanted, all.iter().map(|entry| entry.name).collect::<Vec<_>>().into_iter());
        anyhow::bail!("no {what} has {wanted:?} in its name, area or description{hint}");
    }
    if json {
        for entry in chosen {
            output::json(&entry_json(entry))?;
        }
        return Ok(Status::Done);
    }
    // Many: one line each. Few: everything.
    let brief = chosen.len() > 12;
    let mut areas: BTreeMap<&str, Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in chosen {
        areas.entry(entry.group).or_default().push(entry);
    }
    for (area, entries) in areas {
        output::line(format_args!("{area}:"))?;
        for entry in entries {
            print_entry(entry, brief)?;
        }
    }
    Ok(Status::Done)
}

fn print_entry(entry: &Entry<'_>, brief: bool) -> std::io::Result<()> {
    let usage = entry.params.map(usage).unwrap_or_default();
    let head = format!("  {} {usage}", entry.name);
    let paragraphs: Vec<String> = entry
        .doc
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    if brief {
        output::line(head.trim_end())?;
        return output::line(format_args!("      {}", paragraphs.first().map_or("", String::as_str)));
    }
    output::line(head.trim_end())?;
    for paragraph in &paragraphs {
        output::line(format_args!("      {paragraph}"))?;
    }
    for (title, fields) in [("parameters", entry.params.unwrap_or_default()), ("carries", entry.fields)] {
        if fields.is_empty() {
            continue;
        }
        output::line(format_args!("      {title}:"))?;
        for field in fields {
            let default = field.default.map(|default| format!(", default {default}")).unwrap_or_default();
            let optional = if entry.params.is_some() && title == "parameters" && !field.required {
                ", optional"
            } else {
                ""
            };
            let (name, kind, doc) = (field.name, field.kind, field.doc);
            output::line(format_args!("        {name} ({kind}{optional}{default}): {doc}"))?;
            for (value, meaning) in field.values {
                output::line(format_args!("          {value}  {meaning}"))?;
            }
        }
    }
    output::line(format_args!("      known from: {}", entry.source))
}

fn entry_json(entry: &Entry<'_>) -> Value {
    let field = |field: &Field| {
        serde_json::json!({
            "name": field.name,
            "type": field.kind.to_string(),
            "required": field.required,
            "default": field.default.and_then(|default| serde_json::from_str::<Value>(default).ok()),
            "values": Object::from_iter(field.values.iter().map(|(value, meaning)| (value.to_string(), Value::from(*meaning)))),
            "doc": field.doc,
        })
    };
    let mut object = serde_json::json!({
        "name": entry.name,
        "group": entry.group,
        "doc": entry.doc.split_whitespace().collect::<Vec<_>>().join(" "),
        "source": entry.source,
        "fields": entry.fields.iter().map(field).collect::<Vec<_>>(),
    });
    if let Some(params) = entry.params {
        object["params"] = params.iter().map(field).collect();
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sent(method: &str, arguments: &[&str]) -> Result<Value, String> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        request(method, &arguments, false).map(Value::Object)
    }

    #[test]
    fn parameters_get_the_types_of_the_reference() {
        assert_eq!(sent("hangUp", &["forAll=true"]), Ok(json!({"forAll": true})));
        assert_eq!(sent("hangUp", &[]), Ok(json!({"forAll": false})));
        assert_eq!(sent("call", &["peerId=123"]), Ok(json!({"peerId": "123"})));
        assert_eq!(sent("setPanPos", &["pos=-7"]), Ok(json!({"pos": -7})));
        assert_eq!(
            sent("startCapture", &["captureId=9007199254740993"]),
            Ok(json!({"captureId": 9_007_199_254_740_993_i64}))
        );
        assert_eq!(
            sent("setSettings", &["settings={\"audioPlayLevel\":0.5}"]),
            Ok(json!({"settings": {"audioPlayLevel": 0.5}}))
        );
        let lists = [r#"inviteList=["a","b"]"#, "inviteList=a, b"];
        for list in lists {
            assert_eq!(
                sent("createConference", &["title=A=B", "confType=role", "autoAccept=false", list]),
                Ok(
                    json!({"title": "A=B", "confType": "role", "autoAccept": false, "inviteList": ["a", "b"]})
                )
            );
        }
        assert_eq!(sent("getUpdateInfo", &["x=1", "y=z"]), Ok(json!({"x": 1, "y": "z"})));
        assert_eq!(sent("call", &["peerId:=null"]), Ok(json!({"peerId": null})));
    }

    #[test]
    fn what_is_wrong_is_named_with_the_way_out() {
        for (method, arguments, parts) in [
            ("hangup", &[][..], &["no method \"hangup\"", "\"hangUp\"", "heyroom room methods"][..]),
            ("hangUp", &["forall=true"], &["no parameter \"forall\"", "\"forAll\"", "[forAll=boolean]"]),
            ("hangUp", &["forAll=maybe"], &["forAll=maybe", "true or false"]),
            ("hangUp", &["forAll=true", "forAll=true"], &["given twice"]),
            ("call", &[], &["needs peerId=text"]),
            ("call", &["bob@x"], &["no parameter; write peerId=VALUE"]),
            ("accept", &["x=1"], &["takes no parameters"]),
            ("setPanPos", &["pos=1.5"], &["an integer"]),
            ("setPanPos", &["pos:=1,"], &["not JSON"]),
            (
                "createConference",
                &["title=a", "confType=symetric", "autoAccept=true"],
                &["symmetric, asymmetric, role"],
            ),
        ] {
            let problem = sent(method, arguments).unwrap_err();
            for part in parts {
                assert!(problem.contains(part), "{method} {arguments:?}: {problem}");
            }
        }
    }

    #[test]
    fn any_sends_what_the_reference_does_not_know() {
        let arguments = ["x=1".to_owned()];
        assert_eq!(request("brandNew", &arguments, true).map(Value::Object), Ok(json!({"x": 1})));
    }
}
