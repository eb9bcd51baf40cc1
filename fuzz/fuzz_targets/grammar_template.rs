//! Any text as a sentence template: reading never panics, and errors point into the text.
//!
//! `cargo fuzz run grammar_template fuzz/corpus/grammar_template fuzz/seeds/grammar_template`
#![no_main]

use heyroom::grammar::template;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(error) = template::parse(text) {
        assert!(text.is_char_boundary(error.offset));
        assert!(!error.message.is_empty() && !error.help.is_empty());
    }
});
