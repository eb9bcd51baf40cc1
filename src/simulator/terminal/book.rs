//! The address book: contacts and their presence, groups, the block list, and search.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Answer, Ask, Fields, Method, Output, Refusal, Terminal, event_message, fields, plain, timers::Timer,
};
use crate::simulator::{
    options::Setup,
    people::{Contact, Presence},
};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("getAbook", |terminal, _| Ok(fields(json!({"abook": terminal.book.wire()})))),
    ("addToAbook", add_to_abook),
    ("removeFromAbook", remove_from_abook),
    ("renameInAbook", rename_in_abook),
    ("getGroups", |terminal, _| {
        let groups: Vec<Value> =
            terminal.book.groups.iter().map(|group| terminal.book.group(group)).collect();
        Ok(fields(json!({"groups": groups})))
    }),
    ("createGroup", create_group),
    ("removeGroup", remove_group),
    ("renameGroup", rename_group),
    ("addToGroup", add_to_group),
    ("removeFromGroup", remove_from_group),
    ("block", block),
    ("unblock", unblock),
    ("getBanList", |terminal, _| {
        let people: Vec<_> = terminal.book.blocked.iter().map(|id| terminal.person(id)).collect();
        Ok(fields(json!({"banList": people})))
    }),
    ("getContactDetails", get_contact_details),
    ("getDisplayNameById", |terminal, ask| {
        let person = terminal.person(ask.name("peerId")?);
        Ok(fields(json!({"peerDn": person.peer_dn, "peerId": person.peer_id})))
    }),
    ("searchContact", search_contact),
    ("searchContact2", search_contact_2),
];

/// A new search is refused for this long after the last one.
const SEARCH_PAUSE: Duration = Duration::from_secs(2);

#[derive(Debug, Clone)]
struct Group {
    id: i64,
    name: String,
    users: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Book {
    contacts: Vec<Contact>,
    groups: Vec<Group>,
    last_group: i64,
    blocked: Vec<String>,
    /// The text of the last search and when it was.
    last_search: Option<(String, Duration)>,
}

fn contact(entry: &Contact) -> Value {
    let (status, ext_status) = entry.presence.numbers();
    json!({"isEditable": true, "peerId": entry.peer_id, "peerDn": entry.peer_dn, "status": status,
           "extStatus": ext_status, "lastOnlineTime": 0, "additionalStatus": ""})
}

impl Book {
    pub fn new(setup: &Setup) -> Self {
        Self {
            contacts: setup.contacts.clone(),
            groups: Vec::new(),
            last_group: 268_435_449,
            blocked: Vec::new(),
            last_search: None,
        }
    }

    /// The entries as on the wire.
    pub fn wire(&self) -> Vec<Value> {
        self.contacts.iter().map(contact).collect()
    }

    pub fn get(&self, peer_id: &str) -> Option<&Contact> {
        self.contacts.iter().find(|entry| entry.peer_id == peer_id)
    }

    pub fn entries(&self) -> &[Contact] {
        &self.contacts
    }

    pub fn is_blocked(&self, peer_id: &str) -> bool {
        self.blocked.iter().any(|id| id == peer_id)
    }

    fn group(&self, group: &Group) -> Value {
        let users: Vec<Value> = group
            .users
            .iter()
            .map(|id| json!({"peerId": id, "peerDn": self.get(id).map_or(id.as_str(), |entry| &entry.peer_dn)}))
            .collect();
        json!({"groupId": group.id, "name": group.name, "users": users})
    }
}

impl Terminal {
    /// Somebody's presence changes.
    pub(super) fn set_presence(&mut self, peer_id: &str, presence: Presence) -> bool {
        let Some(entry) = self.book.contacts.iter_mut().find(|entry| entry.peer_id == peer_id) else {
            return false;
        };
        entry.presence = presence;
        let shown = contact(entry);
        if self.account.user.is_some() {
            self.event("usersStatusesChanged", json!({"usersStatuses": [shown]}));
        }
        true
    }

    /// How somebody answers from now on.
    pub(super) fn set_answer(&mut self, peer_id: &str, answer: crate::simulator::people::Verdict) -> bool {
        let Some(entry) = self.book.contacts.iter_mut().find(|entry| entry.peer_id == peer_id) else {
            return false;
        };
        entry.answer = answer;
        true
    }

    /// A new entry.
    pub(super) fn add_contact(&mut self, entry: Contact) -> bool {
        if self.book.get(&entry.peer_id).is_some() {
            return false;
        }
        let shown = contact(&entry);
        self.book.contacts.push(entry);
        self.event("contactsAdded", json!({"contacts": [shown]}));
        true
    }

    /// An entry goes, also from its groups.
    pub(super) fn remove_contact(&mut self, peer_id: &str) -> bool {
        let Some(at) = self.book.contacts.iter().position(|entry| entry.peer_id == peer_id) else {
            return false;
        };
        let shown = contact(&self.book.contacts.remove(at));
        for group in &mut self.book.groups {
            group.users.retain(|id| id != peer_id);
        }
        self.event("contactsDeleted", json!({"contacts": [shown]}));
        true
    }

