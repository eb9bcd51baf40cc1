//! Scenarios: a YAML file that says who is there, how they answer, and what happens when.
//!
//! Read strictly: what is not known is an error with its line and column.

use std::{path::Path, time::Duration};

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::{
    Error,
    action::{self, Action},
    options::{Doors, LicenceKind, Meeting, Start, Timing},
    people::{Contact, Person, Presence, Verdict},
};

/// How a terminal starts, and what happens to it. [`Scenario::load`] reads one; the default is nothing special.
#[derive(Debug, Clone, Default)]
pub struct Scenario {
    pub(crate) seed: Option<u64>,
    pub(crate) pin: Option<SecretString>,
    pub(crate) start: Option<Start>,
    pub(crate) account: Option<Person>,
    pub(crate) password: Option<SecretString>,
    pub(crate) contacts: Option<Vec<Contact>>,
    pub(crate) directory: Vec<Contact>,
    pub(crate) strangers: Option<Verdict>,
    pub(crate) meetings: Vec<Meeting>,
    pub(crate) settings: Map<String, Value>,
    pub(crate) slides: Option<Vec<String>>,
    pub(crate) licence: Option<LicenceKind>,
    pub(crate) timing: Timing,
    pub(crate) repeat: bool,
    pub(crate) steps: Vec<Step>,
}

/// One thing that happens: `after` its condition holds, or after the step before it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub after: Duration,
    /// Waits for a request of this method.
    pub request: Option<String>,
    /// Waits for this application state.
    pub state: Option<i64>,
    pub action: Action,
    pub line: usize,
}

/// What is wrong, and where (from 1).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Problem {
    line: usize,
    column: usize,
    reason: String,
}

type Read<T> = Result<T, Problem>;

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or something in it is not understood; the message says where.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text =
            std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        let located = |problem: Problem| Error::Scenario {
            path: path.to_owned(),
            line: problem.line,
            column: problem.column,
            reason: problem.reason,
        };
        let (mut scenario, contacts_file) = parse(&text).map_err(located)?;
        if let Some((file, at)) = contacts_file {
            let file = path.parent().unwrap_or(Path::new("")).join(file);
            let contacts =
                Contact::load(&file).map_err(|error| located(Problem { reason: error.to_string(), ..at }))?;
            scenario.contacts = Some(contacts);
        }
        Ok(scenario)
    }

    /// Reads a scenario from its text. `contacts_file` needs [`Scenario::load`], which knows the folder.
    ///
    /// # Errors
    ///
    /// As [`Scenario::load`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let located = |problem: Problem| Error::Scenario {
            path: "scenario".into(),
            line: problem.line,
            column: problem.column,
            reason: problem.reason,
        };
        let (scenario, contacts_file) = parse(text).map_err(located)?;
        match contacts_file {
            None => Ok(scenario),
            Some((_, at)) => Err(located(at)),
        }
    }
}

/// A node of the file.
#[derive(Clone, Copy)]
struct Node<'a>(&'a MarkedYaml<'a>);

impl<'a> Node<'a> {
    fn wrong<T>(self, reason: impl Into<String>) -> Read<T> {
        Err(Problem {
            line: self.0.span.start.line(),
            column: self.0.span.start.col() + 1,
            reason: reason.into(),
        })
    }

    fn json(self) -> Read<Value> {
        Ok(match &self.0.data {
            YamlData::Value(Scalar::Null) => Value::Null,
            YamlData::Value(Scalar::Boolean(flag)) => (*flag).into(),
            YamlData::Value(Scalar::Integer(number)) => (*number).into(),
            YamlData::Value(Scalar::FloatingPoint(number)) => number.into_inner().into(),
            YamlData::Value(Scalar::String(text)) => text.as_ref().into(),
            YamlData::Sequence(items) => {
                Value::Array(items.iter().map(|item| Node(item).json()).collect::<Read<_>>()?)
            }
            YamlData::Mapping(_) => {
                let mut fields = Map::new();
                for (key, node) in self.entries("a mapping")? {
                    fields.insert(key.text("a text")?, node.json()?);
                }
                Value::Object(fields)
            }
            _ => return self.wrong("this kind of value is not understood here"),
        })
    }

