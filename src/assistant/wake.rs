//! Wake phrases: where one stands in a text, and what follows it. Pure.

use std::ops::Range;

/// The phrases that wake the assistant, as the recogniser writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WakePhrases {
    phrases: Vec<Vec<String>>,
}

impl WakePhrases {
    /// Takes the phrases as the operator writes them; empty ones are left out.
    pub fn new<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        let words =
            |phrase: &str| phrase.split_whitespace().map(clean).filter(|word| !word.is_empty()).collect();
        Self {
            phrases: phrases.into_iter().map(words).filter(|words: &Vec<String>| !words.is_empty()).collect(),
        }
    }

    /// The phrases, one text each.
    pub fn texts(&self) -> Vec<String> {
        self.phrases.iter().map(|words| words.join(" ")).collect()
    }

    /// These phrases and others.
    pub fn and(&self, others: &[String]) -> Self {
        let mut all = self.clone();
        all.phrases.extend(Self::new(others.iter().map(String::as_str)).phrases);
        all
    }

    /// Whether the words end in the beginning of a wake phrase, or in a whole one.
    pub fn is_begun<S: AsRef<str>>(&self, words: &[S]) -> bool {
        let ends_in = |part: &[String]| {
            let from = words.len().checked_sub(part.len());
            from.is_some_and(|from| {
                words[from..].iter().zip(part).all(|(word, wanted)| word.as_ref() == wanted)
            })
        };
        self.phrases.iter().any(|phrase| (1..=phrase.len()).any(|length| ends_in(&phrase[..length])))
    }

    /// What follows the last wake phrase of `words`: the index of the first word after it.
    pub fn find<S: AsRef<str>>(&self, words: &[S]) -> Option<usize> {
        self.find_span(words).map(|span| span.end)
    }

    /// What was said to the assistant: from the wake phrase on, and all of it where there is none.
    pub fn addressed(&self, text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        let start = self.find_span(&words).map_or(0, |span| span.start);
        words[start..].join(" ")
    }

    /// Where the last wake phrase of `words` stands.
    ///
    /// The last one counts, because people who are not heard at once say it again.
    pub fn find_span<S: AsRef<str>>(&self, words: &[S]) -> Option<Range<usize>> {
        let matches_at = |start: usize, phrase: &[String]| {
            let heard = words.get(start..start + phrase.len())?;
            heard
                .iter()
                .zip(phrase)
                .all(|(word, wanted)| word.as_ref() == wanted)
                .then_some(start + phrase.len())
        };
        let end = |start| self.phrases.iter().filter_map(move |phrase| matches_at(start, phrase)).max();
        (0..words.len()).rev().find_map(|start| end(start).map(|end| start..end))
    }
}

fn clean(word: &str) -> String {
    word.to_lowercase().trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(text: &str) -> Option<String> {
        let wake = WakePhrases::new(["Hey, Room!", "okay room", ""]);
        let words: Vec<&str> = text.split(' ').collect();
        wake.find(&words).map(|at| words[at..].join(" "))
    }

    #[test]
    fn the_beginning_of_a_wake_phrase_is_one() {
        let wake = WakePhrases::new(["hey room", "okay dear room"]);
        let is_begun = |text: &str| wake.is_begun(&text.split_whitespace().collect::<Vec<_>>());
        for text in ["hey", "and so hey", "okay dear", "[unk] okay", "hey room"] {
            assert!(is_begun(text), "{text}");
        }
        for text in ["", "room", "hey you", "dear", "hey room mute"] {
            assert!(!is_begun(text), "{text}");
        }
    }

    #[test]
    fn what_follows_the_wake_phrase_is_the_command() {
        assert_eq!(command("hey room call john smith").as_deref(), Some("call john smith"));
        assert_eq!(command("[unk] okay room hang up").as_deref(), Some("hang up"));
        assert_eq!(command("hey room").as_deref(), Some(""));
        assert_eq!(command("hey room hey room mute").as_deref(), Some("mute"));
        assert_eq!(command("hey john call the room"), None);
    }

    #[test]
    fn what_people_say_to_each_other_is_not_said_to_the_assistant() {
        let wake = WakePhrases::new(["hey room"]);
        assert_eq!(wake.addressed("the budget is bad hey room volume cup"), "hey room volume cup");
        assert_eq!(wake.addressed("volume cup"), "volume cup", "it was awake");
    }
}
