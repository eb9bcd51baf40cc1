//! What tells candidates apart, for the question which one is meant. Pure.

use std::collections::HashSet;

use super::outcome::Candidate;
use crate::text;

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
    use indexmap::IndexMap;

    fn apart(entries: &[(&str, &str)]) -> Vec<String> {
        let candidate = |(name, id): &(&str, &str)| Candidate {
            name: (*name).to_owned(),
            value: (*id).into(),
            slots: IndexMap::new(),
        };
        differences(&entries.iter().map(candidate).collect::<Vec<_>>())
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
