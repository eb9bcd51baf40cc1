//! Russian names in the case that the sentence asks for, from the address book to the match.

use heyroom::grammar::outcome::{Follow, Outcome};
use heyroom::grammar::{Contact, Context, CoverOptions, Grammar, Pack};

fn grammar(names: &[&str]) -> Grammar {
    let pack = Pack::bundled("ru").unwrap_or_else(|error| panic!("the bundled pack is sound: {error:?}"));
    let mut grammar = Grammar::new(&pack);
    let contacts: Vec<Contact> =
        names.iter().map(|name| Contact { id: (*name).to_owned(), name: (*name).to_owned() }).collect();
    grammar.set_contacts(&contacts);
    grammar
}

/// The intent and who is meant, or what went wrong.
fn understood(grammar: &Grammar, sentence: &str) -> String {
    match grammar.matches(sentence, &Context::new()) {
        Outcome::Match(found) => {
            let person = found.slots.values().next().and_then(|slot| slot.value.as_str()).unwrap_or_default();
            format!("{}: {person}", found.intent)
        }
        Outcome::Ambiguous { candidates, .. } => {
            let mut names: Vec<&str> = candidates.iter().map(|candidate| candidate.name.as_str()).collect();
            names.sort_unstable();
            format!("which: {}", names.join(", "))
        }
        Outcome::NoMatch { .. } => "nothing".to_owned(),
    }
}

#[test]
fn names_are_understood_in_every_case() {
    let grammar = grammar(&[
        "Смирнов Иван Петрович (МСК)",
        "Мария Петрова",
        "Павел Кузнецов",
        "Анна Ким",
        "Лев Толстой",
        "Тарас Шевченко",
        "Римский-Корсаков Николай",
        "John Smith",
    ]);
    for (sentence, expected) in [
        ("позвони Ивану Смирнову", "Call: Смирнов Иван Петрович (МСК)"),
        ("соедини меня с Иваном Петровичем", "Call: Смирнов Иван Петрович (МСК)"),
        ("набери Смирнова Ивана", "Call: Смирнов Иван Петрович (МСК)"),
        ("позвони Ване Смирнову", "Call: Смирнов Иван Петрович (МСК)"),
        ("позвони Ивану Петровичу", "Call: Смирнов Иван Петрович (МСК)"),
        ("убери Смирнова", "RemoveParticipant: Смирнов Иван Петрович (МСК)"),
        ("соедини с Марией Петровой", "Call: Мария Петрова"),
        ("пригласи Марию", "Invite: Мария Петрова"),
        ("выключи микрофон Марии Петровой", "MuteParticipant: Мария Петрова"),
        ("позвони Маше", "Call: Мария Петрова"),
        ("позвони Павлу", "Call: Павел Кузнецов"),
        ("свяжись с Павлом Кузнецовым", "Call: Павел Кузнецов"),
        ("позвони Анне Ким", "Call: Анна Ким"),
        ("вызови Льва Толстого", "Call: Лев Толстой"),
        ("позвони Тарасу Шевченко", "Call: Тарас Шевченко"),
        ("соедини с Римским-Корсаковым", "Call: Римский-Корсаков Николай"),
        ("позвони Джону Смиту", "Call: John Smith"),
        ("позвони Иван Смирнов", "Call: Смирнов Иван Петрович (МСК)"),
        ("позвони Ивану Смирновым", "nothing"),
        ("позвони Марию Павлу", "nothing"),
    ] {
        assert_eq!(understood(&grammar, sentence), expected, "{sentence}");
    }
}

#[test]
fn a_form_that_two_names_share_is_asked_about() {
    let grammar = grammar(&["Александр Орлов", "Александра Белова"]);
    assert_eq!(understood(&grammar, "набери Александру"), "which: Александр Орлов, Александра Белова");
    assert_eq!(understood(&grammar, "позвони Александре"), "Call: Александра Белова");
    assert_eq!(understood(&grammar, "соедини с Александром"), "Call: Александр Орлов");
}

#[test]
fn a_declined_given_name_may_be_followed_by_the_surname() {
    let grammar = grammar(&["Иван Смирнов", "Иван Белов"]);
    let prefix = grammar.prefix("позвони ивану", &Context::new());
    assert_eq!(prefix.follow, Follow::Slot, "the surname may still come: {prefix:?}");
    let prefix = grammar.prefix("позвони ивану белову", &Context::new());
    assert_ne!(prefix.follow, Follow::Slot, "it has come: {prefix:?}");
}

#[test]
fn the_recogniser_is_told_the_forms() {
    // Of one command, so that the test is quick.
    let options = CoverOptions { intents: Some(vec!["Call".to_owned()]), ..CoverOptions::default() };
    let phrases = grammar(&["Иван Смирнов"]).cover(&options);
    for form in ["ивану смирнову", "ивана смирнова", "иваном смирновым"]
    {
        assert!(phrases.iter().any(|phrase| phrase.contains(form)), "{form} is in no phrase");
    }
}
