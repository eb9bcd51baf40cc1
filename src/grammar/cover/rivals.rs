//! Commands that differ in one word which sounds alike, and mean different things: "turn on the camera" and "turn off the
//! camera". The recogniser's model of word pairs makes one of them likelier than the other only because its words stand
//! in more other sentences, by a factor of twenty and more; what was said must decide, not that. So the one that is
//! behind is given again until both are as likely. So are the examples that people are told to say, until they are not
//! less likely than most sentences are. Knows numbers of words and of intents, nothing of what they mean.

use std::collections::{BTreeMap, HashMap};

/// Beginning and end of a sentence.
const EDGE: u32 = 0;
/// How far behind a command may be, as the logarithm of a probability: less than what the sound of a word decides.
const EVEN: f64 = 0.7;
/// How likely an example must be, as the logarithm of a probability for each word: about what sentences with names have.
const EXAMPLE: f64 = -2.8;
/// Evening out one pair moves others a little.
const ROUNDS: usize = 4;
/// The further phrases are at most so large a part of all.
const MOST: f64 = 0.15;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Command {
    pub words: Vec<u32>,
    pub intent: u32,
}

/// How often each of `examples` and `commands` is to be given beside `phrases`, so that rivals become as likely; those
/// that need not be are left out. `alike` says whether two words may be taken for each other.
pub(super) fn evened(
    phrases: &[(&[u32], usize)],
    examples: Vec<Vec<u32>>,
    mut commands: Vec<Command>,
    alike: &dyn Fn(u32, u32) -> bool,
) -> Vec<(Vec<u32>, usize)> {
    commands.sort();
    commands.dedup();
    let pairs = rivals(&commands, alike);
    let mut model = Model::default();
    for (phrase, times) in phrases {
        model.add(phrase, *times as f64);
    }
    let mut left = model.total * MOST;
    let mut further: Vec<(Vec<u32>, usize)> = Vec::new();
    for words in examples {
        let behind = EXAMPLE * (words.len() + 1) as f64 - model.likelihood(&words);
        let times = if behind > 0.0 { model.times_for(&words, behind).min(left.floor()) } else { 0.0 };
        if times >= 1.0 {
            model.add(&words, times);
            left -= times;
            further.push((words, times as usize));
        }
    }
    let mut given = vec![0.0; commands.len()];
    for _ in 0..ROUNDS {
        for (one, other) in &pairs {
            let (first, second) = (&commands[*one].words, &commands[*other].words);
            let ahead = model.likelihood(first) - model.likelihood(second);
            let (behind, wanted) = if ahead > 0.0 { (*other, ahead) } else { (*one, -ahead) };
            if wanted <= EVEN {
                continue;
            }
            let words = &commands[behind].words;
            let times = model.times_for(words, wanted - EVEN).min(left.floor());
            if times >= 1.0 {
                model.add(words, times);
                given[behind] += times;
                left -= times;
            }
        }
    }
    let even = commands.into_iter().zip(given).filter(|(_, times)| *times >= 1.0);
    further.extend(even.map(|(command, times)| (command.words, times as usize)));
    further
}

/// The pairs of commands that differ in one word which sounds alike, by their places.
fn rivals(commands: &[Command], alike: &dyn Fn(u32, u32) -> bool) -> Vec<(usize, usize)> {
    // Commands that are the same but for the word at a place.
    let mut but_one: BTreeMap<(usize, Vec<u32>), Vec<usize>> = BTreeMap::new();
    for (number, command) in commands.iter().enumerate() {
        for place in 0..command.words.len() {
            let rest = [&command.words[..place], &command.words[place + 1..]].concat();
            but_one.entry((place, rest)).or_default().push(number);
        }
    }
    let mut pairs = Vec::new();
    for ((place, _), same) in &but_one {
        for (position, one) in same.iter().enumerate() {
            for other in &same[position + 1..] {
                let (first, second) = (&commands[*one], &commands[*other]);
                if first.intent != second.intent && alike(first.words[*place], second.words[*place]) {
                    pairs.push((*one, *other));
                }
            }
        }
    }
    pairs
}

