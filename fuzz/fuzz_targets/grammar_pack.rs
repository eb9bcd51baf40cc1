//! Any texts as grammar files: reading, merging, compiling, checking and matching never panic.
//!
//! A line `--- NAME` begins another file, such as `shared.yaml`.
//!
//! `cargo fuzz run grammar_pack fuzz/corpus/grammar_pack fuzz/seeds/grammar_pack`
#![no_main]

use std::sync::Arc;

use heyroom::grammar::diagnostics::Source;
use heyroom::grammar::{Contact, Context, Grammar, Pack};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut files = vec![("fuzz.yaml", String::new())];
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("--- ") {
            Some(name) if name.trim() == "shared.yaml" => files.push(("shared.yaml", String::new())),
            Some(_) => files.push(("more.yaml", String::new())),
            None => files.last_mut().unwrap().1.push_str(line),
        }
    }
    let sources: Vec<_> =
        files.into_iter().map(|(name, text)| Arc::new(Source::text(name, text))).collect();
    match Pack::from_sources(&sources, "en") {
        Ok(pack) => {
            let mut grammar = Grammar::new(&pack);
            let person = Contact { id: "ann".to_owned(), name: "Ann Lee (2)".to_owned() };
            grammar.set_contacts(std::slice::from_ref(&person));
            grammar.set_participants(&[person]);
            let mut turn = 0_usize;
            let samples = grammar.sample(3, &mut |below| {
                turn += 7;
                turn % below.max(1)
            });
            for sample in samples {
                grammar.matches(&sample.text, &Context::new());
                grammar.prefix(&sample.text, &Context::new());
            }
            // The check tries a dozen sentences of each template: not for the big packs that a mutation builds on.
            if pack.intents.len() < 20 {
                let _ = grammar.lint().to_string();
            }
        }
        Err(problems) => assert!(!problems.to_string().is_empty()),
    }
});
