//! Skip words: words and phrases that may be said anywhere and mean nothing.

use crate::text::{fold_char, is_edge_punctuation, squeeze};

/// The skip words of a pack, longest first.
#[derive(Debug, Clone, Default)]
pub(super) struct SkipWords {
    phrases: Vec<Vec<String>>,
    /// The same as they are looked for.
    texts: Vec<Vec<char>>,
    /// Which of them the pack names first.
    favourite: Option<usize>,
    squash: bool,
}

/// Which skip words are removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// All of them.
    Everywhere,
    /// Those at the beginning: the sentence ends with free text.
    Beginning,
    /// Those at the end: the sentence begins with free text.
    End,
}

impl SkipWords {
    pub(super) fn new(words: &[String], squash: bool) -> Self {
        let mut phrases: Vec<String> =
            words.iter().map(|word| crate::text::normalize(word)).filter(|word| !word.is_empty()).collect();
        let first = phrases.first().cloned();
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.chars().count()));
        phrases.dedup();
        let favourite = first.and_then(|first| phrases.iter().position(|phrase| *phrase == first));
        let texts = phrases.iter().map(|phrase| {
            if squash { squeeze(phrase, true).chars().collect() } else { phrase.chars().collect() }
        });
        let mut texts: Vec<Vec<char>> = texts.collect();
        if squash {
            // A mark that is a skip word is removed from between two letters, too: no spaces tell where words end.
            let marks = words.iter().map(|word| word.trim());
            let marks = marks.filter(|mark| !mark.is_empty() && mark.chars().all(is_edge_punctuation));
            texts.extend(marks.map(|mark| mark.chars().collect()));
        }
        let split = |phrase: String| {
            if squash {
                vec![squeeze(&phrase, false)]
            } else {
                phrase.split(' ').map(str::to_owned).collect()
            }
        };
        Self { phrases: phrases.into_iter().map(split).collect(), texts, favourite, squash }
    }

    /// The phrases, as words.
    pub(super) fn phrases(&self) -> impl Iterator<Item = &[String]> {
        self.phrases.iter().map(Vec::as_slice)
    }

    /// The one that the pack names first: the commonest one, which people put anywhere.
    pub(super) fn favourite(&self) -> Option<&[String]> {
        self.favourite.and_then(|place| self.phrases.get(place)).map(Vec::as_slice)
    }

    /// Whether there is any skip word in `clean` (a [`crate::text::clean`] text): most sentences have none.
    pub(super) fn occur_in(&self, clean: &str) -> bool {
        if self.texts.is_empty() {
            return false;
        }
        let folded: Vec<char> = clean.chars().map(fold_char).collect();
        (0..folded.len()).any(|place| self.longest_at(&folded, place).is_some())
    }

    /// `clean` (a [`crate::text::clean`] text) without skip words; none if there are none in it.
    pub(super) fn remove(&self, clean: &str, at: Where) -> Option<String> {
        let text: Vec<char> = clean.chars().collect();
        let folded: Vec<char> = text.iter().map(|c| fold_char(*c)).collect();
        let mut keep = vec![true; text.len()];
        match at {
            Where::Everywhere => {
                let mut place = 0;
                while place < folded.len() {
                    match self.longest_at(&folded, place) {
                        Some(phrase) => {
                            keep[place..place + phrase.len()].fill(false);
                            place += phrase.len();
                        }
                        None => place += 1,
                    }
                }
            }
            Where::Beginning => {
                let mut place = 0;
                while let Some(phrase) = self.longest_at(&folded, place) {
                    place += phrase.len();
                    place += folded[place..].iter().take_while(|c| **c == ' ').count();
                    keep[..place].fill(false);
                }
            }
            Where::End => {
                let mut end = folded.len();
                while let Some(phrase) = self.texts.iter().find(|phrase| {
                    phrase.len() <= end && self.stands_at(phrase, &folded[..end], end - phrase.len())
                }) {
                    end -= phrase.len();
                    end -= folded[..end].iter().rev().take_while(|c| **c == ' ').count();
                    keep[end..].fill(false);
                }
            }
        }
        if keep.iter().all(|keep| *keep) {
            return None;
        }
        let mut left = String::with_capacity(clean.len());
        for (place, c) in text.iter().enumerate() {
            match (keep[place], self.squash) {
                (true, _) => left.push(*c),
                (false, true) => {}
                (false, false) => left.push(' '),
            }
        }
        Some(left.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The longest phrase that stands in `text` at a place.
    fn longest_at(&self, text: &[char], place: usize) -> Option<&Vec<char>> {
        self.texts.iter().find(|phrase| self.stands_at(phrase, text, place))
    }

    /// Whether a phrase stands in `text` at a place, and is no part of a longer word.
    fn stands_at(&self, phrase: &[char], text: &[char], place: usize) -> bool {
        let part_of_word = |c: Option<&char>| c.copied().is_some_and(is_word);
        text.get(place) == phrase.first()
            && text.get(place..).is_some_and(|rest| rest.starts_with(phrase))
            && (self.squash
                || !part_of_word(place.checked_sub(1).and_then(|before| text.get(before)))
                    && !part_of_word(text.get(place + phrase.len())))
    }

    /// Whether `folded` ends with the beginning of a skip phrase of several words.
    pub(super) fn ends_within_phrase(&self, folded: &str) -> bool {
        let words: Vec<&str> = folded.split(' ').collect();
        self.phrases
            .iter()
            .any(|phrase| (1..phrase.len()).any(|length| words.ends_with(&refs(&phrase[..length]))))
    }
}

/// Whether a character is part of a word, marks on letters included.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || unicode_normalization::char::is_combining_mark(c)
}

fn refs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skip(words: &[&str]) -> SkipWords {
        SkipWords::new(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), false)
    }

    #[test]
    fn longest_phrases_first_and_whole_words_only() {
        let skip = skip(&["please", "you", "could you"]);
        let all = |text: &str| skip.remove(text, Where::Everywhere);
        assert_eq!(all("Could you PLEASE call Bob").as_deref(), Some("call Bob"));
        assert_eq!(all("could call bob"), None);
        assert_eq!(all("callplease bob"), None);
        assert_eq!(all("please you").as_deref(), Some(""));
        assert_eq!(all("call-please bob").as_deref(), Some("call- bob"), "a hyphen ends a word");
    }

    #[test]
    fn marks_in_languages_without_spaces() {
        let skip = SkipWords::new(&["請".to_owned(), "？".to_owned()], true);
        assert_eq!(skip.remove("請計時？器", Where::Everywhere).as_deref(), Some("計時器"));
    }

    #[test]
    fn only_at_one_end() {
        let skip = skip(&["please", "um"]);
        assert_eq!(skip.remove("um please say please", Where::Beginning).as_deref(), Some("say please"));
        assert_eq!(
            skip.remove("please hello stop um please", Where::End).as_deref(),
            Some("please hello stop")
        );
    }
}
