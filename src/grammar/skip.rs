//! Skip words: words and phrases that may be said anywhere and mean nothing.

use crate::text::fold;

/// The skip words of a pack, longest first.
#[derive(Debug, Clone, Default)]
pub(super) struct SkipWords {
    phrases: Vec<Vec<String>>,
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
        let split = |phrase: String| {
            if squash {
                vec![phrase.replace(' ', "")]
            } else {
                phrase.split(' ').map(str::to_owned).collect()
            }
        };
        Self { phrases: phrases.into_iter().map(split).collect(), favourite, squash }
    }

    /// The phrases, as words.
    pub(super) fn phrases(&self) -> impl Iterator<Item = &[String]> {
        self.phrases.iter().map(Vec::as_slice)
    }

    /// The one that the pack names first: the commonest one, which people put anywhere.
    pub(super) fn favourite(&self) -> Option<&[String]> {
        self.favourite.and_then(|place| self.phrases.get(place)).map(Vec::as_slice)
    }

    /// `clean` (a [`crate::text::clean`] text) without skip words; none if there are none in it.
    pub(super) fn remove(&self, clean: &str, at: Where) -> Option<String> {
        if self.phrases.is_empty() {
            return None;
        }
        if self.squash {
            return self.remove_squashed(clean, at);
        }
        let mut words: Vec<&str> = clean.split(' ').collect();
        let mut folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
        let before = words.len();
        match at {
            Where::Everywhere => {
                for phrase in &self.phrases {
                    let mut start = 0;
                    while start + phrase.len() <= folded.len() {
                        if folded[start..start + phrase.len()] == phrase[..] {
                            folded.drain(start..start + phrase.len());
                            words.drain(start..start + phrase.len());
                        } else {
                            start += 1;
                        }
                    }
                }
            }
            Where::Beginning => {
                while let Some(phrase) = self.phrases.iter().find(|phrase| folded.starts_with(phrase)) {
                    folded.drain(..phrase.len());
                    words.drain(..phrase.len());
                }
            }
            Where::End => {
                while let Some(phrase) = self.phrases.iter().find(|phrase| folded.ends_with(phrase)) {
                    folded.truncate(folded.len() - phrase.len());
                    words.truncate(folded.len());
                }
            }
        }
        (words.len() < before).then(|| words.join(" "))
    }

    /// Whether `folded` ends with the beginning of a skip phrase of several words.
    pub(super) fn ends_within_phrase(&self, folded: &str) -> bool {
        let words: Vec<&str> = folded.split(' ').collect();
        self.phrases
            .iter()
            .any(|phrase| (1..phrase.len()).any(|length| words.ends_with(&refs(&phrase[..length]))))
    }

    fn remove_squashed(&self, clean: &str, at: Where) -> Option<String> {
        let mut text = clean.to_owned();
        for phrase in self.phrases.iter().flatten() {
            loop {
                let folded = fold(&text);
                // Folding may change lengths; then positions do not fit and the phrase stays.
                let found = match at {
                    _ if folded.len() != text.len() => None,
                    Where::Everywhere => folded.find(phrase.as_str()),
                    Where::Beginning => folded.starts_with(phrase.as_str()).then_some(0),
                    Where::End => folded.ends_with(phrase.as_str()).then(|| folded.len() - phrase.len()),
                };
                let Some(start) = found else { break };
                text.replace_range(start..start + phrase.len(), "");
                text = text.trim().to_owned();
            }
        }
        (text.len() < clean.len()).then_some(text)
    }
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
