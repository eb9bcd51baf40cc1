//! Names as directories hold them, said as people say them: `tests/data/names/`.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use std::collections::BTreeMap;

use heyroom::grammar::{Contact, Context, Grammar, Outcome, Pack};

#[derive(serde::Deserialize)]
struct Entry {
    lang: String,
    name: String,
    said: Vec<String>,
    part: Vec<String>,
    not: Vec<String>,
    /// What the operator writes, where the letters say nothing.
    #[serde(default)]
    heard_as: BTreeMap<String, Vec<String>>,
}

/// The list that was written to measure names, and has been a test like the others since.
const SECOND: &str = include_str!("data/names/second.jsonl");

fn entries() -> Vec<Entry> {
    let mut all = first_entries();
    all.extend(read(SECOND));
    all
}

fn read(list: &str) -> Vec<Entry> {
    let entry = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
    list.lines().map(entry).collect()
}

fn first_entries() -> Vec<Entry> {
    let lists = [
        include_str!("data/names/names.jsonl"),
        include_str!("data/names/by_hand.jsonl"),
        include_str!("data/names/colleagues.jsonl"),
        include_str!("data/names/review.jsonl"),
        include_str!("data/names/fresh.jsonl"),
    ];
    lists.into_iter().flat_map(read).collect()
}

fn grammar(language: &str, entries: &[&Entry]) -> Grammar {
    let mut heard_as = BTreeMap::new();
    entries.iter().for_each(|entry| heard_as.extend(&entry.heard_as));
    let heard_as = serde_json::to_string(&heard_as).unwrap();
    let text = format!(
        "language: {language}\nheard_as: {heard_as}\nintents:\n  Call:\n    data:\n      - sentences: [\"call {{contact}}\"]\n"
    );
    let pack = Pack::from_text("names.yaml", &text).unwrap_or_else(|problems| panic!("{problems}"));
    let mut grammar = Grammar::new(&pack);
    let contact = |entry: &&Entry| Contact { id: entry.name.clone(), name: entry.name.clone() };
    grammar.set_contacts(&entries.iter().map(contact).collect::<Vec<_>>());
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
    assert!(all.len() >= 1450, "{} names", all.len());
    let mut wrong = Vec::new();
    for entry in &all {
        let grammar = grammar(&entry.lang, &[entry]);
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

/// What was measured stays measured: nothing is taken out of the list to make it pass.
#[test]
fn the_second_list_keeps_its_length() {
    let all = read(SECOND);
    let count =
        |phrases: fn(&Entry) -> &Vec<String>| all.iter().map(|entry| phrases(entry).len()).sum::<usize>();
    let counts = [count(|entry| &entry.said), count(|entry| &entry.part), count(|entry| &entry.not)];
    assert_eq!((all.len(), counts), (218, [536, 150, 133]));
}

/// In one address book with all others, nobody is taken for somebody else. The second list is a book of its own: in both
/// there is a Kate, and a room called "Zoom Room".
#[test]
fn nobody_is_mistaken_for_another() {
    let mut wrong = Vec::new();
    for (all, language) in [first_entries(), read(SECOND)]
        .iter()
        .flat_map(|all| ["en", "ru", "de", "es"].map(|language| (all, language)))
    {
        let own: Vec<&Entry> = all.iter().filter(|entry| entry.lang == language).collect();
        let grammar = grammar(language, &own);
        for entry in own {
            for phrase in &entry.said {
                if !meant(&grammar, phrase).contains(&entry.name)
                    && !meant(&grammar, phrase).iter().any(|other| same_person(all, other, phrase))
                {
                    wrong.push(format!("{:?} said as {phrase:?}: {:?}", entry.name, meant(&grammar, phrase)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Somebody in the book of whom only the name matters.
fn named(name: &str) -> Entry {
    Entry {
        lang: "en".to_owned(),
        name: name.to_owned(),
        said: Vec::new(),
        part: Vec::new(),
        not: Vec::new(),
        heard_as: BTreeMap::new(),
    }
}

/// What several people have in common is asked back, and nobody is meant by half a room.
#[test]
fn what_fits_several_is_asked_back() {
    let book = [
        "Ann Lee (Sales)",
        "Ann Lee (Support)",
        "Bob Ray (Sales)",
        "Cleo Fox (Board)",
        "Meeting Room 2.14",
        "Meeting Room 2.15",
    ]
    .map(named);
    let grammar = grammar("en", &book.iter().collect::<Vec<_>>());
    for (phrase, expected) in [
        ("ann lee", vec!["Ann Lee (Sales)", "Ann Lee (Support)"]),
        ("ann lee support", vec!["Ann Lee (Support)"]),
        // A department means those who are in it: one is called, several are asked about.
        ("board", vec!["Cleo Fox (Board)"]),
        ("sales", vec!["Ann Lee (Sales)", "Bob Ray (Sales)"]),
        ("meeting room two fifteen", vec!["Meeting Room 2.15"]),
        ("meeting room", vec![]),
        ("meeting room two", vec![]),
        ("two fourteen", vec![]),
    ] {
        let mut found = meant(&grammar, phrase);
        found.sort();
        assert_eq!(found, expected, "{phrase}");
    }
}

/// Who has another name in this language comes behind who is really called so.
#[test]
fn a_name_of_ones_own_comes_before_that_of_another_language() {
    let book =
        ["Михаил Иванов", "Michael Ivanov", "Пётр Орлов", "Peter Hall", "Александра Белова"].map(named);
    let grammar = grammar("en", &book.iter().collect::<Vec<_>>());
    for (phrase, expected) in [
        ("michael ivanov", vec!["Michael Ivanov"]),
        ("mikhail ivanov", vec!["Михаил Иванов"]),
        ("peter orlov", vec!["Пётр Орлов"]),
        ("peter", vec!["Peter Hall"]),
        ("alexander", vec![]),
        ("paul orlov", vec![]),
    ] {
        assert_eq!(meant(&grammar, phrase), expected, "{phrase}");
    }
}

/// Whether the phrase is listed for the other entry as well.
fn same_person(all: &[Entry], name: &str, phrase: &str) -> bool {
    all.iter().any(|entry| entry.name == name && entry.said.iter().any(|said| said == phrase))
}

/// Names come from outside: whatever is in one, nobody waits for it.
#[test]
fn no_name_is_too_strange() {
    let many = (0..400).map(|n| format!("room {n}")).collect::<Vec<_>>().join(" ");
    let strange = [
        "guest-9f12b7a3c5d84e6f1a2b3c4d5e6f7a8b",
        "101x101x101x101x101x101x101x101x101x101x101x101",
        "\u{1c81}-р Айвазян",
        &many,
    ];
    for language in ["en", "de", "es", "ru"] {
        for name in strange {
            let entry = Entry {
                lang: language.to_owned(),
                name: name.to_owned(),
                said: Vec::new(),
                part: Vec::new(),
                not: Vec::new(),
                heard_as: BTreeMap::new(),
            };
            assert!(grammar(language, &[&entry]).phrases().len() < 20_000, "{name}");
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
    #[test]
    fn every_name_has_few_phrases(name in "[\\PC]{0,40}|[a-zа-я0-9. -]{0,30}", russian in proptest::bool::ANY) {
        let entry = Entry {
            lang: String::new(),
            name,
            said: Vec::new(),
            part: Vec::new(),
            not: Vec::new(),
            heard_as: BTreeMap::new(),
        };
        let language = if russian { "ru" } else { "en" };
        let phrases = grammar(language, &[&entry]).phrases().len();
        proptest::prop_assert!(phrases < 5000, "{}", phrases);
    }
}
