//! The address book as the client keeps it.

use std::sync::atomic::{AtomicU64, Ordering};

use indexmap::IndexMap;

use super::types::Contact;

/// Every change of names gets a number of its own, in whichever book it happens.
static REVISIONS: AtomicU64 = AtomicU64::new(1);

/// The address book, by user id, in the order of the terminal.
#[derive(Debug, Clone, Default)]
pub struct AddressBook {
    contacts: IndexMap<String, Contact>,
    names_revision: u64,
}

impl PartialEq for AddressBook {
    /// Equal contacts in any order; how the book came to hold them does not count.
    fn eq(&self, other: &Self) -> bool {
        self.contacts == other.contacts
    }
}

impl AddressBook {
    /// All contacts in the order of the terminal.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Contact> {
        self.contacts.values()
    }

    /// The contact with this user id.
    #[must_use]
    pub fn get(&self, peer_id: &str) -> Option<&Contact> {
        self.contacts.get(peer_id)
    }

    /// How many contacts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.contacts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.contacts.is_empty()
    }

    /// A number that stays the same as long as nobody is added, removed or renamed. Presence changes all the
    /// time; what is made from names alone need not be made anew for that.
    #[must_use]
    pub fn names_revision(&self) -> u64 {
        self.names_revision
    }

    /// Adds a contact or merges what is new about it. Entries without an id are of no use and left out.
    pub(super) fn put(&mut self, contact: Contact) {
        let Some(id) = contact.peer_id.clone() else { return };
        match self.contacts.get_mut(&id) {
            None => {
                self.contacts.insert(id, contact);
                self.names_changed();
            }
            Some(known) => {
                let renamed = contact.peer_dn.is_some() && contact.peer_dn != known.peer_dn;
                known.peer_dn = contact.peer_dn.or(known.peer_dn.take());
                known.is_editable = contact.is_editable.or(known.is_editable);
                known.status = contact.status.or(known.status);
                known.ext_status = contact.ext_status.or(known.ext_status);
                known.last_online_time = contact.last_online_time.or(known.last_online_time);
                known.additional_status = contact.additional_status.or(known.additional_status.take());
                known.rest.extend(contact.rest);
                if renamed {
                    self.names_changed();
                }
            }
        }
    }

    pub(super) fn remove(&mut self, peer_id: &str) {
        if self.contacts.shift_remove(peer_id).is_some() {
            self.names_changed();
        }
    }

    /// The book that `contacts` make, if it differs from this one. With the same names it has the same revision.
    pub(super) fn replaced_by(&self, contacts: Vec<Contact>) -> Option<Self> {
        let mut book = Self::default();
        contacts.into_iter().for_each(|contact| book.put(contact));
        if book == *self {
            return None;
        }
        let names = |book: &Self| -> Vec<(String, Option<String>)> {
            book.contacts.iter().map(|(id, contact)| (id.clone(), contact.peer_dn.clone())).collect()
        };
        if names(&book) == names(self) {
            book.names_revision = self.names_revision;
        }
        Some(book)
    }

    fn names_changed(&mut self) {
        self.names_revision = REVISIONS.fetch_add(1, Ordering::Relaxed);
    }
}
