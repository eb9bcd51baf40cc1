//! For `heyroom grammar check`: whether the actions of a grammar can be carried out. A grammar takes the names of
//! methods as they are; only here, where everything meets, are they compared with the Room API.

use serde_json::Value;

use crate::{
    assistant::{
        outside,
        own_actions::{OWN_ACTIONS, own_action},
        replies::SECTION,
    },
    audio::Earcon,
    grammar::{
        Action, ActionKind, Pack,
        diagnostics::{Diagnostic, Diagnostics, did_you_mean},
        pack::Intent,
    },
    room::{Field, Kind, MethodInfo, Source, method_info, methods},
};

/// Answers to the assistant's questions; what they do depends on the question.
const ANSWERS: [&str; 4] = ["Yes", "No", "Pick", "Correction"];

/// Everything that is wrong with the actions of `pack`.
pub fn check(pack: &Pack) -> Diagnostics {
    let mut problems = Diagnostics::default();
    idle(pack, &mut problems);
    answers_that_act(pack, &mut problems);
    own_replies(pack, &mut problems);
    for (name, intent) in &pack.intents {
        let actions = intent.blocks.iter().flat_map(|block| block.actions.iter().chain(&block.undo));
        let mut told = Vec::new();
        for action in actions {
            for (message, help) in problems_of(action) {
                // The actions of an intent stand in each of its blocks.
                if told.contains(&message) {
                    continue;
                }
                told.push(message.clone());
                let message = format!("the intent `{name}`: {message}");
                let problem = match action.place.as_ref().or(intent.place.as_ref()) {
                    Some(place) => Diagnostic::error(place, message),
                    None => Diagnostic::general(message),
                };
                problems.push(problem.help(help));
            }
        }
    }
    problems
}

/// Intents that do nothing: neither actions nor a reply.
fn idle(pack: &Pack, problems: &mut Diagnostics) {
    let acts = |intent: &Intent| intent.blocks.iter().any(|block| !block.actions.is_empty());
    if !pack.intents.values().any(acts) {
        let message = "no intent has `actions`: commands are understood, and nothing is done";
        let help = "`extends: bundled` in the file takes the actions from the grammar inside heyroom; or copy its \
                    shared.yaml too";
        problems.push(Diagnostic::general_warning(message).help(help));
        return;
    }
    for (name, intent) in &pack.intents {
        let answers = ANSWERS.contains(&name.as_str()) || pack.responses.contains_key(name);
        if let (Some(place), false) = (&intent.place, acts(intent) || answers) {
            let message = format!("the intent `{name}` does nothing: it has neither `actions` nor a reply");
            problems.push(Diagnostic::warning(place, message).help("write `actions:` for it"));
        }
    }
}

/// Actions where nobody would ever carry them out.
fn answers_that_act(pack: &Pack, problems: &mut Diagnostics) {
    for name in ANSWERS {
        let Some(intent) = pack.intents.get(name) else { continue };
        let action = intent.blocks.iter().find_map(|block| block.actions.first());
        if let Some(place) = action.and_then(|action| action.place.as_ref().or(intent.place.as_ref())) {
            let message = format!("the actions of the intent `{name}` are never carried out");
            let help =
                format!("`{name}` is an answer to heyroom's own questions: give the intent another name");
            problems.push(Diagnostic::warning(place, message).help(help));
        }
    }
}

/// The assistant's own sentences: those that this language lacks, and those that nobody says.
fn own_replies(pack: &Pack, problems: &mut Diagnostics) {
    let Ok(english) = Pack::bundled("en") else { return };
    let Some(own) = pack.responses.get(SECTION) else { return };
    let Some(all) = english.responses.get(SECTION) else { return };
    let warn = |problems: &mut Diagnostics, message: String, help: String| {
        problems.push(Diagnostic::general_warning(message).help(help));
    };
    let missing: Vec<&str> = all.keys().filter(|key| !own.contains_key(*key)).map(String::as_str).collect();
    if !missing.is_empty() {
        let message = format!("sentences of the assistant that are missing: {}", missing.join(", "));
        let help = format!("write them under `responses: {SECTION}:`; until then they are said in English");
        warn(problems, message, help);
    }
    for key in own.keys().filter(|key| !all.contains_key(*key)) {
        let message = format!("the assistant never says `{SECTION}: {key}`");
        warn(problems, message, did_you_mean(key, all.keys().map(String::as_str)));
    }
}

/// What is wrong with an action, and the way out.
fn problems_of(action: &Action) -> Vec<(String, String)> {
    match &action.kind {
        ActionKind::Room { method, params } => match method_info(method) {
            None => {
                let help = did_you_mean(method, methods::methods().map(|info| info.name).collect::<Vec<_>>());
                vec![(format!("the Room API has no method `{method}`"), shortened(help))]
            }
            Some(info) => parameters(info, params),
        },
        ActionKind::Do { name, params } => match own_action(name) {
            None => vec![(
                format!("heyroom has no built-in action `{name}`"),
                did_you_mean(name, OWN_ACTIONS.iter().map(|known| known.name)),
            )],
            Some(known) => own_parameters(name, known.params, params),
        },
        ActionKind::Shell { .. } | ActionKind::Http { .. } => match outside::may_stand(action) {
            Ok(()) => Vec::new(),
            Err(reason) => {
                vec![("a program or HTTP request is not done from this file".to_owned(), reason.to_string())]
            }
        },
        ActionKind::Earcon(name) if !Earcon::ALL.iter().any(|earcon| earcon.name() == name) => {
            let known = Earcon::ALL.map(Earcon::name);
            vec![(format!("there is no earcon `{name}`"), did_you_mean(name, known))]
        }
        _ => Vec::new(),
    }
}

