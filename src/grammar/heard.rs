//! Names as a recogniser writes them: the operator's own spellings (`heard_as`), and spellings from known words for
//! names that it does not know. Knows names and sounds, nothing of recognisers.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

use super::book::Book;
use super::contacts::{self, Contact, RARE, Speller};
use super::cover::Origin;
use super::matcher::Grammar;
use super::names;
use super::soundalike::{SAME, SoundAlike, SoundAlikes};
use crate::text;

/// A name said as it is written, or as the operator wrote it, is always meant rather than one that sounds like it.
const APPROXIMATE: u8 = 4;
/// Spellings of one word that are listened for. More make everything else harder to hear.
const SPELLINGS: usize = 3;

/// Spellings of a whole name. Two unknown words with all of theirs fit in, three with the better ones.
const COMBINATIONS: usize = 12;

/// The operator's spellings: what is heard where a name is said.
#[derive(Debug, Default)]
pub(super) struct HeardAs {
    /// By the first word of what is written, in the operator's order.
    words: IndexMap<String, Vec<Entry>>,
    ids: HashMap<String, Vec<String>>,
}

/// The words that are written, and what is heard for them.
type Entry = (Vec<String>, Vec<String>);

impl HeardAs {
    pub(super) fn new<'a>(entries: impl IntoIterator<Item = (&'a String, &'a Vec<String>)>) -> Self {
        let mut all = Self::default();
        for (name, forms) in entries {
            let forms: Vec<String> = forms.iter().map(|form| text::normalize(form)).collect();
            all.ids.insert(name.clone(), forms.clone());
            let mut add = |words: Vec<String>| {
                if let Some(first) = words.first() {
                    all.words.entry(first.clone()).or_default().push((words.clone(), forms.clone()));
                }
            };
            let words = text::spoken_words(name);
            // The spellings without marks are names as well.
            names::respelled(&words.join(" "), false, &mut |other| {
                add(other.split(' ').map(str::to_owned).collect());
            });
            add(words);
        }
        all
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// What is heard for a contact as a whole.
    pub(super) fn whole(&self, contact: &Contact) -> &[String] {
        self.ids.get(&contact.id).map_or(&[], Vec::as_slice)
    }

    /// What is heard for a phrase that holds one of the names.
    pub(super) fn phrases(&self, phrase: &str, take: &mut dyn FnMut(&str)) {
        let words: Vec<&str> = phrase.split([' ', '-']).collect();
        for (at, word) in words.iter().enumerate() {
            for (written, forms) in self.words.get(*word).into_iter().flatten() {
                let end = at + written.len();
                if words.get(at..end).is_some_and(|here| here.iter().eq(written.iter())) {
                    for form in forms {
                        take(&[&words[..at], &[form.as_str()], &words[end..]].concat().join(" "));
                    }
                }
            }
        }
    }

    fn has(&self, word: &str) -> bool {
        self.words.get(word).is_some_and(|entries| entries.iter().any(|(words, _)| words.len() == 1))
    }
}

/// A word of a name that the recogniser does not know.
#[derive(Debug, Clone, PartialEq)]
pub struct UnheardName {
    /// The word, in comparison form.
    pub word: String,
    /// Names that have it; a few are enough.
    pub contacts: Vec<String>,
    /// What is listened for in its stead, the nearest first; none if nothing sounds like it.
    pub alikes: Vec<SoundAlike>,
    /// What the operator wrote under `heard_as`.
    pub heard_as: Vec<String>,
}

impl Grammar {
    /// Adds spellings from words that the recogniser knows to the address book and to those in the call, for the names
    /// that it does not know. [`Grammar::set_contacts`] takes them away again. With thousands of names this takes a while when it is done
    /// for the first time; `ear` remembers.
    pub fn approximate(&mut self, ear: &Arc<SoundAlikes>) {
        if self.program.squash {
            return;
        }
        self.ear = Some(Arc::clone(ear));
        let spellings = self.spellings(ear);
        let mut speller = self.speller();
        let book = Book::with_spellings(&self.contacts, |contact, take| {
            speller.contact(contact, &mut |phrase, rank| spellings.of(phrase, rank, take));
        });
        self.contacts = Arc::new(book);
        if let Some(participants) = self.participants.clone() {
            self.set_participants(&participants);
        }
    }