    /// A text; numbers count as what they look like.
    fn text(self, what: &str) -> Read<String> {
        match self.json()? {
            Value::String(text) if !text.is_empty() => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            _ => self.wrong(format!("wanted is {what}")),
        }
    }

    fn read<T>(self, read: impl FnOnce(&str) -> Option<T>, what: &str) -> Read<T> {
        let text = self.text(what)?;
        read(&text).map_or_else(|| self.wrong(format!("\"{text}\": wanted is {what}")), Ok)
    }

    fn number(self, what: &str) -> Read<u64> {
        self.read(|text| text.parse().ok(), what)
    }

    fn flag(self) -> Read<bool> {
        match self.json()? {
            Value::Bool(flag) => Ok(flag),
            _ => self.wrong("wanted is true or false"),
        }
    }

    fn duration(self) -> Read<Duration> {
        self.read(action::parse_duration, "a time such as 500ms, 1.5s or 2m")
    }

    fn list(self) -> Read<Vec<Node<'a>>> {
        match &self.0.data {
            YamlData::Sequence(items) => Ok(items.iter().map(Node).collect()),
            _ => self.wrong("wanted is a list: lines that begin with \"- \""),
        }
    }

    fn entries(self, what: &str) -> Read<Vec<(Node<'a>, Node<'a>)>> {
        match &self.0.data {
            YamlData::Mapping(entries) => {
                Ok(entries.iter().map(|(key, node)| (Node(key), Node(node))).collect())
            }
            _ => self.wrong(format!("wanted is {what}")),
        }
    }

    /// A mapping with known keys only.
    fn mapping(self, what: &str, known: &[&str]) -> Read<Keys<'a>> {
        let mut keys = Vec::new();
        for (key, node) in self.entries(what)? {
            let name = key.text("the name of a key")?;
            if !known.contains(&name.as_str()) {
                let near = known.iter().min_by_key(|known| strsim::levenshtein(known, &name));
                let hint = near.map_or(String::new(), |near| format!("; the nearest is {near}"));
                return key.wrong(format!("unknown key {name}{hint}"));
            }
            keys.push((name, node));
        }
        Ok(Keys { keys, node: self })
    }
}

/// A mapping that was read.
struct Keys<'a> {
    keys: Vec<(String, Node<'a>)>,
    node: Node<'a>,
}

impl<'a> Keys<'a> {
    fn get(&self, key: &str) -> Option<Node<'a>> {
        self.keys.iter().find(|(name, _)| name == key).map(|(_, node)| *node)
    }

    fn needed(&self, key: &str) -> Read<Node<'a>> {
        self.get(key).map_or_else(|| self.node.wrong(format!("{key} is missing")), Ok)
    }

    fn map<T>(&self, key: &str, read: impl FnOnce(Node<'a>) -> Read<T>) -> Read<Option<T>> {
        self.get(key).map(read).transpose()
    }
}

const KEYS: [&str; 17] = [
    "seed",
    "pin",
    "start",
    "account",
    "password",
    "contacts",
    "contacts_file",
    "directory",
    "strangers",
    "conferences",
    "settings",
    "slides",
    "licence",
    "timing",
    "steps",
    "repeat",
    "about",
];

