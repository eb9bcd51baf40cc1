//! Named containers in which clients keep their own data.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answer, Ask, Method, Refusal, Terminal, fields, plain};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("saveData", save_data),
    ("loadData", load_data),
    ("deleteData", delete_data),
    ("getAllUserContainersNames", |terminal, _| {
        let names: Vec<&String> = terminal.data.containers.keys().collect();
        Ok(fields(json!({"containersNames": names})))
    }),
];

/// All containers together hold no more than this many bytes.
const LIMIT: usize = 16 * 1024 * 1024;

#[derive(Debug, Default)]
pub(super) struct Data {
    containers: BTreeMap<String, String>,
}

fn save_data(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let (name, data) = (ask.name("containerName")?, ask.text("data")?);
    let containers = &mut terminal.data.containers;
    let others: usize =
        containers.iter().filter(|(known, _)| *known != name).map(|(_, data)| data.len()).sum();
    if others + data.len() > LIMIT {
        return ask.refuse(format_args!("the containers may hold {LIMIT} bytes together"));
    }
    containers.insert(name.to_owned(), data.to_owned());
    // The request says flags, the event flag.
    let flag = ask.fields.get("flags").cloned().unwrap_or(Value::Null);
    terminal.event("dataSaved", json!({"containerName": name, "data": data, "flag": flag}));
    plain()
}

fn load_data(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let name = ask.name("containerName")?;
    match terminal.data.containers.get(name) {
        Some(data) => Ok(fields(json!({"data": data, "containerName": name}))),
        None => Err(Refusal::new(format!("loadData: there is no container {name}"))
            .with("data", "")
            .with("containerName", name)),
    }
}

fn delete_data(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let name = ask.name("containerName")?;
    if terminal.data.containers.remove(name).is_none() {
        return ask.refuse(format_args!("there is no container {name}"));
    }
    terminal.event("dataDeleted", json!({"containerName": name}));
    plain()
}
