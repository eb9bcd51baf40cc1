//! What tells candidates apart, for the question which one is meant. Pure.

use std::collections::HashSet;

use super::display;
use super::outcome::Candidate;
use crate::text;

/// What to call somebody of whom there may be two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldApart {
    /// The name, without what stands beside it in the address book.
    pub name: String,
    /// What others of that name do not have: a department, a room, else a part of the id. None where the name says
    /// enough.
    pub detail: Option<String>,
}

/// What to call each candidate, aloud, so that they can be told apart: "John Smith" of "Sales".
pub fn told_apart(candidates: &[Candidate]) -> Vec<ToldApart> {
    let parts: Vec<Vec<String>> = candidates
        .iter()
        .map(|candidate| {
            let parts = display::pieces(&candidate.name);
            if parts.is_empty() { vec![candidate.name.clone()] } else { parts }
        })
        .collect();
    let name = |at: usize| parts[at].first().map_or("", String::as_str);
    let same = |at: usize| {
        let key = text::normalize(name(at));
        (0..parts.len()).filter(move |other| text::normalize(name(*other)) == key)
    };
    let detail = |at: usize| -> String {
        let shared = |part: &&String| same(at).all(|other| parts[other].contains(part));
        let own: Vec<&str> =
            parts[at].iter().skip(1).filter(|part| !shared(part)).map(String::as_str).collect();
        own.join(", ")
    };
    let told = |at: usize| {
        let own = detail(at);
        let alone = same(at).count() == 1;
        // One of two may be without anything: the other one has it.
        let tells = same(at).filter(|other| detail(*other) == own).count() == 1;
        let detail = match (alone || own.is_empty() && tells, tells) {
            (true, _) => None,
            (false, true) => Some(own),
            (false, false) => Some(id_part(candidates, at, &same(at).collect::<Vec<_>>())),
        };
        ToldApart { name: name(at).to_owned(), detail }
    };
    (0..candidates.len()).map(told).collect()
}

/// The part of an id that no other of `among` has: the user, the domain, or all of it.
fn id_part(candidates: &[Candidate], at: usize, among: &[usize]) -> String {
    let id = |at: usize| {
        let value = &candidates[at].value;
        value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
    };
    let user = |at: usize| id(at).split('@').next().unwrap_or_default().to_owned();
    let domain = |at: usize| id(at).split('@').nth(1).unwrap_or_default().to_owned();
    let once = |part: &dyn Fn(usize) -> String| {
        !part(at).is_empty() && among.iter().filter(|other| part(**other) == part(at)).count() == 1
    };
    if once(&user) {
        user(at)
    } else if once(&domain) {
        domain(at)
    } else {
        id(at)
    }
}