/// `known` marks with a `?` what may be left out.
fn own_parameters(
    action: &str,
    known: &[&str],
    params: &serde_json::Map<String, serde_json::Value>,
) -> Vec<(String, String)> {
    let unknown =
        params.keys().filter(|key| !known.iter().any(|it| it.trim_end_matches('?') == *key)).map(|key| {
            let help = did_you_mean(key, known.iter().map(|it| it.trim_end_matches('?')));
            (format!("the built-in action `{action}` has no parameter `{key}`"), help)
        });
    let missing = known.iter().filter(|it| !it.ends_with('?') && !params.contains_key(**it)).map(|it| {
        (
            format!("the built-in action `{action}` needs the parameter `{it}`"),
            "add it under params:".to_owned(),
        )
    });
    let wrong = params.iter().filter_map(|(key, value)| {
        let (wanted, help) = own_wrong(key, value)?;
        Some((
            format!("the built-in action `{action}`: the parameter `{key}` is {value}, not {wanted}"),
            help,
        ))
    });
    unknown.chain(missing).chain(wrong).collect()
}

/// As [`wrong`], for the parameters of built-in actions: each name means the same wherever it stands.
fn own_wrong(key: &str, value: &Value) -> Option<(String, String)> {
    if value.as_str().is_some_and(|text| text.contains('{')) {
        return None;
    }
    let layouts = || {
        let info = method_info("changeVideoMatrixType");
        info.and_then(|info| info.params.first()).into_iter().flat_map(|field| field.values)
    };
    let (fits, wanted) = match key {
        "level" | "change" => (value.is_number(), "a number of percent".to_owned()),
        "mute" | "show" | "open" => (value.is_boolean(), "true or false".to_owned()),
        "monitor" => (value.as_u64().is_some_and(|number| number > 0), "a whole number from 1".to_owned()),
        "layout" => {
            let all: Vec<String> =
                layouts().map(|(number, meaning)| format!("{number} ({meaning})")).collect();
            let written = value.to_string();
            let known = layouts().any(|(number, _)| *number == written);
            (known, format!("one of {}", all.join(", ")))
        }
        "tones" => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_uppercase);
            let is_tone = |c: char| matches!(c, '0'..='9' | '*' | '#' | 'A'..='D' | ' ');
            (text.chars().all(is_tone), "dial tones (0 to 9, *, #, A to D)".to_owned())
        }
        "contacts" => (value.is_array(), "a list".to_owned()),
        _ => (value.is_string() || value.is_number(), "a text".to_owned()),
    };
    let quoted = value.as_str().is_some_and(|text| serde_json::from_str::<Value>(text).is_ok());
    let help = if quoted { "write it without quotes" } else { "change the value, or take it from a slot" };
    (!fits).then(|| (wanted, help.to_owned()))
}

fn parameters(
    info: &MethodInfo,
    params: &serde_json::Map<String, serde_json::Value>,
) -> Vec<(String, String)> {
    // Where the reference knows only the name of a method, anything may be a parameter.
    if info.source == Source::NameOnly {
        return Vec::new();
    }
    let known: Vec<&str> = info.params.iter().map(|field| field.name).collect();
    let unknown = params.keys().filter(|key| !known.contains(&key.as_str())).map(|key| {
        (format!("`{}` has no parameter `{key}`", info.name), did_you_mean(key, known.iter().copied()))
    });
    let missing =
        info.params.iter().filter(|field| field.required && !params.contains_key(field.name)).map(|field| {
            (
                format!("`{}` needs the parameter `{}`", info.name, field.name),
                format!("add it under params: {}", field.doc),
            )
        });
    let wrong = params.iter().filter_map(|(key, value)| {
        let field = info.params.iter().find(|field| field.name == key)?;
        let (wanted, help) = wrong(field, value)?;
        Some((format!("`{}`: the parameter `{key}` is {value}, not {wanted}", info.name), help))
    });
    unknown.chain(missing).chain(wrong).collect()
}

/// What the Room API wants instead of `value`, and the way there; none where the value will do, or where it is known
/// only when the action is carried out (`"{slot}"`).
fn wrong(field: &Field, value: &Value) -> Option<(String, String)> {
    if value.as_str().is_some_and(|text| text.contains('{')) {
        return None;
    }
    let (fits, wanted) = match field.kind {
        Kind::Text => (value.is_string(), "a text"),
        Kind::Integer => (value.is_i64() || value.is_u64(), "a whole number"),
        Kind::Number => (value.is_number(), "a number"),
        Kind::Boolean => (value.is_boolean(), "true or false"),
        Kind::List => (value.is_array(), "a list"),
        Kind::Object => (value.is_object(), "a map"),
        _ => (true, ""),
    };
    if !fits {
        let quoted = value.is_string() && !matches!(field.kind, Kind::List | Kind::Object);
        let how = if quoted { "write it without quotes" } else { "change the value" };
        return Some((wanted.to_owned(), format!("{how}; it is: {}", field.doc)));
    }
    let known = || field.values.iter().map(|(value, _)| *value);
    let text = value.as_str().filter(|text| !field.values.is_empty() && !known().any(|it| it == *text))?;
    let all = known().collect::<Vec<_>>().join(", ");
    Some((format!("one of {all}"), did_you_mean(text, known().collect::<Vec<_>>())))
}

/// The names of all 221 methods help nobody.
fn shortened(help: String) -> String {
    if help.starts_with("did you mean") { help } else { "`heyroom room methods` lists all".to_owned() }
}