fn parse(text: &str) -> Read<(Scenario, Option<(String, Problem)>)> {
    let documents = MarkedYaml::load_from_str(text).map_err(|error| Problem {
        line: error.marker().line(),
        column: error.marker().col() + 1,
        reason: error.info().to_owned(),
    })?;
    let mut scenario = Scenario::default();
    let root = match documents.as_slice() {
        [] => return Ok((scenario, None)),
        [root] => Node(root),
        [_, second, ..] => return Node(second).wrong("a scenario is one YAML document"),
    };
    if matches!(root.0.data, YamlData::Value(Scalar::Null)) {
        return Ok((scenario, None));
    }
    let keys = root.mapping("a mapping of keys such as contacts and steps", &KEYS)?;
    scenario.seed = keys.map("seed", |node| node.number("a number from 0"))?;
    scenario.pin = keys.map("pin", |node| Ok(node.text("a PIN")?.into()))?;
    scenario.start = keys.map("start", |node| node.read(start, "none, login or normal"))?;
    scenario.account = keys.map("account", account)?;
    scenario.password = keys.map("password", |node| Ok(node.text("a password")?.into()))?;
    scenario.contacts = keys.map("contacts", contacts)?;
    scenario.directory = keys.map("directory", contacts)?.unwrap_or_default();
    scenario.strangers = keys.map("strangers", |node| node.read(Verdict::parse, &Verdict::choices()))?;
    scenario.meetings =
        keys.map("conferences", |node| node.list()?.into_iter().map(meeting).collect())?.unwrap_or_default();
    scenario.slides =
        keys.map("slides", |node| node.list()?.into_iter().map(|one| one.text("a file name")).collect())?;
    scenario.licence = keys.map("licence", |node| node.read(licence, "free, trial or premium"))?;
    scenario.timing = keys.map("timing", timing)?.unwrap_or_default();
    scenario.repeat = keys.map("repeat", Node::flag)?.unwrap_or(false);
    scenario.settings = keys.map("settings", |node| settings(node))?.unwrap_or_default();
    scenario.steps =
        keys.map("steps", |node| node.list()?.into_iter().map(step).collect())?.unwrap_or_default();
    if scenario.repeat && scenario.steps.iter().all(|step| step.after.is_zero() && step.request.is_none()) {
        return keys
            .needed("repeat")?
            .wrong("steps that repeat need an after or an on_request, else they never rest");
    }
    let contacts_file = keys.map("contacts_file", |node| {
        if let Some(contacts) = keys.get("contacts") {
            return contacts.wrong("contacts and contacts_file exclude each other");
        }
        let at = node.wrong::<()>("contacts_file works in a scenario that is read from a file").err();
        let path = node.text("the path of a JSON file")?;
        Ok(at.map(|at| (path, at)))
    })?;
    Ok((scenario, contacts_file.flatten()))
}

fn start(text: &str) -> Option<Start> {
    match text {
        "none" => Some(Start::None),
        "login" => Some(Start::Login),
        "normal" => Some(Start::Normal),
        _ => None,
    }
}

fn licence(text: &str) -> Option<LicenceKind> {
    match text {
        "free" => Some(LicenceKind::Free),
        "trial" => Some(LicenceKind::Trial),
        "premium" => Some(LicenceKind::Premium),
        _ => None,
    }
}

/// `user@server`.
fn id(node: Node<'_>) -> Read<String> {
    let text = node.text("an id such as user@server")?;
    if text.contains('@') {
        Ok(text)
    } else {
        node.wrong(format!("\"{text}\": wanted is an id such as user@server"))
    }
}

fn account(node: Node<'_>) -> Read<Person> {
    let keys = node.mapping("peerId and peerDn", &["peerId", "peerDn"])?;
    Ok(Person { peer_id: id(keys.needed("peerId")?)?, peer_dn: keys.needed("peerDn")?.text("a name")? })
}

fn contacts(node: Node<'_>) -> Read<Vec<Contact>> {
    let mut contacts: Vec<Contact> = Vec::new();
    for one in node.list()? {
        let known = ["peerId", "peerDn", "status", "answer", "after"];
        let keys = one.mapping("a person: peerId, peerDn and more", &known)?;
        let peer_id = id(keys.needed("peerId")?)?;
        if contacts.iter().any(|other| other.peer_id == peer_id) {
            return keys.needed("peerId")?.wrong(format!("{peer_id} is listed twice"));
        }
        let mut contact = Contact::new(peer_id, keys.needed("peerDn")?.text("a name")?);
        contact.presence =
            keys.map("status", |node| node.read(Presence::parse, Presence::CHOICES))?.unwrap_or_default();
        contact.answer =
            keys.map("answer", |node| node.read(Verdict::parse, &Verdict::choices()))?.unwrap_or_default();
        contact.after = keys.map("after", Node::duration)?;
        contacts.push(contact);
    }
    Ok(contacts)
}