/// How often words follow each other.
#[derive(Debug, Default)]
struct Model {
    pairs: HashMap<(u32, u32), f64>,
    words: HashMap<u32, f64>,
    total: f64,
}

impl Model {
    fn add(&mut self, phrase: &[u32], times: f64) {
        self.total += times;
        for pair in steps(phrase) {
            *self.words.entry(pair.0).or_default() += times;
            *self.pairs.entry(pair).or_default() += times;
        }
    }

    /// The logarithm of the probability of a sentence, if it were given so many times more.
    fn with(&self, sentence: &[u32], times: f64) -> f64 {
        let share = |pair: (u32, u32)| {
            let word = self.words.get(&pair.0).copied().unwrap_or_default() + times;
            let both = self.pairs.get(&pair).copied().unwrap_or_default() + times;
            (both.max(0.5) / word.max(1.0)).ln()
        };
        steps(sentence).map(share).sum()
    }

    fn likelihood(&self, sentence: &[u32]) -> f64 {
        self.with(sentence, 0.0)
    }

    /// How often a sentence must be given to become likelier by `gain`.
    fn times_for(&self, sentence: &[u32], gain: f64) -> f64 {
        let wanted = self.likelihood(sentence) + gain;
        let mut times = 1.0;
        while self.with(sentence, times) < wanted && times < self.total {
            times *= 1.25;
        }
        times.floor()
    }
}

fn steps(phrase: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    let from = std::iter::once(EDGE).chain(phrase.iter().copied());
    from.zip(phrase.iter().copied().chain([EDGE]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TURN: u32 = 1;
    const ON: u32 = 2;
    const OFF: u32 = 3;
    const CAMERA: u32 = 4;
    const TELL: u32 = 5;
    const DOWN: u32 = 6;

    fn command(words: &[u32], intent: u32) -> Command {
        Command { words: words.to_vec(), intent }
    }

    #[test]
    fn words_of_other_sentences_do_not_decide_between_rivals() {
        let on = [TURN, ON, CAMERA];
        let off = [TURN, OFF, CAMERA];
        let chat = [TELL, TURN, ON, CAMERA];
        let phrases: Vec<(&[u32], usize)> = vec![(&on, 50), (&off, 50), (&chat, 100)];
        let mut model = Model::default();
        phrases.iter().for_each(|(phrase, times)| model.add(phrase, *times as f64));
        assert!(model.likelihood(&on) - model.likelihood(&off) > 1.0);
        let commands = vec![command(&on, 0), command(&off, 1), command(&[TURN, DOWN, CAMERA], 2)];
        let alike = |one: u32, other: u32| one != DOWN && other != DOWN;
        let further = evened(&phrases, Vec::new(), commands, &alike);
        assert!(further.iter().all(|(words, _)| *words == off), "{further:?}");
        further.iter().for_each(|(phrase, times)| model.add(phrase, *times as f64));
        assert!((model.likelihood(&on) - model.likelihood(&off)).abs() < 1.0, "{further:?}");
    }

    #[test]
    fn what_means_the_same_is_no_rival() {
        let (on, off) = ([TURN, ON], [TURN, OFF]);
        let phrases: Vec<(&[u32], usize)> = vec![(&on, 500), (&off, 1)];
        let commands = vec![command(&on, 0), command(&off, 0)];
        assert!(evened(&phrases, Vec::new(), commands, &|_, _| true).is_empty());
    }

    #[test]
    fn what_people_are_told_to_say_is_likely_enough() {
        let (on, off) = ([TURN, ON], [OFF]);
        let phrases: Vec<(&[u32], usize)> = vec![(&on, 5_000), (&off, 1)];
        let further = evened(&phrases, vec![on.to_vec(), off.to_vec()], Vec::new(), &|_, _| true);
        assert!(matches!(further.as_slice(), [(words, 2..)] if *words == off), "{further:?}");
    }
}
