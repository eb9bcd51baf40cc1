//! Plays the conversations of `tests/conversations/*.talk` against the dialogue and the English pack, with a clock of
//! their own. The format is described in `docs/conversations.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

mod talk;

use std::{fs, path::Path};

use talk::Situation;

/// Fewer would mean that a file was not found.
const AT_LEAST: usize = 60;

#[test]
fn every_conversation_goes_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "talk"));
    files.sort();
    let (mut played, mut wrong) = (0, Vec::new());
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let situations = Situation::read(&fs::read_to_string(file).unwrap())
            .unwrap_or_else(|problem| panic!("{name}:{problem}"));
        for situation in situations {
            played += 1;
            if let Err(problem) = situation.play() {
                wrong.push(format!("{name}:{problem} (in \"{}\")", situation.title));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {played} conversations went wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(played >= AT_LEAST, "only {played} conversations were found");
}

/// A conversation that cannot fail proves nothing.
#[test]
fn a_conversation_that_goes_otherwise_is_noticed() {
    for (text, problem) in [
        ("== A\nsay \"hey room\"\n", "2: nothing was to happen, but: wakes"),
        ("== A\nsay \"hey room\"\n  sleeps\n", "2: was to happen: sleeps; happened: wakes"),
        ("== A\nsay \"mute\"\n  ignores\n  is awake\n", "2: the assistant is asleep, not awake"),
    ] {
        let situations = Situation::read(text).unwrap();
        assert_eq!(situations[0].play().unwrap_err(), problem);
    }
    for (text, problem) in [
        ("say \"mute\"\n", "1: no situation has begun: write `== TITLE` first"),
        ("== A\nshout \"mute\"\n", "2: nobody knows how to `shout`"),
        ("== A\nsay mute\n", "2: the text of `say` stands in quotation marks"),
        ("== A\n  sleeps\n", "2: nothing has happened yet that could lead to this"),
    ] {
        assert_eq!(Situation::read(text).unwrap_err(), problem);
    }
}
