//! The examples of the guide for grammars work as they stand there.

use heyroom::grammar::{Grammar, Pack};

#[test]
fn every_example_is_sound_and_passes_its_tests() {
    let guide = include_str!("../grammars/README.md");
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
