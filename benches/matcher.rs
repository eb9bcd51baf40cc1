//! How long it takes to understand a sentence, and to change the address book.
//!
//! Sixty templates and ten thousand contacts; hits and misses of several kinds. `tests/hassil/bench.py` measures the
//! same sentences with hassil.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use heyroom::grammar::{Contact, Context, CoverOptions, Grammar, Pack};

/// The first sixty sentences of the bundled pack, in their blocks.
fn sixty_templates() -> Pack {
    let Ok(mut pack) = Pack::bundled("en") else { panic!("the bundled pack is sound") };
    let mut left = 60_usize;
    for intent in pack.intents.values_mut() {
        for block in &mut intent.blocks {
            block.sentences.truncate(left);
            left -= block.sentences.len();
        }
    }
    pack
}

fn contacts(count: usize) -> Vec<Contact> {
    let first = ["john", "anna", "maria", "peter", "olga", "wei", "fatima", "lars", "chloe", "ivan"];
    let last =
        ["smith", "brown", "garcia", "ivanov", "muller", "chen", "haddad", "larsen", "dubois", "petrov"];
    (0..count)
        .map(|n| Contact {
            id: format!("user{n}@example.org"),
            name: format!(
                "{}{} {}{}",
                first[n % 10],
                ["", "a", "e", "i", "o"][n / 10 % 5],
                last[n / 50 % 10],
                [
                    "", "son", "man", "berg", "ov", "ski", "er", "ez", "ini", "ic", "ak", "el", "os", "u",
                    "ar", "en", "an", "is", "it", "on"
                ][n / 500 % 20]
            ),
        })
        .collect()
}

fn matcher(c: &mut Criterion) {
    let book = contacts(10_000);
    let mut grammar = Grammar::new(&sixty_templates());
    grammar.set_contacts(&book);
    let context = Context::new();
    let mut group = c.benchmark_group("matcher");
    for (name, sentence) in [
        ("hit: command", "turn off the microphone"),
        ("hit: contact", "please call olgai petrov now"),
        ("hit: part of a name", "call petrovski"),
        ("hit: number", "call number one two double five"),
        ("miss: speech", "the quarterly results were better than anyone expected"),
        ("miss: near", "call somebody who is not there"),
        ("miss: one word", "hello"),
    ] {
        group.bench_function(name, |b| b.iter(|| grammar.matches(black_box(sentence), &context)));
    }
    group.bench_function("prefix", |b| b.iter(|| grammar.prefix(black_box("call anna"), &context)));
    group.finish();
    let mut group = c.benchmark_group("address book");
    group.sample_size(20);
    group.bench_function("10000 contacts", |b| b.iter(|| grammar.set_contacts(black_box(&book))));
    group.bench_function("phrase cover of 10000 contacts", |b| {
        b.iter(|| grammar.cover(&CoverOptions::default()).len());
    });
    group.finish();
    c.bench_function("compile", |b| {
        let pack = sixty_templates();
        b.iter(|| Grammar::new(black_box(&pack)));
    });
}

criterion_group!(benches, matcher);
criterion_main!(benches);
