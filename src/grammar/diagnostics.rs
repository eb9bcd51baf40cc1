//! What is wrong with a grammar, and where: errors and warnings with file, line, column, the source line and a
//! way out. Knows nothing of grammars themselves.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A text file of a pack, kept for messages that quote it.
pub struct Source {
    /// The path as the user gave it, or the name of a bundled file.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// The file that it was read from; none for what is inside the program or came from elsewhere.
    pub file: Option<PathBuf>,
    /// Made when a place is first looked up.
    marks: OnceLock<Marks>,
}

/// Where lines and columns are in a text, so that looking up thousands of places takes no time even if the whole file
/// is one line.
struct Marks {
    /// Byte and character at which each line begins.
    lines: Vec<(usize, usize)>,
    /// The byte of every [`STRIDE`]th character.
    characters: Vec<usize>,
}

const STRIDE: usize = 256;

impl Source {
    /// A text that is no file: inside the program, given on the command line.
    pub fn text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), file: None, marks: OnceLock::new() }
    }

    /// The text of a file.
    pub fn file(path: &Path, text: impl Into<String>) -> Self {
        let (name, file) = (path.display().to_string(), Some(path.to_owned()));
        Self { name, text: text.into(), file, marks: OnceLock::new() }
    }

    fn marks(&self) -> &Marks {
        self.marks.get_or_init(|| {
            let mut marks = Marks { lines: vec![(0, 0)], characters: Vec::new() };
            for (number, (at, c)) in self.text.char_indices().enumerate() {
                if number % STRIDE == 0 {
                    marks.characters.push(at);
                }
                if c == '\n' {
                    marks.lines.push((at + 1, number + 1));
                }
            }
            marks
        })
    }

    /// The text from a line and column, both from 1, to the end of that line.
    fn rest_of_line(&self, line: usize, column: usize) -> &str {
        let marks = self.marks();
        let Some((start, first)) = marks.lines.get(line.saturating_sub(1)) else { return "" };
        let wanted = first + column.saturating_sub(1);
        let end = marks.lines.get(line).map_or(self.text.len(), |(next, _)| next - 1);
        let from = marks.characters.get(wanted / STRIDE).copied().unwrap_or(self.text.len());
        let at = self.text[from..]
            .char_indices()
            .nth(wanted % STRIDE)
            .map_or(self.text.len(), |(at, _)| from + at);
        let rest = self.text.get(at.max(*start)..end).unwrap_or_default();
        rest.strip_suffix('\r').unwrap_or(rest)
    }
}

impl fmt::Debug for Source {
    /// Without the text: places are part of what is printed while looking for faults.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A place in a source file.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file.
    pub source: Arc<Source>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// The place `offset` characters further right on the line.
    #[must_use]
    pub fn right(&self, offset: usize) -> Self {
        Self { column: self.column + offset, ..self.clone() }
    }

    /// The text of the line.
    pub fn line_text(&self) -> &str {
        self.source.rest_of_line(self.line, 1)
    }

    /// The text of the line from here on.
    pub fn rest_of_line(&self) -> &str {
        self.source.rest_of_line(self.line, self.column)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.source.name, self.line, self.column)
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Works, but probably not as meant.
    Warning,
    /// The pack cannot be used.
    Error,
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// Where; none when it concerns no place in a file (a missing directory).
    pub place: Option<Place>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `place`.
    pub fn error(place: &Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, place: Some(place.clone()), message: message.into(), help: None }
    }

    /// A warning at `place`.
    pub fn warning(place: &Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, place: Some(place.clone()), message: message.into(), help: None }
    }

    /// An error that concerns no place in a file.
    pub fn general(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, place: None, message: message.into(), help: None }
    }

    /// A warning that concerns no place in a file.
    pub fn general_warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::general(message) }
    }

    /// Adds the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        match &self.place {
            None => write!(f, "{severity}: {}", self.message)?,
            Some(place) => {
                write!(f, "{place}: {severity}: {}", self.message)?;
                let (line, column) = excerpt(place.line_text(), place.column);
                if !line.trim().is_empty() {
                    let number = place.line.to_string();
                    // Tabs stay tabs under the line, so that the caret stands where the editor shows it.
                    let caret: String = line
                        .chars()
                        .chain(std::iter::repeat(' '))
                        .take(column.saturating_sub(1))
                        .map(|c| if c == '\t' { '\t' } else { ' ' })
                        .collect();
                    write!(f, "\n {number} | {line}\n {:width$} | {caret}^", "", width = number.len())?;
                }
            }
        }
        if let Some(help) = &self.help {
            write!(f, "\n help: {help}")?;
        }
        Ok(())
    }
}

/// The part of a long line around a column, and the column in it.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    const WIDTH: usize = 160;
    let length = line.chars().count();
    if length <= WIDTH {
        return (line.to_owned(), column);
    }
    let start = column.saturating_sub(WIDTH / 2).min(length - WIDTH);
    let mut part: String = line.chars().skip(start).take(WIDTH).collect();
    let mut shift = 0;
    if start > 0 {
        part.insert(0, '…');
        shift = 1;
    }
    if start + WIDTH < length {
        part.push('…');
    }
    (part, column - start + shift)
}

/// Everything that is wrong with a pack. An error type when it holds at least one error.
#[derive(Debug, Clone, Default, thiserror::Error)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one, unless the same has been said of the same place.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let place = |it: &Diagnostic| {
            it.place.as_ref().map(|place| (Arc::as_ptr(&place.source), place.line, place.column))
        };
        let new = place(&diagnostic);
        let said = |it: &Diagnostic| place(it) == new && it.message == diagnostic.message;
        if !self.items.iter().any(said) {
            self.items.push(diagnostic);
        }
    }

    /// All of them, in the order found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.items.iter()
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether the pack cannot be used.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many there are of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.items.iter().filter(|item| item.severity == severity).count()
    }

    /// Keeps those for which `keep` holds.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.items.retain(keep);
    }

    /// Takes over those of `other`.
    pub fn append(&mut self, other: Self) {
        other.items.into_iter().for_each(|item| self.push(item));
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { items: vec![diagnostic] }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, item) in self.items.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{item}")?;
        }
        Ok(())
    }
}

/// The name in `known` that `name` was probably meant to be.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= (name.chars().count().max(candidate.chars().count()) / 3).max(1)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean ...?" or, when nothing is near, the list of what is known.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(name, known.clone()) {
        return format!("did you mean `{near}`?");
    }
    let mut all: Vec<&str> = known.into_iter().collect();
    all.sort_unstable();
    all.dedup();
    if all.is_empty() { "none is defined".to_owned() } else { format!("known are: {}", all.join(", ")) }
}