/// For each candidate what it has and the others do not all have: the company, the department, the patronymic, the
/// number of the room; where the names are the same, the user part of the id, or the whole id.
pub fn differences(candidates: &[Candidate]) -> Vec<String> {
    let words: Vec<HashSet<String>> = candidates
        .iter()
        .map(|candidate| text::spoken_words(&candidate.name).into_iter().collect())
        .collect();
    let own: Vec<String> = candidates
        .iter()
        .map(|candidate| {
            let shared = |word: &str| {
                let word = text::spoken_words(word);
                !word.is_empty() && words.iter().all(|all| word.iter().all(|word| all.contains(word)))
            };
            let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
            let own: Vec<String> = candidate
                .name
                .split_whitespace()
                .filter(|word| !shared(word))
                .map(bare)
                .filter(|word| !word.is_empty())
                .collect();
            own.join(" ")
        })
        .collect();
    let ids: Vec<String> = candidates
        .iter()
        .map(|candidate| {
            candidate.value.as_str().map_or_else(|| candidate.value.to_string(), ToOwned::to_owned)
        })
        .collect();
    let users: Vec<&str> = ids.iter().map(|id| id.split('@').next().unwrap_or(id)).collect();
    let once = |all: &[&str], one: &str| all.iter().filter(|other| **other == one).count() == 1;
    let own_refs: Vec<&str> = own.iter().map(String::as_str).collect();
    own.iter()
        .zip(&ids)
        .zip(&users)
        .map(|((own, id), user)| {
            if !own.is_empty() && once(&own_refs, own) {
                own.clone()
            } else if once(&users, user) {
                (*user).to_owned()
            } else {
                id.clone()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(entries: &[(&str, &str)]) -> Vec<Candidate> {
        let candidate =
            |(name, id): &(&str, &str)| Candidate { name: (*name).to_owned(), value: (*id).into() };
        entries.iter().map(candidate).collect()
    }

    fn apart(entries: &[(&str, &str)]) -> Vec<String> {
        differences(&candidates(entries))
    }

    #[track_caller]
    fn aloud(entries: &[(&str, &str)], expected: &[&str]) {
        let told: Vec<String> = told_apart(&candidates(entries))
            .into_iter()
            .map(|told| told.detail.map_or(told.name.clone(), |detail| format!("{} of {detail}", told.name)))
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_question_names_no_more_than_it_must() {
        aloud(&[("John Smith", "a@x"), ("John Brown", "b@x")], &["John Smith", "John Brown"]);
        aloud(&[("John Smith (IT)", "a@x"), ("John Brown (IT) 🎉", "b@x")], &["John Smith", "John Brown"]);
        aloud(
            &[("John Smith (Sales)", "a@x"), ("Smith, John – Board Room 3", "b@x"), ("J. Doe", "c@x")],
            &["John Smith of Sales", "John Smith of Board Room 3", "J. Doe"],
        );
        aloud(
            &[("Иван Петров (Acme, Москва)", "a@x"), ("Иван Петров (Acme, Казань)", "b@x")],
            &["Иван Петров of Москва", "Иван Петров of Казань"],
        );
        aloud(&[("John Smith", "a@x"), ("john smith (IT)", "b@x")], &["John Smith", "john smith of IT"]);
    }

    #[test]
    fn a_question_names_ids_where_nothing_else_tells() {
        aloud(
            &[("John Smith", "jsmith@x"), ("John Smith", "john2@x")],
            &["John Smith of jsmith", "John Smith of john2"],
        );
        aloud(&[("Jo", "jo@berlin"), ("Jo", "jo@paris")], &["Jo of berlin", "Jo of paris"]);
        aloud(&[("Jo (IT)", "jo@x"), ("Jo (IT)", "jo@x")], &["Jo of jo@x", "Jo of jo@x"]);
        aloud(&[("🎉", "a@x"), ("🎉", "b@x")], &["🎉 of a", "🎉 of b"]);
        aloud(&[], &[]);
    }

    #[test]
    fn what_one_has_and_others_lack() {
        assert_eq!(apart(&[("John Smith (Sales)", "a@x"), ("John Smith (IT)", "b@x")]), ["Sales", "IT"]);
        assert_eq!(apart(&[("John Smith", "a@x"), ("John Brown", "b@x")]), ["Smith", "Brown"]);
        assert_eq!(
            apart(&[("Смирнов Иван Петрович", "a@x"), ("Смирнов Иван Ильич", "b@x")]),
            ["Петрович", "Ильич"]
        );
        assert_eq!(apart(&[("J. Doe – Board Room 3", "a@x"), ("J. Doe – Board Room 4", "b@x")]), ["3", "4"]);
    }

    #[test]
    fn the_id_where_names_are_the_same() {
        assert_eq!(apart(&[("John Smith", "jsmith@x"), ("John Smith", "john.s@x")]), ["jsmith", "john.s"]);
        assert_eq!(apart(&[("John Smith", "js@x"), ("John Smith", "js@y")]), ["js@x", "js@y"]);
        assert_eq!(apart(&[("John Smith", "js@x"), ("John Smith (IT)", "b@x")]), ["js", "IT"]);
        assert!(apart(&[]).is_empty());
    }
}
