//! The examples of the guides for grammars and actions work as they stand there.

use heyroom::assistant::actions::OWN_ACTIONS;
use heyroom::grammar::{Grammar, Pack};

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
        assert!(report.failures.is_empty(), "{:#?}\n{example}", report.failures);
    }
}

#[test]
fn every_built_in_action_and_each_of_its_parameters_is_described() {
    let guide = include_str!("../docs/actions.md");
    for (name, params) in OWN_ACTIONS {
        let row = guide.lines().find(|line| line.starts_with("| `") && line.contains(&format!("`{name}`")));
        let row = row.unwrap_or_else(|| panic!("docs/actions.md does not tell of `{name}`"));
        for param in *params {
            assert!(row.contains(param.trim_end_matches('?')), "docs/actions.md: `{name}` has `{param}`");
        }
    }
}
