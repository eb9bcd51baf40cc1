//! The address book as it is matched: who is in it, and everything that may be said for them. Knows how to take in a
//! change without making it all anew: a book of ten thousand changes all day, one entry at a time.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::contacts::{Contact, Speller};
use super::index::Index;
use super::near::NameWords;

/// After more changes at once everything is made anew.
const MOST_CHANGES: usize = 500;

/// The address book, ready for matching.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub contacts: Vec<Contact>,
    pub index: Index,
    /// The number of each contact in the index.
    numbers: Vec<u32>,
    /// The same book without spellings for a recogniser.
    plain: Option<Arc<Book>>,
    /// Made when tolerance is first asked for.
    sounds: OnceLock<NameWords>,
}

impl Book {
    /// These contacts.
    pub(super) fn new(contacts: &[Contact], language: &str, speller: &mut Speller) -> Self {
        let mut index = Index::with_capacity(contacts.len() * 5);
        let numbers: Vec<u32> = (0..).take(contacts.len()).collect();
        for (contact, number) in contacts.iter().zip(&numbers) {
            insert(&mut index, contact, *number, speller);
        }
        index.decline(language);
        Self { contacts: contacts.to_vec(), index, numbers, ..Self::default() }
    }

    /// These contacts, where most of them are in `former` already, a book of the same language.
    pub(super) fn changed(
        former: &Arc<Self>,
        contacts: &[Contact],
        language: &str,
        speller: &mut Speller,
    ) -> Self {
        let former = former.plain.as_ref().unwrap_or(former);
        former.patched(contacts, speller).unwrap_or_else(|| Self::new(contacts, language, speller))
    }

    /// None if that is no less work than making it anew.
    fn patched(&self, contacts: &[Contact], speller: &mut Speller) -> Option<Self> {
        if self.contacts.is_empty() {
            return None;
        }
        let changes = Changes::between(&self.contacts, contacts)?;
        // Those who went stay in the index, unseen, until there are too many of them.
        let known = self.index.values();
        if (known + changes.come.len()) / 2 > contacts.len() {
            return None;
        }
        let mut index = self.index.clone();
        for place in &changes.gone {
            let contact = &self.contacts[*place];
            speller.contact(contact, &mut |phrase, _| index.forget(phrase));
            speller.by_sound(contact, &mut |phrase, _| index.forget_sound(phrase));
        }
        let mut numbers: Vec<u32> =
            changes.stay.iter().map(|former| former.map_or(u32::MAX, |place| self.numbers[place])).collect();
        for (place, number) in changes.come.iter().zip(u32::try_from(known).ok()?..) {
            numbers[*place] = number;
            insert(&mut index, &contacts[*place], number, speller);
        }
        index.place(&numbers, known + changes.come.len());
        Some(Self { contacts: contacts.to_vec(), index, numbers, ..Self::default() })
    }

    /// The same book with more to be said for its contacts; `add` gets each with a function that takes a phrase and its
    /// rank.
    pub(super) fn with_spellings(
        this: &Arc<Self>,
        mut add: impl FnMut(&Contact, &mut dyn FnMut(&str, u8)),
    ) -> Self {
        let plain = this.plain.as_ref().unwrap_or(this);
        let mut index = plain.index.clone();
        for (contact, number) in plain.contacts.iter().zip(&plain.numbers) {
            add(contact, &mut |phrase, rank| index.insert(phrase, *number, rank));
        }
        Self {
            contacts: plain.contacts.clone(),
            index,
            numbers: plain.numbers.clone(),
            plain: Some(Arc::clone(plain)),
            ..Self::default()
        }
    }

    /// The words of its names by their sound.
    pub(super) fn name_words(&self, language: &str) -> &NameWords {
        self.sounds.get_or_init(|| NameWords::new(self.index.iter().map(|(key, ..)| key), language))
    }
}

fn insert(index: &mut Index, contact: &Contact, number: u32, speller: &mut Speller) {
    speller.contact(contact, &mut |phrase, rank| index.insert(phrase, number, rank));
    speller.by_sound(contact, &mut |phrase, rank| index.insert_sound(phrase, number, rank));
}

/// What changed from one list of contacts to another.
struct Changes {
    /// Places in the former list.
    gone: Vec<usize>,
    /// Places in the new one.
    come: Vec<usize>,
    /// For each place in the new one, the place in the former one; none for those who came.
    stay: Vec<Option<usize>>,
}