    /// The words of names that the recogniser does not know, with what is listened for in their stead.
    pub fn unheard_names(&self, ear: &SoundAlikes) -> Vec<UnheardName> {
        let own = self.own_words();
        let heard_as = self.heard_as();
        let mut unheard: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for contact in self.people() {
            contacts::spoken_forms(self.language(), &contact.name, &mut |words| {
                for word in words.iter().filter(|word| !ear.knows(word)) {
                    let contacts = unheard.entry((*word).to_owned()).or_default();
                    if contacts.len() < 3 && !contacts.contains(&contact.name) {
                        contacts.push(contact.name.clone());
                    }
                }
            });
        }
        let described = |(word, contacts): (String, Vec<String>)| {
            // The word alone, or a name that it is part of.
            let forms = heard_as.words.values().flatten();
            let forms = forms.filter(|(written, _)| written.contains(&word));
            let heard_as: IndexSet<&String> = forms.flat_map(|(_, forms)| forms).collect();
            let heard_as: Vec<String> = heard_as.into_iter().cloned().collect();
            let alikes = if heard_as.is_empty() { usable(ear, &word, &own) } else { Vec::new() };
            UnheardName { word, contacts, alikes, heard_as }
        };
        unheard.into_iter().map(described).collect()
    }

    /// Whether the operator wrote how names are heard.
    pub fn has_heard_as(&self) -> bool {
        !self.pack.heard_as.is_empty()
    }

    /// Whether there is anybody in the address book or in the call.
    pub fn has_people(&self) -> bool {
        self.people().next().is_some()
    }

    /// The address book, and those in the call.
    fn people(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.contacts.iter().chain(self.participants.iter().flat_map(|people| people.iter()))
    }

    /// The words of names that the recogniser does not know but that are heard in another spelling.
    pub fn heard_otherwise(&self) -> HashSet<String> {
        let Some(ear) = &self.ear else { return HashSet::new() };
        let heard = |name: &UnheardName| !name.alikes.is_empty() || !name.heard_as.is_empty();
        self.unheard_names(ear).into_iter().filter(heard).map(|name| name.word).collect()
    }

    /// The words under `heard_as` that the recogniser does not know, with the name for which each is written.
    pub fn unheard_spellings(&self, ear: &SoundAlikes) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for (name, forms) in &self.pack.heard_as {
            for word in forms.iter().flat_map(|form| text::spoken_words(form)) {
                if !ear.knows(&word) {
                    all.push((word, name.clone()));
                }
            }
        }
        all
    }

    fn heard_as(&self) -> HeardAs {
        HeardAs::new(&self.pack.heard_as)
    }

    /// Makes phrases of names for this grammar.
    pub(super) fn speller(&self) -> Speller {
        Speller::new(&self.pack.language, self.pack.ignore_whitespace, self.heard_as())
    }

    /// Makes spellings for names for this grammar.
    pub(super) fn spellings<'a>(&self, ear: &'a SoundAlikes) -> Spellings<'a> {
        Spellings { ear, heard_as: self.heard_as(), own: self.own_words(), known: RefCell::default() }
    }

    /// The words of the grammar itself, without those of names.
    fn own_words(&self) -> HashSet<String> {
        let is_own = |origin: &Origin| !matches!(origin, Origin::Contact(_));
        let words = self.words().into_iter().filter(|(_, origins)| origins.iter().any(is_own));
        words.map(|(word, _)| word).collect()
    }
}

/// An abbreviation or a Roman number: nobody says it as a word.
fn is_spelled_out(word: &str) -> bool {
    word.is_ascii()
        && word.len() <= 4
        && !word.contains(['a', 'e', 'o', 'u', 'y'])
        && (!word.contains('i') || word.bytes().all(|letter| matches!(letter, b'i' | b'v' | b'x')))
}

/// The spellings of a word that may be listened for: one that consists of words of the grammar would be heard in
/// commands.
fn usable(ear: &SoundAlikes, word: &str, own: &HashSet<String>) -> Vec<SoundAlike> {
    if is_spelled_out(word) {
        return Vec::new();
    }
    let all = ear.of(word);
    let mut alikes: Vec<SoundAlike> =
        all.iter().filter(|alike| !alike.words.split(' ').all(|word| own.contains(word))).cloned().collect();
    alikes.truncate(SPELLINGS);
    alikes
}

/// Makes spellings of phrases from words that are known.
pub(super) struct Spellings<'a> {
    ear: &'a SoundAlikes,
    heard_as: HeardAs,
    own: HashSet<String>,
    known: RefCell<HashMap<String, Rc<[SoundAlike]>>>,
}