fn meeting(node: Node<'_>) -> Read<Meeting> {
    let keys = node.mapping(
        "a conference: id, title, owner and more",
        &["id", "title", "type", "owner", "pin", "state", "participants"],
    )?;
    let kind = |text: &str| match text {
        "symmetric" => Some(1),
        "asymmetric" => Some(2),
        "role" => Some(3),
        _ => None,
    };
    let doors = |text: &str| match text {
        "running" => Some(Doors::Running),
        "not_started" => Some(Doors::NotStarted),
        "over" => Some(Doors::Over),
        "full" => Some(Doors::Full),
        _ => None,
    };
    Ok(Meeting {
        id: keys.needed("id")?.text("a conference id")?,
        title: keys.needed("title")?.text("a title")?,
        kind: keys.map("type", |node| node.read(kind, "symmetric, asymmetric or role"))?.unwrap_or(1),
        owner: id(keys.needed("owner")?)?,
        pin: keys.map("pin", |node| node.text("a PIN"))?,
        doors: keys
            .map("state", |node| node.read(doors, "running, not_started, over or full"))?
            .unwrap_or_default(),
        participants: keys
            .map("participants", |node| node.list()?.into_iter().map(id).collect())?
            .unwrap_or_default(),
    })
}

fn timing(node: Node<'_>) -> Read<Timing> {
    let keys = node.mapping("times", &["ring", "no_answer", "server", "closing", "restart"])?;
    let usual = Timing::default();
    let read = |key: &str, usual: Duration| keys.map(key, Node::duration).map(|time| time.unwrap_or(usual));
    Ok(Timing {
        ring: read("ring", usual.ring)?,
        no_answer: read("no_answer", usual.no_answer)?,
        server: read("server", usual.server)?,
        closing: read("closing", usual.closing)?,
        restart: read("restart", usual.restart)?,
    })
}

fn settings(node: Node<'_>) -> Read<Map<String, Value>> {
    let mut settings = Map::new();
    for (key, value) in node.entries("a mapping of settings")? {
        let name = key.text("the name of a setting")?;
        let value_json = value.json()?;
        if let Err(why) = super::terminal::check_setting(&name, &value_json) {
            return key.wrong(why);
        }
        settings.insert(name, value_json);
    }
    Ok(settings)
}