    pub(super) fn rename_contact(&mut self, peer_id: &str, name: &str) -> bool {
        let Some(entry) = self.book.contacts.iter_mut().find(|entry| entry.peer_id == peer_id) else {
            return false;
        };
        name.clone_into(&mut entry.peer_dn);
        let shown = contact(entry);
        self.event("contactsRenamed", json!({"contacts": [shown]}));
        true
    }

    pub(super) fn details(&mut self, peer_id: &str) {
        let person = self.person(peer_id);
        let (first, last) = person.peer_dn.split_once(' ').unwrap_or((&person.peer_dn, ""));
        let editable = self.book.get(&person.peer_id).is_some();
        self.event(
            "detailsInfo",
            json!({"peerId": person.peer_id, "peerDn": person.peer_dn, "firstName": first, "lastName": last,
                   "mobilePhone": "", "workPhone": "", "homePhone": "", "company": "", "isEditable": editable}),
        );
    }

    /// Those whose id (`1` in the mask) or name (`2`) contains `text`, from the book and the server.
    fn search(&self, text: &str, mask: i64, server: bool) -> Vec<Value> {
        let text = text.to_lowercase();
        let hit = |entry: &&Contact| {
            (mask & 1 != 0 && entry.peer_id.to_lowercase().contains(&text))
                || (mask & 2 != 0 && entry.peer_dn.to_lowercase().contains(&text))
        };
        let shown = |entry: &Contact, known: bool| json!({"peerId": entry.peer_id, "displayName": entry.peer_dn, "isInAbook": known});
        let mut found: Vec<Value> =
            self.book.contacts.iter().filter(hit).map(|entry| shown(entry, true)).collect();
        if server {
            found.extend(self.setup.directory.iter().filter(hit).map(|entry| shown(entry, false)));
        }
        found
    }