impl Spellings<'_> {
    fn word(&self, word: &str) -> Rc<[SoundAlike]> {
        if let Some(alikes) = self.known.borrow().get(word) {
            return Rc::clone(alikes);
        }
        let alikes: Rc<[SoundAlike]> = usable(self.ear, word, &self.own).into();
        self.known.borrow_mut().insert(word.to_owned(), Rc::clone(&alikes));
        alikes
    }

    /// Gives `take` what is listened for instead of a phrase with unknown words; nothing if all are known, or one
    /// of them sounds like nothing.
    pub(super) fn of(&self, phrase: &str, rank: u8, take: &mut dyn FnMut(&str, u8)) {
        if rank >= RARE || phrase.split([' ', '-']).all(|word| self.ear.knows(word)) {
            return;
        }
        let mut choices: Vec<(&str, Option<Rc<[SoundAlike]>>)> = Vec::new();
        for word in phrase.split(' ') {
            if self.ear.knows(word) {
                choices.push((word, None));
                continue;
            }
            // The operator has said better, and what is not all letters is spelled out elsewhere.
            if self.heard_as.has(word) || !word.chars().all(|c| c.is_alphabetic() || c == '\'') {
                return;
            }
            let alikes = self.word(word);
            if alikes.is_empty() {
                return;
            }
            choices.push((word, Some(alikes)));
        }
        let counts: Vec<usize> =
            choices.iter().map(|(_, alikes)| alikes.as_ref().map_or(1, |all| all.len())).collect();
        for combination in combinations(&counts) {
            let mut words: Vec<&str> = Vec::with_capacity(choices.len());
            let mut distance: f32 = 0.0;
            for ((word, alikes), number) in choices.iter().zip(combination) {
                match alikes.as_ref().and_then(|all| all.get(number)) {
                    Some(alike) => {
                        words.push(&alike.words);
                        distance = distance.max(alike.distance);
                    }
                    None => words.push(word),
                }
            }
            take(&words.join(" "), if distance < SAME { rank } else { rank + APPROXIMATE });
        }
    }
}

