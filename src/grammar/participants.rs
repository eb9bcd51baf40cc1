//! Who is in the call, as a live list: `source: participants`.

use super::contacts::Contact;
use super::lists::{ListData, StoredValue};
use super::matcher::Grammar;
use super::outcome::Context;
use super::pack::ListKind;

impl Grammar {
    /// Says who is in the call. Their names can then be said in every list with `source: participants`; before
    /// that, those of the address book can.
    pub fn set_participants(&mut self, participants: &[Contact]) {
        let lists: Vec<_> = self
            .pack
            .lists
            .iter()
            .filter_map(|(name, list)| match &list.kind {
                ListKind::Participants(values) => Some((name.clone(), values.clone())),
                _ => None,
            })
            .collect();
        for (name, always) in lists {
            let mut data = self.values_again(&name, &always);
            data.people = true;
            let mut speller = self.speller();
            let spellings = self.ear.as_ref().map(|ear| self.spellings(ear));
            for person in participants {
                let number = u32::try_from(data.values.len()).unwrap_or(u32::MAX);
                let index = &mut data.index;
                speller.contact(person, &mut |phrase, rank| {
                    index.insert(phrase, number, rank);
                    if let Some(spellings) = &spellings {
                        spellings.of(phrase, rank, &mut |phrase, rank| index.insert(phrase, number, rank));
                    }
                });
                speller.by_sound(person, &mut |phrase, rank| data.index.insert_sound(phrase, number, rank));
                data.values.push(StoredValue {
                    name: person.name.clone(),
                    out: Some(person.id.clone().into()),
                    context: Context::new(),
                    place: format!("participant {}", person.name),
                    plain: true,
                });
            }
            data.index.decline(&self.pack.language);
            self.program.lists.define(&name, ListData::Values(data));
        }
        self.participants = Some(participants.into());
    }

    /// Takes the address book and the participants of `other`, a grammar that this one is to replace.
    pub fn take_people_of(&mut self, other: &Self) {
        self.set_contacts(&other.contacts.contacts);
        if let Some(participants) = &other.participants {
            self.set_participants(participants);
        }
    }

    /// The people whose names can be said in a list.
    pub(super) fn people_in(&self, list: &ListData) -> &[Contact] {
        match list {
            ListData::Contacts(_) => &self.contacts.contacts,
            ListData::Values(values) if values.people => self.participants.as_deref().unwrap_or_default(),
            _ => &[],
        }
    }

    /// Whether the values of a list are people.
    pub(super) fn are_people(&self, list: u32) -> bool {
        matches!(self.program.lists.get(list), ListData::Values(values) if values.people)
    }
}
