//! One sentence to be matched: its comparison form, and the way back to the speaker's spelling.

use super::{clean_as_said, is_spaceless, squeeze};

/// A sentence, normalised once, matched many times.
#[derive(Debug, Clone)]
pub struct Utterance {
    clean: String,
    folded: String,
    /// Byte offset in `clean` for each byte offset in `folded`; none when they are the same.
    map: Option<Vec<u32>>,
}

impl Utterance {
    /// Normalises `text`. With `squash`, spaces that mean nothing in languages written without them are removed as
    /// well; the original keeps those beside letters of other scripts.
    pub fn new(text: &str, squash: bool) -> Self {
        let clean = clean_as_said(text);
        Self::from_clean(if squash { squeeze(&clean, true) } else { clean }, squash)
    }

    /// As [`Utterance::new`], of a text that is clean already, and [`squeeze`]d between two letters.
    pub fn from_clean(clean: String, squash: bool) -> Self {
        // A dot at the end of a word is no part of what is compared.
        let ends = |at: usize| matches!(clean.as_bytes().get(at + 1), None | Some(b' '));
        if clean.is_ascii() && !clean.match_indices('.').any(|(at, _)| ends(at)) {
            let folded = clean.to_ascii_lowercase();
            return Self { clean, folded, map: None };
        }
        let mut folded = String::with_capacity(clean.len());
        let mut map = Vec::with_capacity(clean.len() + 1);
        let mut same = true;
        let mut before = None;
        for (at, c) in clean.char_indices() {
            if squash && c == ' ' {
                let after = clean[at + 1..].chars().next();
                if before.into_iter().chain(after).any(is_spaceless) {
                    continue;
                }
            }
            if c == '.' && ends(at) {
                continue;
            }
            before = Some(c);
            same &= folded.len() == at;
            folded.push(super::fold_char(c));
            while map.len() < folded.len() {
                map.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        same &= folded.len() == clean.len();
        map.push(u32::try_from(clean.len()).unwrap_or(u32::MAX));
        Self { clean, folded, map: (!same).then_some(map) }
    }

    /// The comparison form.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The text in the speaker's case.
    pub fn clean(&self) -> &str {
        &self.clean
    }

    /// What was said between two byte offsets of the comparison form, trimmed.
    pub fn original(&self, start: usize, end: usize) -> &str {
        let place = |at: usize| match &self.map {
            None => at,
            Some(map) => map.get(at).map_or(self.clean.len(), |&at| at as usize),
        };
        self.clean.get(place(start)..place(end)).unwrap_or_default().trim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_lead_back_to_what_was_said() {
        let sentence = Utterance::new("Call  ÀÉ Straße,", false);
        assert_eq!(sentence.folded(), "call àé straße");
        let start = "call ".len();
        assert_eq!(sentence.original(start, sentence.folded().len()), "ÀÉ Straße");
        let sentence = Utterance::new("Turn the A.C. on.", false);
        assert_eq!(sentence.folded(), "turn the a.c on");
        assert_eq!(sentence.original("turn the ".len(), "turn the a.c".len()), "A.C.");
        // "ẞ" has three bytes and folds to "ß" with two.
        let sentence = Utterance::new("STRAẞE Nord", false);
        assert_eq!(sentence.original("straße ".len(), sentence.folded().len()), "Nord");
    }

    #[test]
    fn without_spaces_between_letters_of_a_script_that_has_none() {
        let sentence = Utterance::new("播放 五 月 天 Taylor Swift 的歌", true);
        assert_eq!(sentence.folded(), "播放五月天taylor swift的歌");
        assert_eq!(sentence.original("播放".len(), "播放五月天".len()), "五月天");
        let (start, end) = ("播放五月".len(), sentence.folded().len() - "歌".len());
        assert_eq!(sentence.original(start, end), "天 Taylor Swift 的");
    }
}
