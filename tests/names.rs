//! Names as directories hold them, said as people say them: `tests/data/names/`.

use heyroom::grammar::{Contact, Context, Grammar, Outcome, Pack};

#[derive(serde::Deserialize)]
struct Entry {
    lang: String,
    name: String,
    said: Vec<String>,
    part: Vec<String>,
    not: Vec<String>,
}

fn entries() -> Vec<Entry> {
    let lines = include_str!("data/names/names.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"))).collect()
}

fn grammar(language: &str, names: &[&str]) -> Grammar {
    let text = format!(
        "language: {language}\nintents:\n  Call:\n    data:\n      - sentences: [\"call {{contact}}\"]\n"
    );
    let pack = Pack::from_text("names.yaml", &text).unwrap_or_else(|problems| panic!("{problems}"));
    let mut grammar = Grammar::new(&pack);
    let contact = |name: &&str| Contact { id: (*name).to_owned(), name: (*name).to_owned() };
    grammar.set_contacts(&names.iter().map(contact).collect::<Vec<_>>());
    grammar
}

/// Who is meant: one, several, or nobody.
fn meant(grammar: &Grammar, phrase: &str) -> Vec<String> {
    match grammar.matches(&format!("call {phrase}"), &Context::new()) {
        Outcome::Match(found) => found.slots.values().map(heyroom::grammar::Slot::name).collect(),
        Outcome::Ambiguous { candidates, .. } => candidates.into_iter().map(|found| found.name).collect(),
        Outcome::NoMatch { .. } => Vec::new(),
    }
}

#[test]
fn everybody_is_found_by_what_people_say() {
    let all = entries();
    assert!(all.len() >= 500, "{} names", all.len());
    let mut wrong = Vec::new();
    for entry in &all {
        let grammar = grammar(&entry.lang, &[&entry.name]);
        for phrase in entry.said.iter().chain(&entry.part) {
            if meant(&grammar, phrase) != [entry.name.clone()] {
                wrong.push(format!("{} {:?} is not found as {phrase:?}", entry.lang, entry.name));
            }
        }
        for phrase in &entry.not {
            if !meant(&grammar, phrase).is_empty() {
                wrong.push(format!("{} {:?} is found as {phrase:?}", entry.lang, entry.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// In one address book with all others, nobody is taken for somebody else.
#[test]
fn nobody_is_mistaken_for_another() {
    let all = entries();
    let mut wrong = Vec::new();
    for language in ["en", "ru", "de", "es"] {
        let own: Vec<&Entry> = all.iter().filter(|entry| entry.lang == language).collect();
        let names: Vec<&str> = own.iter().map(|entry| entry.name.as_str()).collect();
        let grammar = grammar(language, &names);
        for entry in own {
            for phrase in &entry.said {
                if !meant(&grammar, phrase).contains(&entry.name)
                    && !meant(&grammar, phrase).iter().any(|other| same_person(&all, other, phrase))
                {
                    wrong.push(format!("{:?} said as {phrase:?}: {:?}", entry.name, meant(&grammar, phrase)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Whether the phrase is listed for the other entry as well.
fn same_person(all: &[Entry], name: &str, phrase: &str) -> bool {
    all.iter().any(|entry| entry.name == name && entry.said.iter().any(|said| said == phrase))
}
