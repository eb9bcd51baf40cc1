//! Small words and what their loss or addition costs. Data is in `data/small_words.txt`.
//!
//! Costs are in thousandths, so that sums do not depend on the order of adding.

use std::collections::HashMap;
use std::sync::OnceLock;

const DATA: &str = include_str!("../data/small_words.txt");

/// More than any limit: what must not happen.
pub(super) const NEVER: u32 = 1_000_000;

/// How much of the meaning a word carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    /// Nothing.
    Filler,
    /// An article or the like.
    Article,
    /// Little.
    Function,
    /// It turns the meaning round, or is the recogniser's sign for speech that it could not read.
    Sacred,
    /// A number: never dropped, never made up.
    Number,
    /// The meaning itself.
    #[default]
    Content,
}

impl Kind {
    /// The cost of a word that was heard but is not in the sentence.
    pub(super) fn extra(self) -> u32 {
        match self {
            Self::Filler => 80,
            Self::Article => 200,
            Self::Function => 320,
            Self::Sacred | Self::Number | Self::Content => NEVER,
        }
    }

    /// The cost of a word of the sentence that was not heard.
    pub(super) fn missing(self) -> u32 {
        match self {
            Self::Filler => 80,
            Self::Article => 150,
            Self::Function => 300,
            Self::Sacred | Self::Number | Self::Content => NEVER,
        }
    }

    /// Whether leaving the word out is thinkable.
    pub(super) fn is_small(self) -> bool {
        matches!(self, Self::Filler | Self::Article | Self::Function)
    }
}

/// The small words of one language.
#[derive(Debug, Default)]
pub(super) struct SmallWords(HashMap<&'static str, Kind>);

impl SmallWords {
    /// Those of a language; none for most.
    pub(super) fn of(language: &str) -> &'static Self {
        static ALL: OnceLock<HashMap<&'static str, SmallWords>> = OnceLock::new();
        static NONE: OnceLock<SmallWords> = OnceLock::new();
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        ALL.get_or_init(read).get(primary).unwrap_or_else(|| NONE.get_or_init(SmallWords::default))
    }

    pub(super) fn kind(&self, word: &str) -> Kind {
        if word.contains(['[', '<']) {
            return Kind::Sacred;
        }
        if word.bytes().any(|byte| byte.is_ascii_digit()) {
            return Kind::Number;
        }
        self.0.get(word).copied().unwrap_or_default()
    }
}

fn read() -> HashMap<&'static str, SmallWords> {
    let mut all: HashMap<&'static str, SmallWords> = HashMap::new();
    let mut language = "";
    for line in DATA.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            language = name;
        } else if let Some((kind, words)) = line.split_once(':') {
            let kind = match kind {
                "filler" => Kind::Filler,
                "article" => Kind::Article,
                "function" => Kind::Function,
                _ => Kind::Sacred,
            };
            let known = &mut all.entry(language).or_default().0;
            for word in words.split_whitespace() {
                // A word with two jobs keeps the weightier one, which stands later in the file.
                known.insert(word, kind);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_is_read() {
        let kinds = ["filler:", "article:", "function:", "negation:"];
        for line in DATA.lines().filter(|line| !line.starts_with(['#', '['])) {
            assert!(kinds.iter().any(|kind| line.starts_with(kind)), "{line}");
        }
        assert_eq!(SmallWords::of("en-GB").kind("the"), Kind::Article);
        assert_eq!(SmallWords::of("ru").kind("не"), Kind::Sacred);
        assert_eq!(SmallWords::of("xx").kind("the"), Kind::Content);
        assert_eq!(SmallWords::of("en").kind("[unk]"), Kind::Sacred);
    }

    #[test]
    fn particles_that_tell_commands_apart_are_no_small_words() {
        for word in ["on", "off", "in", "out", "up", "down", "left", "right", "everyone", "all"] {
            assert!(!SmallWords::of("en").kind(word).is_small(), "{word}");
        }
    }
}
