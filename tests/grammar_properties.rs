//! What must hold for every template and every sentence.

use heyroom::grammar::{Context, CoverOptions, Grammar, Outcome, Pack, template};
use proptest::prelude::*;

/// Templates that are well formed, of words, brackets, lists and rules.
fn templates() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "call", "dial", "now", "the", "light", "up", "off", "naïve", "ёж", "o'clock",
    ]);
    let leaf = prop_oneof![
        6 => word.prop_map(str::to_owned),
        1 => Just("{name}".to_owned()),
        1 => Just("{n:level}".to_owned()),
        1 => Just("{0..50,5:x}".to_owned()),
        1 => Just("<verb>".to_owned()),
        1 => Just("light[s]".to_owned()),
        1 => Just("turn(s|ed)".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.join(" ")),
            1 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join("|"))),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| format!("[{}]", parts.join("|"))),
            1 => prop::collection::vec(inner, 2..4).prop_map(|parts| format!("({})", parts.join(";"))),
        ]
    })
}

fn grammar(sentences: &[String]) -> Grammar {
    let intents: Vec<String> = sentences
        .iter()
        .enumerate()
        .map(|(n, text)| format!("  I{n}: {{data: [{{sentences: [{}]}}]}}\n", serde_json::json!(text)))
        .collect();
    let text = format!(
        "language: en\nintents:\n{}lists:\n  name: {{values: [bob, ann lee, {{in: \"(rob|robert) [hill]\", out: rh}}]}}\n  \
         n: {{range: {{from: 0, to: 300}}}}\nexpansion_rules: {{verb: \"(ring|buzz) [up]\"}}\n",
        intents.concat()
    );
    match Pack::from_text("random.yaml", &text) {
        Ok(pack) => Grammar::new(&pack),
        Err(problems) => panic!("{problems}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn a_sentence_made_from_a_template_matches_it(sentence in templates(), seed in any::<u64>()) {
        let grammar = grammar(&[sentence]);
        let mut random = fastrand::Rng::with_seed(seed);
        for sample in grammar.sample(5, &mut |below| random.usize(..below.max(1))) {
            // A template of optional parts only can come out as nothing, which is no sentence.
            if !sample.text.is_empty() {
                let outcome = grammar.matches(&sample.text, &Context::new());
                prop_assert!(outcome.matched().is_some(), "{:?} of {:?}: {outcome:?}", sample.text, sample.template);
                prop_assert!(grammar.prefix(&sample.text, &Context::new()).complete);
            }
        }
    }

    #[test]
    fn every_beginning_of_a_sentence_can_be_extended(sentence in templates(), seed in any::<u64>()) {
        let grammar = grammar(&[sentence]);
        let mut random = fastrand::Rng::with_seed(seed);
        for sample in grammar.sample(3, &mut |below| random.usize(..below.max(1))) {
            let words: Vec<&str> = sample.text.split(' ').collect();
            for count in 1..words.len() {
                let begun = words[..count].join(" ");
                prop_assert!(
                    grammar.prefix(&begun, &Context::new()).extendable,
                    "{begun:?} is the beginning of {:?}, of {:?}", sample.text, sample.template
                );
            }
        }
    }

    #[test]
    fn the_cover_holds_every_pair_of_words(sentences in prop::collection::vec(templates(), 1..4), seed in any::<u64>()) {
        let grammar = grammar(&sentences);
        let pairs: std::collections::HashSet<(String, String)> = grammar
            .cover(&CoverOptions::default())
            .iter()
            .flat_map(|phrase| pairs_of(phrase))
            .collect();
        let mut random = fastrand::Rng::with_seed(seed);
        for sample in grammar.sample(6, &mut |below| random.usize(..below.max(1))) {
            let spoken = heyroom::text::spoken_words(&sample.text).join(" ");
            // A recogniser writes numbers as words.
            if spoken.bytes().any(|byte| byte.is_ascii_digit()) || spoken.is_empty() {
                continue;
            }
            for pair in pairs_of(&spoken) {
                prop_assert!(pairs.contains(&pair), "{pair:?} of {spoken:?} ({:?}) is not covered", sample.template);
            }
        }
    }

    #[test]
    fn the_same_question_has_the_same_answer(sentences in prop::collection::vec(templates(), 1..4), text in "[a-zё' ]{0,30}") {
        let grammar = grammar(&sentences);
        let first = grammar.matches(&text, &Context::new());
        prop_assert_eq!(&first, &Grammar::new(grammar.pack()).matches(&text, &Context::new()));
    }

    #[test]
    fn no_text_breaks_the_template_parser(text in "\\PC{0,60}") {
        let _ = template::parse(&text);
    }

    #[test]
    fn no_brackets_break_the_template_parser(text in "[a{}()<>|;:@\\\\\\[\\] .,0-9]{0,40}") {
        if let Err(error) = template::parse(&text) {
            prop_assert!(error.offset <= text.len() && text.is_char_boundary(error.offset));
            prop_assert!(!error.message.is_empty() && !error.help.is_empty());
        }
    }

    #[test]
    fn no_text_breaks_the_pack_loader(text in "\\PC{0,200}") {
        let _ = Pack::from_text("x.yaml", &text);
    }

    #[test]
    fn no_yaml_breaks_the_pack_loader(text in "(language|intents|data|sentences|lists|values|range|in|out|[\\[\\]{}:,\"'#&*!|>%@\t\n -]|[a-z0-9]){0,60}") {
        let _ = Pack::from_text("x.yaml", &text);
    }

    #[test]
    fn no_sentence_breaks_the_matcher(text in "\\PC{0,300}") {
        let grammar = grammar(&["call {name} [now]".into(), "[{n}] light[s]".into()]);
        let outcome = grammar.matches(&text, &Context::new());
        grammar.prefix(&text, &Context::new());
        grammar.explain(&text, &Context::new());
        if let Outcome::Match(found) = outcome {
            prop_assert!(!found.intent.is_empty());
        }
    }
}

fn pairs_of(phrase: &str) -> Vec<(String, String)> {
    let words: Vec<&str> = std::iter::once("<").chain(phrase.split(' ')).chain([">"]).collect();
    words.windows(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect()
}