/// A step is an action with its values, and `after`, `on_request` or `on_state` beside them.
fn step(node: Node<'_>) -> Read<Step> {
    let (mut name, mut values) = (None, Map::new());
    let (mut after, mut request, mut state) = (Duration::ZERO, None, None);
    let entries = node.entries("a step: do, its values, and after, on_request or on_state")?;
    for (key, value) in &entries {
        match key.text("the name of a key")?.as_str() {
            "do" => name = Some((value.text("the name of an action")?, *value)),
            // fault has a kind, the others no value of this name
            "after" => after = value.duration()?,
            "on_request" => {
                let method = value.text("the name of a method")?;
                if !super::terminal::method_names().any(|known| known == method) {
                    return value.wrong(format!("the Room API has no method {method}"));
                }
                request = Some(method);
            }
            "on_state" => {
                let number = value.number("an application state: 0 to 6")?;
                match i64::try_from(number) {
                    Ok(number @ 0..=6) => state = Some(number),
                    _ => return value.wrong(format!("{number}: wanted is an application state: 0 to 6")),
                }
            }
            other => {
                values.insert(other.to_owned(), value.json()?);
            }
        }
    }
    if request.is_some() && state.is_some() {
        return node.wrong("on_request and on_state exclude each other");
    }
    let Some((name, name_node)) = name else { return node.wrong("the step has no \"do\"") };
    let action = match action::parse(&name, &values) {
        Ok(action) => action,
        Err(bad) => {
            let at = bad.key.as_ref().and_then(|wrong| {
                entries
                    .iter()
                    .find(|(key, _)| key.text("").is_ok_and(|key| key == *wrong))
                    .map(|(key, _)| *key)
            });
            return at.unwrap_or(name_node).wrong(bad.message);
        }
    };
    Ok(Step { after, request, state, action, line: node.0.span.start.line() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        match Scenario::parse(text) {
            Ok(_) => "no error".into(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_scenario_says_who_is_there_and_what_happens() {
        let scenario = Scenario::parse(
            "seed: 7\n\
             start: login\n\
             contacts:\n\
             \x20 - {peerId: eve@example.net, peerDn: Eve, status: busy, answer: no_funds, after: 200ms}\n\
             conferences:\n\
             \x20 - {id: 12345, title: Weekly, type: role, owner: eve@example.net, pin: 99, state: full}\n\
             settings: {autoAccept: true, audioPlayLevel: 0.25}\n\
             steps:\n\
             \x20 - {do: ring, who: Eve, type: role, after: 2s}\n\
             \x20 - do: give_up\n\
             \x20   on_request: getAbook\n",
        )
        .expect("a good scenario");
        assert_eq!(scenario.seed, Some(7));
        assert_eq!(scenario.start, Some(Start::Login));
        let eve = &scenario.contacts.as_ref().expect("contacts")[0];
        assert_eq!((eve.presence, eve.after), (Presence::Busy, Some(Duration::from_millis(200))));
        assert_eq!(scenario.meetings[0].id, "12345");
        assert_eq!(scenario.meetings[0].doors, Doors::Full);
        assert_eq!(scenario.settings["audioPlayLevel"], 0.25);
        assert_eq!(scenario.steps.len(), 2);
        assert_eq!(scenario.steps[0].after, Duration::from_secs(2));
        assert_eq!(scenario.steps[1].request.as_deref(), Some("getAbook"));
    }

    #[test]
    fn an_empty_file_is_an_empty_scenario() {
        assert!(Scenario::parse("").is_ok());
        assert!(Scenario::parse("# nothing yet\n").is_ok());
    }

    #[test]
    fn errors_have_a_place_and_a_way_out() {
        assert_eq!(
            error("seed: 1\ncontact: []\n"),
            "scenario:2:1: unknown key contact; the nearest is contacts"
        );
        assert_eq!(error("start: maybe\n"), "scenario:1:8: \"maybe\": wanted is none, login or normal");
        assert_eq!(
            error("steps:\n  - do: rang\n    who: x\n"),
            "scenario:2:9: unknown action rang; the nearest is ring"
        );
        assert_eq!(
            error("steps:\n  - do: ring\n    who: x\n    loud: yes\n"),
            "scenario:4:5: ring has no value loud; it takes who, type, title, give_up"
        );
        assert_eq!(error("steps:\n  - do: ring\n"), "scenario:2:9: who is missing");
        assert_eq!(
            error("settings: {autoAcept: true}\n"),
            "scenario:1:12: there is no setting autoAcept; the nearest is autoAccept"
        );
        assert!(error("contacts: [\n").starts_with("scenario:"), "{}", error("contacts: [\n"));
        assert!(error("a:\n\t- b\n").starts_with("scenario:2:"), "{}", error("a:\n\t- b\n"));
        assert!(error("contacts_file: people.json\n").contains("read from a file"));
    }

    #[test]
    fn contacts_may_be_in_a_file_beside_the_scenario() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("written");
            path
        };
        let people = "[{\"peerId\": \"eve@example.net\", \"peerDn\": \"Eve\", \"status\": 2}]";
        write("people.json", people);
        let scenario =
            Scenario::load(&write("good.yaml", "contacts_file: people.json\n")).expect("it is there");
        assert_eq!(scenario.contacts.expect("contacts")[0].presence, Presence::Busy);
        let path = write("bad.yaml", "seed: 1\ncontacts_file: nobody.json\n");
        let error = Scenario::load(&path).expect_err("it is not there").to_string();
        assert!(error.contains("bad.yaml:2:16: ") && error.contains("nobody.json"), "{error}");
    }

    #[test]
    fn the_documentation_shows_what_there_is() {
        let text = include_str!("../../docs/simulator.md");
        let (_, yaml) = text.split_once("```yaml\n").expect("an example");
        let (yaml, _) = yaml.split_once("```").expect("its end");
        let scenario = Scenario::parse(yaml).expect("the example can be read");
        assert_eq!((scenario.steps.len(), scenario.meetings.len()), (3, 1));
        for key in KEYS.iter().filter(|key| **key != "contacts_file") {
            assert!(
                yaml.lines().any(|line| line.starts_with(&format!("{key}:"))),
                "{key} is not in the example"
            );
        }
        for spec in super::super::action::ACTIONS {
            assert!(text.contains(&format!("`{}`", spec.name)), "the action {} is not documented", spec.name);
        }
        for cause in super::super::Cause::all() {
            assert!(text.contains(&format!("`{}` {}", cause.name(), cause.0)), "{} is missing", cause.name());
        }
    }
}