impl Changes {
    /// None if there are too many.
    fn between(former: &[Contact], now: &[Contact]) -> Option<Self> {
        // Mostly all are where they were, but for one.
        let same = former.iter().zip(now).take_while(|(former, now)| former == now).count();
        let rest = former.len().min(now.len()) - same;
        let (from_behind, now_from_behind) = (former.iter().rev(), now.iter().rev());
        let tail =
            from_behind.zip(now_from_behind).take(rest).take_while(|(former, now)| former == now).count();
        let (former_end, now_end) = (former.len() - tail, now.len() - tail);
        let mut waiting: HashMap<&Contact, Vec<usize>> = HashMap::new();
        for place in (same..former_end).rev() {
            waiting.entry(&former[place]).or_default().push(place);
        }
        let mut changes = Self { gone: Vec::new(), come: Vec::new(), stay: (0..same).map(Some).collect() };
        for (place, contact) in now.iter().enumerate().take(now_end).skip(same) {
            let stays = waiting.get_mut(contact).and_then(Vec::pop);
            if stays.is_none() {
                changes.come.push(place);
            }
            changes.stay.push(stays);
        }
        changes.stay.extend((former_end..former.len()).map(Some));
        changes.gone.extend(waiting.into_values().flatten());
        (changes.gone.len() + changes.come.len() <= MOST_CHANGES).then_some(changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::{Context, Grammar, Pack};

    fn contact(name: &str) -> Contact {
        Contact {
            id: format!("{}@example.org", name.to_lowercase().replace(' ', ".")),
            name: name.to_owned(),
        }
    }

    fn numbered(count: usize) -> Vec<Contact> {
        const GIVEN: [&str; 6] = ["John", "Ann", "Иван", "Jürgen", "Hugh", "Li"];
        const SURNAMES: [&str; 7] =
            ["Smith", "Lee", "Петров", "O'Neill", "Grant", "Müller-Lüdenscheidt", "Chen"];
        let name = |n: usize| format!("{} {}{n}", GIVEN[n % 6], SURNAMES[n % 7]);
        (0..count).map(|n| contact(&name(n))).collect()
    }

    /// What is understood of some sentences, in the order in which it is told.
    fn understood(grammar: &Grammar) -> Vec<String> {
        let sentences = [
            "call john",
            "call ann lee",
            "call smith",
            "call grant",
            "call ivan petrov",
            "call hugh grant7",
            "call zoe",
        ];
        let context = Context::new();
        let outcome = |text: &&str| {
            format!("{:?} {:?}", grammar.matches(text, &context), grammar.prefix(text, &context))
        };
        sentences.iter().map(outcome).collect()
    }

    #[test]
    fn a_changed_book_is_as_good_as_a_new_one() {
        let pack = Pack::bundled("en").unwrap();
        let mut random = fastrand::Rng::with_seed(4);
        let mut people = numbered(120);
        let mut grammar = Grammar::new(&pack);
        grammar.set_contacts(&people);
        for round in 0..40 {
            match round % 5 {
                0 => people.insert(random.usize(..=people.len()), contact("Zoe Zimmer")),
                1 => drop(people.remove(random.usize(..people.len()))),
                2 => people.push(contact(&format!("John Smith{round}"))),
                3 => {
                    let place = random.usize(..people.len());
                    people[place].name = format!("Ann Lee{round}");
                }
                _ => random.shuffle(&mut people),
            }
            grammar.set_contacts(&people);
            let mut anew = Grammar::new(&pack);
            anew.set_contacts(&people);
            assert_eq!(understood(&grammar), understood(&anew), "round {round}");
            assert_eq!(grammar.contacts.contacts, people);
        }
    }

    #[test]
    fn those_who_went_do_not_pile_up() {
        let pack = Pack::bundled("en").unwrap();
        let mut grammar = Grammar::new(&pack);
        let people = numbered(50);
        for round in 0..300 {
            let mut changed = people.clone();
            changed.push(contact(&format!("Guest {round}")));
            grammar.set_contacts(&changed);
            assert!(grammar.contacts.index.values() <= 2 * changed.len() + 2, "round {round}");
        }
    }
}
