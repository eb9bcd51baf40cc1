//! The words that a model can hear.

use std::{collections::HashSet, fs::File, io::BufReader};

use super::{Layout, ModelError, openfst};

/// The words of a model. Everything else cannot be heard: libvosk drops such a word from a phrase without a word.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: HashSet<Box<str>>,
}

impl Vocabulary {
    /// Reads the words of the model: from `words.txt`, or from the graph where there is no such file.
    ///
    /// # Errors
    ///
    /// [`ModelError`] when the file cannot be read.
    pub fn read(layout: &Layout) -> Result<Self, ModelError> {
        if let Some(path) = &layout.words {
            let text = std::fs::read_to_string(path)
                .map_err(|source| ModelError::Unreadable { file: path.clone(), source })?;
            return Ok(text.lines().filter_map(|line| line.split_whitespace().next()).collect());
        }
        let Some(path) = &layout.grammar_graph else { return Ok(Self::default()) };
        let read = File::open(path).and_then(|file| openfst::read_header(BufReader::new(file)));
        let header = read.map_err(|source| ModelError::Unreadable { file: path.clone(), source })?;
        Ok(header.output_symbols.unwrap_or_default().iter().map(String::as_str).collect())
    }

    /// Whether the model knows `word` (lower case, as the recogniser writes it).
    pub fn contains(&self, word: &str) -> bool {
        // Without a word list, nothing can be said against a word.
        self.words.is_empty() || self.words.contains(word)
    }

    /// All words, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(AsRef::as_ref)
    }

    /// How many words the model knows; 0 if it does not tell.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether the model does not tell its words.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

impl<'a> FromIterator<&'a str> for Vocabulary {
    fn from_iter<I: IntoIterator<Item = &'a str>>(words: I) -> Self {
        // Marks such as <eps>, <s>, #0 are no words.
        let words = words.into_iter().filter(|word| !word.starts_with(['<', '#']));
        Self { words: words.map(Box::from).collect() }
    }
}
