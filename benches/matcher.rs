//! How long it takes to understand a sentence, and to change the address book; beside hassil in the same run.
//!
//! `cargo bench --bench matcher`. Sixty templates and ten thousand contacts; hits and misses of several kinds. Where
//! Python has hassil 3.12.1 (`python3`, or the interpreter in `PYTHON`), `tests/hassil/bench.py` measures the same
//! sentences, templates and names.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::hint::black_box;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use heyroom::grammar::{Contact, Context, CoverOptions, Grammar, Pack};
use serde_json::{Map, Value, json};

/// The first sixty sentences of the bundled pack, in their blocks.
fn sixty_templates() -> Pack {
    let mut pack = Pack::bundled("en").expect("the bundled pack is sound");
    let mut left = 60_usize;
    for intent in pack.intents.values_mut() {
        for block in &mut intent.blocks {
            block.sentences.truncate(left);
            left -= block.sentences.len();
        }
    }
    pack
}

/// Ten given names in five forms, two hundred surnames that fifty people share each.
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

const SENTENCES: &[(&str, &str)] = &[
    ("hit: command", "hang up the phone"),
    ("hit: contact", "please call olgai petrov now"),
    ("hit: surname of fifty people", "call petrovski"),
    ("hit: number", "call number one two double five"),
    ("miss: speech", "the quarterly results were better than anyone expected"),
    ("miss: near", "call somebody who is not there"),
    ("miss: one word", "hello"),
    (
        "miss: long",
        "i told them that we could call the office in the morning and ask whether the meeting with the people from \
         sales is still on or if everybody wants to join from home like the last time when the phone did not work",
    ),
];

/// Their figures are for tolerance, which only is asked for what is no sentence of the grammar.
const MISHEARD: &[(&str, &str)] = &[
    ("tolerant hit: doubled word", "hang up the the phone"),
    ("tolerant hit: name", "call olgai petroff now"),
    ("tolerant miss: speech", "the quarterly results were better than anyone expected"),
    ("tolerant miss: near", "call somebody who is not there"),
    ("tolerant miss: small words", "to the of a with the call of the"),
];

fn median(mut run: impl FnMut(), times: usize) -> Duration {
    run();
    let mut taken: Vec<Duration> = (0..times)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    taken.sort_unstable();
    taken[times / 2]
}

fn micro(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Memory of this process in bytes, where the system tells.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(status.split(' ').nth(1)?.parse::<usize>().ok()? * 4096)
}

/// Medians, with hassil's beside them.
fn beside_hassil(_: &mut Criterion) {
    let pack = sixty_templates();
    let book = contacts(10_000);
    let foreign = hassil(&pack, &book);
    let context = Context::new();
    let mut grammar = Grammar::new(&pack);
    let before = resident();
    grammar.set_contacts(&book);
    if let (Some(before), Some(after)) = (before, resident()) {
        let bytes = after.saturating_sub(before);
        println!("memory of 10000 contacts: {} kB, {} bytes each", bytes / 1024, bytes / book.len());
    }
    println!("{:32} {:>10} {:>12} {:>8}", "median", "heyroom", "hassil", "ratio");
    let print = |name: &str, own: Duration, key: &str| {
        let own = micro(own);
        match foreign.as_ref().and_then(|foreign| foreign.get(key)).and_then(Value::as_f64) {
            Some(other) => println!("{name:32} {own:>7.1} us {other:>9.1} us {:>7.0}x", other / own),
            None => println!("{name:32} {own:>7.1} us"),
        }
    };
    for (name, sentence) in SENTENCES {
        let own = median(
            || {
                black_box(grammar.matches(black_box(sentence), &context));
            },
            2001,
        );
        print(name, own, sentence);
    }
    // Somebody comes and goes, in the middle of the book.
    let mut one_more = book.clone();
    let newcomer = Contact { id: "new@example.org".to_owned(), name: "Zoe Newcomer".to_owned() };
    one_more.insert(book.len() / 2, newcomer);
    let mut more = false;
    let change = median(
        || {
            more = !more;
            grammar.set_contacts(black_box(if more { &one_more } else { &book }));
        },
        21,
    );
    print("address book of 10000 changed", change, "change");
    let pack = sixty_templates();
    let anew = median(
        || {
            let mut grammar = Grammar::new(&pack);
            grammar.set_contacts(black_box(&book));
        },
        11,
    );
    print("address book of 10000 made anew", anew, "change");
    // What tolerance needs of names is made when it is first asked for.
    let first = Instant::now();
    grammar.matches_tolerant("call petroff", &context, &[]);
    print("tolerance: first question", first.elapsed(), "");
    for (name, sentence) in MISHEARD {
        let own = median(
            || {
                black_box(grammar.matches_tolerant(black_box(sentence), &context, &[]));
            },
            201,
        );
        print(name, own, "");
    }
    let nearest = median(
        || {
            black_box(grammar.nearest(black_box("call somebody who is not there"), 3));
        },
        51,
    );
    print("what a miss came nearest to", nearest, "");
}

fn hassil(pack: &Pack, book: &[Contact]) -> Option<Map<String, Value>> {
    let templates: Vec<Vec<&str>> = pack
        .intents
        .values()
        .flat_map(|intent| &intent.blocks)
        .map(|block| block.sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>())
        .filter(|sentences| !sentences.is_empty())
        .collect();
    // Lists with words of their own are given as a word or a range: hassil has no digit strings.
    let mut lists = Map::new();
    for name in pack.lists.keys() {
        lists.insert(name.clone(), json!({"range": {"from": 0, "to": 999}}));
    }
    let rules: Map<String, Value> = pack
        .rules
        .iter()
        .map(|(name, rule)| (name.clone(), rule.at.text().unwrap_or_default().into()))
        .collect();
    let names: Vec<&str> = book.iter().map(|contact| contact.name.as_str()).collect();
    let sentences: Vec<&str> = SENTENCES.iter().map(|(_, sentence)| *sentence).collect();
    let given = json!({"templates": templates, "rules": rules, "lists": lists, "names": names,
                       "skip_words": pack.skip_words, "sentences": sentences});
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut process = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hassil/bench.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    process.stdin.take()?.write_all(given.to_string().as_bytes()).ok()?;
    let output = process.wait_with_output().ok()?;
    if !output.status.success() {
        println!("hassil not measured: {}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    serde_json::from_slice(&output.stdout).ok()
}

fn matcher(c: &mut Criterion) {
    let book = contacts(10_000);
    let mut grammar = Grammar::new(&sixty_templates());
    grammar.set_contacts(&book);
    let context = Context::new();
    let mut group = c.benchmark_group("matcher");
    for (name, sentence) in SENTENCES {
        group.bench_function(*name, |b| b.iter(|| grammar.matches(black_box(sentence), &context)));
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

criterion_group!(benches, beside_hassil, matcher);
criterion_main!(benches);
