//! The examples of the guides for grammars and actions work as they stand there.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use heyroom::assistant::own_actions::OWN_ACTIONS;
use heyroom::grammar::{Contact, Context, Grammar, Pack};

#[test]
fn every_example_is_sound_and_passes_its_tests() {
    let guide = concat!(include_str!("../grammars/README.md"), include_str!("../docs/actions.md"));
    let examples: Vec<&str> =
        guide.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(examples.len() >= 4, "{} examples", examples.len());
    for example in examples {
        let pack =
            Pack::from_text("README.md", example).unwrap_or_else(|problems| panic!("{problems}\n{example}"));
        assert!(pack.warnings.is_empty(), "{}\n{example}", pack.warnings);
        let report = Grammar::new(&pack).run_tests();
        assert!(report.sentences > 0, "no tests in\n{example}");
        assert!(report.is_ok(), "{:#?}\n{:#?}\n{example}", report.failures, report.untested);
    }
}

/// The names that the guide's example writes down are heard as it says.
#[test]
fn names_are_heard_as_the_guide_says() {
    let guide = include_str!("../grammars/README.md");
    let example = guide.split("```yaml\n").find(|example| example.contains("heard_as:")).unwrap();
    let pack = Pack::from_text("README.md", example.split("```").next().unwrap()).unwrap();
    let mut grammar = Grammar::new(&pack);
    let contact = |id: &str, name: &str| Contact { id: id.to_owned(), name: name.to_owned() };
    grammar.set_contacts(&[
        contact("piotr@example.org", "Piotr Szczepański"),
        contact("mohammed@example.org", "محمد العلي"),
        contact("boss@example.org", "Ann Lee"),
    ]);
    for (sentence, id) in [
        ("call piotr step on ski", "piotr@example.org"),
        ("call stephan ski", "piotr@example.org"),
        ("call mohammed al ali", "mohammed@example.org"),
        ("call mohammed", "mohammed@example.org"),
        ("call the boss", "boss@example.org"),
        ("call ann", "boss@example.org"),
    ] {
        let outcome = grammar.matches(sentence, &Context::new());
        let found = outcome.matched().unwrap_or_else(|| panic!("{sentence}: {outcome:?}"));
        assert_eq!(found.slots["contact"].value, id, "{sentence}");
    }
}

#[test]
fn every_built_in_action_and_each_of_its_parameters_is_described() {
    let guide = include_str!("../docs/actions.md");
    for action in OWN_ACTIONS {
        let name = action.name;
        let row = guide.lines().find(|line| line.starts_with("| `") && line.contains(&format!("`{name}`")));
        let row = row.unwrap_or_else(|| panic!("docs/actions.md does not tell of `{name}`"));
        for param in action.params {
            assert!(row.contains(param.trim_end_matches('?')), "docs/actions.md: `{name}` has `{param}`");
        }
    }
}
