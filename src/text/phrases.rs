//! A long list of phrases in little memory.

/// Phrases, each with how often it stands in the list. A book of ten thousand names has a million of them: one text
/// holds them all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phrases {
    text: String,
    /// Where each phrase ends in the text, and how often it is meant.
    ends: Vec<(u32, u32)>,
}

impl Phrases {
    /// Adds a phrase that counts `times` times. What does not fit into 4 GiB is left out.
    pub fn add(&mut self, phrase: &str, times: usize) {
        let end = u32::try_from(self.text.len() + phrase.len());
        if let (Ok(end), 1..) = (end, times) {
            self.text.push_str(phrase);
            self.ends.push((end, u32::try_from(times).unwrap_or(u32::MAX)));
        }
    }

    /// Each phrase with how often it stands in the list.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        let phrase = |(start, (end, times)): (u32, &(u32, u32))| {
            (self.text.get(start as usize..*end as usize).unwrap_or_default(), *times)
        };
        starts.zip(&self.ends).map(phrase)
    }

    /// Each phrase as often as it stands in the list.
    pub fn repeated(&self) -> impl Iterator<Item = &str> {
        self.iter().flat_map(|(phrase, times)| std::iter::repeat_n(phrase, times as usize))
    }

    /// Gives back the memory that more phrases would have taken.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

impl<T: AsRef<str>> Extend<T> for Phrases {
    fn extend<I: IntoIterator<Item = T>>(&mut self, phrases: I) {
        phrases.into_iter().for_each(|phrase| self.add(phrase.as_ref(), 1));
    }
}

impl<T: AsRef<str>> FromIterator<T> for Phrases {
    fn from_iter<I: IntoIterator<Item = T>>(phrases: I) -> Self {
        let mut all = Self::default();
        all.extend(phrases);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let mut phrases: Phrases = ["call ann", "", "mute"].into_iter().collect();
        phrases.add("привет зал", 2);
        phrases.add("never", 0);
        phrases.shrink();
        let all: Vec<(&str, u32)> = phrases.iter().collect();
        assert_eq!(all, [("call ann", 1), ("", 1), ("mute", 1), ("привет зал", 2)]);
        assert_eq!(phrases.repeated().filter(|phrase| *phrase == "привет зал").count(), 2);
        assert_eq!(Phrases::default().iter().count(), 0);
    }
}
