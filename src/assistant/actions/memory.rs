//! What commands leave behind for the next ones: how to take them back, and who was talked about.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::grammar::Action;

/// Commands that can be taken back one after the other.
const DEPTH: usize = 8;
/// "Call her back" means the person who was talked about at most this long ago.
const TALK_LASTS: Duration = Duration::from_secs(300);

/// The memory; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    done: Vec<Done>,
    tickets: u64,
    person: Option<Person>,
}

#[derive(Debug)]
struct Done {
    ticket: Ticket,
    at: Instant,
    /// Empty for what came to nothing.
    back: Vec<Action>,
    /// The id of the call that it began.
    call: Option<String>,
}

/// Names a command that is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(u64);

/// Somebody who was talked about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person {
    /// The user id.
    pub peer_id: String,
    /// The display name.
    pub name: String,
    /// When.
    pub at: SystemTime,
}

impl Memory {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A name for a command that begins.
    pub(super) fn ticket(&self) -> Ticket {
        let mut inner = self.inner();
        inner.tickets += 1;
        Ticket(inner.tickets)
    }

    /// The command is being done, and `back` takes it back.
    pub(super) fn remember(&self, ticket: Ticket, back: Vec<Action>, at: Instant) {
        let mut inner = self.inner();
        if inner.done.len() == DEPTH {
            // Rather one that there is nothing to take back of.
            let oldest = inner.done.iter().position(|done| done.back.is_empty()).unwrap_or(0);
            inner.done.remove(oldest);
        }
        inner.done.push(Done { ticket, at, back, call: None });
    }

    /// A command that was remembered is done, and `back` takes it back: nothing does if it came to nothing. If it was
    /// taken back meanwhile, there is nothing to settle.
    pub(super) fn settle(&self, ticket: Ticket, back: Vec<Action>, at: Instant) {
        if let Some(done) = self.inner().done.iter_mut().find(|done| done.ticket == ticket) {
            (done.back, done.at) = (back, at);
        }
    }

    /// The command began the call of this id.
    pub(super) fn is_call(&self, ticket: Ticket, id: &str) {
        if let Some(done) = self.inner().done.iter_mut().find(|done| done.ticket == ticket) {
            done.call = Some(id.to_owned());
        }
    }

    /// Of calls other than this one there is nothing left to take back.
    pub(super) fn forget_other_calls(&self, current: Option<&str>) {
        let over = |done: &&mut Done| done.call.is_some() && done.call.as_deref() != current;
        self.inner().done.iter_mut().filter(over).for_each(|done| done.back.clear());
    }

    /// What takes back the last command that is not older than `within`; it is forgotten.
    pub(super) fn take_back(&self, now: Instant, within: Duration) -> Option<Vec<Action>> {
        let mut inner = self.inner();
        inner.done.retain(|done| now.saturating_duration_since(done.at) <= within);
        let last = inner.done.iter().rposition(|done| !done.back.is_empty())?;
        Some(inner.done.remove(last).back)
    }

    /// What takes back that very command, however old; it is forgotten. None if it is not known.
    pub(super) fn take(&self, ticket: Ticket) -> Option<Vec<Action>> {
        let mut inner = self.inner();
        let at = inner.done.iter().position(|done| done.ticket == ticket)?;
        Some(inner.done.remove(at).back)
    }

    /// Whether that very command can be taken back.
    pub(super) fn holds(&self, ticket: Ticket) -> bool {
        self.inner().done.iter().any(|done| done.ticket == ticket && !done.back.is_empty())
    }

    /// This person was talked about.
    pub(super) fn talked_about(&self, peer_id: &str, name: &str, at: SystemTime) {
        self.inner().person = Some(Person { peer_id: peer_id.to_owned(), name: name.to_owned(), at });
    }

    /// Who was talked about lately.
    pub(super) fn person(&self, now: SystemTime) -> Option<Person> {
        let person = self.inner().person.clone()?;
        // A clock that was set back makes nobody recent or old.
        (now.duration_since(person.at).unwrap_or_default() <= TALK_LASTS).then_some(person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::ActionKind;

    fn say(text: &str) -> Vec<Action> {
        vec![ActionKind::Say(text.to_owned()).into()]
    }

    #[test]
    fn commands_are_taken_back_in_reverse_order_and_only_for_a_while() {
        let (memory, start) = (Memory::default(), Instant::now());
        let within = Duration::from_secs(60);
        let second = |seconds: u64| start + Duration::from_secs(seconds);
        let first = memory.ticket();
        memory.remember(first, say("nothing yet"), second(0));
        memory.remember(memory.ticket(), say("second"), second(30));
        // Done at last, but begun before the second one.
        memory.settle(first, say("first"), second(35));
        let failed = memory.ticket();
        memory.remember(failed, say("third"), second(40));
        memory.settle(failed, Vec::new(), second(41));
        memory.remember(memory.ticket(), Vec::new(), second(45));
        assert!(memory.holds(first) && !memory.holds(failed));
        assert_eq!((memory.take(failed), memory.take(failed)), (Some(Vec::new()), None));
        assert_eq!(memory.take_back(second(50), within), Some(say("second")));
        assert_eq!(memory.take_back(second(60), within), Some(say("first")));
        assert_eq!(memory.take_back(second(60), within), None);
        memory.remember(memory.ticket(), say("old"), second(60));
        assert_eq!(memory.take_back(second(121), within), None);
        for number in 0..20 {
            memory.remember(memory.ticket(), say(&number.to_string()), second(200));
        }
        let one = memory.ticket();
        memory.remember(one, say("one"), second(0));
        assert_eq!((memory.take(one), memory.take(one)), (Some(say("one")), None), "however old");
        let back: Vec<_> = std::iter::from_fn(|| memory.take_back(second(200), within)).collect();
        assert_eq!((back.len(), back[0].clone()), (DEPTH - 1, say("19")));
    }

    #[test]
    fn a_call_is_taken_back_only_while_it_lasts() {
        let (memory, now) = (Memory::default(), Instant::now());
        for id in ["first", "second"] {
            let ticket = memory.ticket();
            memory.remember(ticket, say(id), now);
            memory.is_call(ticket, id);
        }
        memory.forget_other_calls(Some("first"));
        assert_eq!(memory.take_back(now, Duration::ZERO), Some(say("first")));
        assert_eq!(memory.take_back(now, Duration::ZERO), None);
    }

    #[test]
    fn a_person_is_talked_about_for_five_minutes() {
        let (memory, now) = (Memory::default(), SystemTime::UNIX_EPOCH + Duration::from_secs(1_000));
        memory.talked_about("ann@x", "Ann", now);
        let name = |seconds| memory.person(now + Duration::from_secs(seconds)).map(|person| person.name);
        assert_eq!((name(300), name(301)), (Some("Ann".to_owned()), None));
    }
}