    /// The server's share of `searchContact2` arrives: for the client that asked.
    pub(super) fn search_done(&mut self, client: u64, request_id: &str, query: &str) {
        let found = self.search(query, 3, true);
        let event =
            event_message("contactsSearched", json!({"requestId": request_id, "foundContacts": found}));
        self.out.push(Output::EventTo(client, event));
    }
}

/// Refusals of methods whose answer repeats the `peerId`.
fn echo(ask: &Ask<'_>) -> impl Fn(Refusal) -> Refusal {
    let peer_id = ask.fields.get("peerId").and_then(Value::as_str).unwrap_or_default().to_owned();
    move |refusal| refusal.with("peerId", peer_id.clone())
}

fn may_change(terminal: &Terminal, ask: &Ask<'_>) -> Result<(), Refusal> {
    terminal.need_login(ask)?;
    if terminal.tariff()["canChangeAddressBook"] == true {
        Ok(())
    } else {
        ask.refuse("the server's plan does not allow changes of the address book")
    }
}

fn known(terminal: &Terminal, ask: &Ask<'_>) -> Result<String, Refusal> {
    let id = terminal.call_id(ask.name("peerId")?);
    if terminal.book.get(&id).is_some() {
        Ok(id)
    } else {
        ask.refuse(format_args!("{id} is not in the address book"))
    }
}

fn add_to_abook(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let echo = echo(ask);
    may_change(terminal, ask).map_err(&echo)?;
    let given = ask.name("peerId").map_err(&echo)?;
    let name = ask.text_opt("peerDn").map_err(&echo)?.filter(|name| !name.is_empty());
    let id = terminal.call_id(given);
    let name = name.map_or_else(|| terminal.person(&id).peer_dn, str::to_owned);
    let directory = terminal.setup.directory.iter().find(|known| known.peer_id == id).cloned();
    let entry = Contact { peer_dn: name, ..directory.unwrap_or_else(|| Contact::new(id.clone(), "")) };
    if !terminal.add_contact(entry) {
        return ask.refuse(format_args!("{id} is in the address book already")).map_err(&echo);
    }
    let mut answer = fields(json!({"peerId": given}));
    if id != given {
        answer.insert("callId".into(), id.into());
    }
    Ok(answer)
}

fn remove_from_abook(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let echo = echo(ask);
    may_change(terminal, ask).map_err(&echo)?;
    let id = known(terminal, ask).map_err(&echo)?;
    terminal.remove_contact(&id);
    Ok(fields(json!({"peerId": id})))
}

fn rename_in_abook(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let echo = echo(ask);
    may_change(terminal, ask).map_err(&echo)?;
    let (id, name) = (known(terminal, ask).map_err(&echo)?, ask.name("peerDn").map_err(&echo)?);
    terminal.rename_contact(&id, name);
    Ok(fields(json!({"peerId": id})))
}

fn create_group(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    may_change(terminal, ask)?;
    let name = ask.name("name")?.to_owned();
    terminal.book.last_group += 1;
    let group = Group { id: terminal.book.last_group, name, users: Vec::new() };
    let shown = terminal.book.group(&group);
    terminal.book.groups.push(group);
    terminal.event("groupsAdded", json!({"groups": [shown]}));
    plain()
}

fn group_at(terminal: &Terminal, ask: &Ask<'_>) -> Result<usize, Refusal> {
    may_change(terminal, ask)?;
    let id = ask.integer("groupId")?;
    let at = terminal.book.groups.iter().position(|group| group.id == id);
    at.map_or_else(|| ask.refuse(format_args!("there is no group {id}")), Ok)
}

fn remove_group(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let at = group_at(terminal, ask)?;
    let group = terminal.book.groups.remove(at);
    let shown = terminal.book.group(&group);
    terminal.event("groupsRemoved", json!({"groups": [shown]}));
    plain()
}

fn rename_group(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let at = group_at(terminal, ask)?;
    ask.name("newName")?.clone_into(&mut terminal.book.groups[at].name);
    let shown = terminal.book.group(&terminal.book.groups[at]);
    terminal.event("groupsRenamed", json!({"groups": [shown]}));
    plain()
}

fn membership(terminal: &Terminal, at: usize, peer_id: &str) -> Value {
    let group = &terminal.book.groups[at];
    json!([{"groupId": group.id, "users": [terminal.person(peer_id)]}])
}

fn add_to_group(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let (at, id) = (group_at(terminal, ask)?, known(terminal, ask)?);
    if terminal.book.groups[at].users.contains(&id) {
        return ask.refuse(format_args!("{id} is in the group already"));
    }
    terminal.book.groups[at].users.push(id.clone());
    let added = membership(terminal, at, &id);
    terminal.event("usersAddedToGroups", json!({"addedUsers": added}));
    plain()
}

fn remove_from_group(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let (at, id) = (group_at(terminal, ask)?, known(terminal, ask)?);
    let before = terminal.book.groups[at].users.len();
    terminal.book.groups[at].users.retain(|user| *user != id);
    if terminal.book.groups[at].users.len() == before {
        return ask.refuse(format_args!("{id} is not in the group"));
    }
    let removed = membership(terminal, at, &id);
    terminal.event("usersRemovedFromGroups", json!({"removedUsers": removed}));
    plain()
}

fn block(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let person = terminal.person(ask.name("peerId").map_err(echo(ask))?);
    if terminal.book.is_blocked(&person.peer_id) {
        return ask.refuse(format_args!("{} is blocked already", person.peer_id)).map_err(echo(ask));
    }
    terminal.book.blocked.push(person.peer_id.clone());
    terminal.event("contactBlocked", json!({"peerId": person.peer_id, "peerDn": person.peer_dn}));
    Ok(fields(json!({"peerId": person.peer_id})))
}

fn unblock(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let person = terminal.person(ask.name("peerId").map_err(echo(ask))?);
    if !terminal.book.is_blocked(&person.peer_id) {
        return ask.refuse(format_args!("{} is not blocked", person.peer_id)).map_err(echo(ask));
    }
    terminal.book.blocked.retain(|id| *id != person.peer_id);
    terminal.event("contactUnblocked", json!({"peerId": person.peer_id, "peerDn": person.peer_dn}));
    Ok(fields(json!({"peerId": person.peer_id})))
}

fn get_contact_details(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let peer_id = ask.name("peerId")?.to_owned();
    terminal.need_login(ask)?;
    terminal.after(terminal.setup.timing.server, Timer::Details { peer_id });
    plain()
}

fn search_contact(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let found = |code: i64, found: Vec<Value>| -> Fields {
        fields(json!({"searchingResult": code, "foundContacts": found}))
    };
    let wrong = |refusal: Refusal| Refusal { fields: found(4, Vec::new()), ..refusal };
    let text = ask.name("searchingString").map_err(wrong)?;
    let mask = ask.integer_opt("searchingMask").map_err(wrong)?.unwrap_or(3);
    ask.integer_opt("searchingTimeoutMsec").map_err(wrong)?;
    if mask & 7 == 0 {
        return ask.refuse("searchingMask must hold 1 (id), 2 (name) or both").map_err(wrong);
    }
    terminal.need_login(ask).map_err(wrong)?;
    if let Some((last, at)) = &terminal.book.last_search
        && last != text
        && terminal.now < *at + SEARCH_PAUSE
    {
        let refusal = Refusal::new("searchContact: too soon after the last search; wait two seconds");
        return Err(Refusal { fields: found(5, Vec::new()), ..refusal });
    }
    terminal.book.last_search = Some((text.to_owned(), terminal.now));
    let hits = terminal.search(text, mask, true);
    Ok(found(i64::from(hits.is_empty()), hits))
}

fn search_contact_2(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let query = ask.name("searchingString")?.to_owned();
    terminal.need_login(ask)?;
    let hits = terminal.search(&query, 3, false);
    let request_id = ask.text_opt("requestId")?.unwrap_or_default().to_owned();
    let client = ask.client;
    terminal.after(terminal.setup.timing.server, Timer::SearchDone { client, request_id, query });
    Ok(fields(json!({"foundContacts": hits})))
}