/// Which spelling of each word to take: the best ones of all first. The recogniser may join any of them, so that each
/// has to be understood beside each.
fn combinations(counts: &[usize]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for count in counts {
        all = all
            .iter()
            .flat_map(|head| (0..*count).map(move |number| [head.as_slice(), &[number]].concat()))
            .collect();
        all.sort_by_key(|numbers| numbers.iter().sum::<usize>());
        all.truncate(COMBINATIONS);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::{Context, Outcome, Pack};

    const PACK: &str = "language: en\nintents:\n  Call:\n    data:\n      - sentences: [\"call {contact} [now]\"]\n  \
                        Mute:\n    data:\n      - sentences: [\"mute\", \"call (off|back)\"]\n";

    fn grammar(heard_as: &str, names: &[&str]) -> Grammar {
        let Ok(pack) = Pack::from_text("test.yaml", &format!("{PACK}{heard_as}")) else {
            panic!("a sound pack")
        };
        let mut grammar = Grammar::new(&pack);
        let contacts: Vec<Contact> =
            names.iter().map(|name| Contact { id: format!("{name}@x"), name: (*name).to_owned() }).collect();
        grammar.set_contacts(&contacts);
        grammar
    }

    fn ear() -> SoundAlikes {
        let words = [
            "call", "mute", "now", "off", "back", "step", "on", "ski", "piotr", "smith", "john", "peter",
            "muller",
        ];
        SoundAlikes::new("en", words)
    }

    fn called(grammar: &Grammar, text: &str) -> Vec<String> {
        match grammar.matches(text, &Context::new()) {
            Outcome::Match(found) => found.slots.values().map(|slot| slot.name()).collect(),
            Outcome::Ambiguous { candidates, .. } => candidates.into_iter().map(|found| found.name).collect(),
            Outcome::NoMatch { .. } => Vec::new(),
        }
    }

    #[test]
    fn an_unknown_name_is_heard_as_words_that_sound_like_it() {
        let mut grammar = grammar("", &["Piotr Szczepański"]);
        assert!(called(&grammar, "call step on ski").is_empty());
        grammar.approximate(&Arc::new(ear()));
        assert_eq!(called(&grammar, "call step on ski"), ["Piotr Szczepański"]);
        assert_eq!(called(&grammar, "call piotr step on ski now"), ["Piotr Szczepański"]);
        let cover = grammar.cover_known(&super::super::CoverOptions::default(), &|word| ear().knows(word));
        assert!(cover.repeated().any(|phrase| phrase.contains("step on ski")), "{cover:?}");
    }

    #[test]
    fn abbreviations_are_no_words() {
        let mut grammar = grammar("", &["John Smith III", "SMTH Miller"]);
        grammar.approximate(&Arc::new(ear()));
        let heard = |name: &UnheardName| !name.alikes.is_empty();
        let words: Vec<String> =
            grammar.unheard_names(&ear()).into_iter().filter(heard).map(|name| name.word).collect();
        assert_eq!(words, ["miller"]);
        assert!(called(&grammar, "call smith muller").is_empty());
        assert_eq!(called(&grammar, "call muller"), ["SMTH Miller"]);
    }

    /// People who are in the call but not in the address book; whoever comes first, they or the recogniser.
    #[test]
    fn those_in_the_call_are_heard_like_the_address_book() {
        let text = "language: ru\nlists:\n  participant:\n    source: participants\nintents:\n  Mute:\n    data:\n      \
                    - sentences: [\"выключи {participant}\"]\nheard_as:\n  Szczepański: [\"шеф\"]\n";
        let Ok(pack) = Pack::from_text("test.yaml", text) else { panic!("a sound pack") };
        let words =
            ["выключи", "иван", "ивана", "ивану", "щербаков", "щербакова", "шеф", "пётр", "хома", "кофф"];
        let ear = Arc::new(SoundAlikes::new("ru", words));
        let person = |name: &&str| Contact { id: format!("{name}@x"), name: (*name).to_owned() };
        let people: Vec<Contact> =
            ["Иван Щербаков", "Piotr Szczepański", "Хомакоф"].iter().map(person).collect();
        let mut early = Grammar::new(&pack);
        early.approximate(&ear);
        early.set_participants(&people);
        let mut late = Grammar::new(&pack);
        late.set_participants(&people);
        assert!(late.has_people());
        late.approximate(&ear);
        for grammar in [early, late] {
            assert_eq!(called(&grammar, "выключи ивана щербакова"), ["Иван Щербаков"]);
            assert_eq!(called(&grammar, "выключи шеф"), ["Piotr Szczepański"]);
            assert_eq!(called(&grammar, "выключи хома кофф"), ["Хомакоф"]);
            assert!(grammar.heard_otherwise().contains("хомакоф"));
            let cover = grammar.cover_known(&super::super::CoverOptions::default(), &|word| ear.knows(word));
            for heard in ["хома кофф", "шеф", "ивана"] {
                assert!(cover.repeated().any(|phrase| phrase.contains(heard)), "{heard} not in {cover:?}");
            }
        }
    }

    #[test]
    fn a_real_name_wins_over_one_that_sounds_like_it_unless_they_sound_the_same() {
        let mut grammar = grammar("", &["Piotr Szczepański", "Step On Ski", "John Smith", "Peter Jon"]);
        grammar.approximate(&Arc::new(ear()));
        assert_eq!(called(&grammar, "call step on ski"), ["Step On Ski"]);
        assert_eq!(called(&grammar, "call john"), ["John Smith", "Peter Jon"]);
        assert_eq!(called(&grammar, "call peter john"), ["Peter Jon"]);
    }

    #[test]
    fn words_of_the_grammar_are_no_names() {
        let mut grammar = grammar("", &["Bakk"]);
        let ear = Arc::new(ear());
        assert_eq!(ear.of("bakk").first().map(|alike| alike.words.clone()).as_deref(), Some("back"));
        grammar.approximate(&ear);
        assert!(called(&grammar, "call back now").is_empty());
        assert!(grammar.unheard_names(&ear)[0].alikes.is_empty());
    }

    #[test]
    fn the_operator_knows_better() {
        let heard_as = "heard_as:\n  Szczepański: [\"smith ski\", \"zebra\"]\n  \"Bob@x\": [\"the boss\"]\n";
        let mut grammar = grammar(heard_as, &["Piotr Szczepański", "Bob"]);
        assert_eq!(called(&grammar, "call piotr smith ski"), ["Piotr Szczepański"]);
        assert_eq!(called(&grammar, "call smith ski"), ["Piotr Szczepański"]);
        assert_eq!(called(&grammar, "call the boss"), ["Bob"]);
        let ear = Arc::new(ear());
        grammar.approximate(&ear);
        let cover = grammar.cover_known(&super::super::CoverOptions::default(), &|word| ear.knows(word));
        assert!(!cover.repeated().any(|phrase| phrase.contains("step on ski")), "{cover:?}");
        let unheard = grammar.unheard_names(&ear);
        let entry = unheard.iter().find(|entry| entry.word == "szczepański");
        assert_eq!(entry.map(|entry| entry.heard_as.len()), Some(2));
        assert!(grammar.unheard_spellings(&ear).contains(&("zebra".to_owned(), "Szczepański".to_owned())));
    }
}
