//! Any text as a grammar file: reading, compiling and matching never panic.
//!
//! `cargo fuzz run grammar_pack fuzz/corpus/grammar_pack fuzz/seeds/grammar_pack`
#![no_main]

use heyroom::grammar::{Context, Grammar, Pack};

libfuzzer_sys::fuzz_target!(|text: &str| {
    match Pack::from_text("fuzz.yaml", text) {
        Ok(pack) => {
            let grammar = Grammar::new(&pack);
            let mut turn = 0_usize;
            let samples = grammar.sample(3, &mut |below| {
                turn += 7;
                turn % below.max(1)
            });
            for sample in samples {
                grammar.matches(&sample.text, &Context::new());
                grammar.prefix(&sample.text, &Context::new());
            }
        }
        Err(problems) => assert!(!problems.to_string().is_empty()),
    }
});
