//! How fast the recogniser is: real-time factor on the demo's clips, and the cost of new phrases.
//!
//! `cargo bench --bench decode` prints criterion's times per utterance, and first the real-time factor: decoding time
//! over audio time, against real time itself (1.0).
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench that cannot set itself up has failed")]

use std::{path::Path, time::Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use heyroom::{
    assistant::{listening::Listening, wake::WakePhrases},
    audio::{WavOptions, WavSource},
    grammar::{Contact, Grammar, Pack},
    recognizer::{Decoder, Model, SAMPLE_RATE, store},
};

fn clips() -> Vec<(String, Vec<i16>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let mut clips: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wav"))
        .map(|path| {
            let samples = WavSource::open(&path, WavOptions::default()).unwrap().read_all().unwrap();
            (path.file_stem().unwrap().to_string_lossy().into_owned(), samples)
        })
        .collect();
    clips.sort();
    clips
}

fn decode(decoder: &mut Decoder, samples: &[i16]) -> String {
    for chunk in samples.chunks(SAMPLE_RATE as usize / 100) {
        decoder.accept(chunk).unwrap();
    }
    decoder.finish().unwrap().text()
}

/// An address book of `count` people whose names the bundled model knows.
fn contacts(count: usize) -> Vec<Contact> {
    let (first, last) = (
        ["john", "maria", "anna", "peter", "susan", "david"],
        ["smith", "brown", "garcia", "lee", "miller", "davis"],
    );
    let contact = |number: usize| Contact {
        id: format!("{number}@example.org"),
        name: format!("{} {} {}", first[number % 6], last[number / 6 % 6], number / 36),
    };
    (0..count).map(contact).collect()
}

fn benches(criterion: &mut Criterion) {
    let model = Model::open(&store::bundled().unwrap()).unwrap();
    let wake = WakePhrases::new(["hey room"]);
    let mut grammar = Grammar::new(&Pack::bundled("en").unwrap());
    grammar.set_contacts(&contacts(20));
    let listening = Listening::new(&grammar, &wake, &model);
    let mut decoder = listening.decoder(&model).unwrap();

    let clips = clips();
    let started = Instant::now();
    for (_, samples) in &clips {
        decode(&mut decoder, samples);
    }
    let audio: usize = clips.iter().map(|(_, samples)| samples.len()).sum();
    let audio = audio as f64 / f64::from(SAMPLE_RATE);
    println!(
        "real-time factor over {audio:.1} s of demo clips: {:.3}",
        started.elapsed().as_secs_f64() / audio
    );

    for (name, samples) in &clips {
        criterion.bench_function(&format!("decode/{name}"), |b| b.iter(|| decode(&mut decoder, samples)));
    }
    let mut group = criterion.benchmark_group("new phrases");
    group.sample_size(10);
    for count in [20, 1_000, 10_000] {
        grammar.set_contacts(&contacts(count));
        group.bench_function(format!("{count} contacts"), |b| {
            b.iter(|| Listening::new(&grammar, &wake, &model).decoder(&model).unwrap());
        });
    }
    group.finish();
}

criterion_group!(decoding, benches);
criterion_main!(decoding);
