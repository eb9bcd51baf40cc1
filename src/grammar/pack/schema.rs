//! The names of all keys, for strict reading.

pub(super) const FILE: &[&str] = &[
    "language",
    "settings",
    "intents",
    "lists",
    "expansion_rules",
    "skip_words",
    "responses",
    "tests",
    "help",
    "extends",
    "wake_phrases",
    "heard_as",
];
/// What a file with nothing but tests may have.
pub(super) const TEST_FILE: &[&str] = &["language", "lists", "tests"];
pub(super) const SETTINGS: &[&str] = &["ignore_whitespace", "filter_with_regex"];
pub(super) const INTENT: &[&str] = &[
    "data",
    "actions",
    "undo",
    "confirm",
    "early",
    "wake",
    "tolerance",
    "confidence",
    "requires_context",
    "excludes_context",
    "response",
    "metadata",
    "help",
    "description",
    "common",
];
pub(super) const PLURAL: &[&str] = &["plural", "zero", "one", "two", "few", "many", "other"];
pub(super) const BLOCK: &[&str] = &[
    "sentences",
    "slots",
    "requires_context",
    "excludes_context",
    "expansion_rules",
    "lists",
    "required_keywords",
    "response",
    "metadata",
    "settings",
    "actions",
    "undo",
    "confirm",
    "early",
    "wake",
    "tolerance",
    "confidence",
    // Notes of the packs of Home Assistant to their readers.
    "example",
    "name_domains",
    "inferred_domain",
];
pub(super) const LIST: &[&str] = &["values", "range", "wildcard", "source", "digit_string", "description"];
pub(super) const VALUE: &[&str] = &["in", "out", "context", "metadata"];
pub(super) const RANGE: &[&str] =
    &["from", "to", "step", "type", "multiplier", "fractions", "digits", "words", "words_language"];
pub(super) const DIGITS: &[&str] = &["min", "max", "words_language"];
pub(super) const CONTEXT: &[&str] = &["value", "slot"];
pub(super) const TEST: &[&str] = &["sentences", "intent", "slots", "context", "response"];
pub(super) const ACTION: &[&str] = &[
    "room", "do", "params", "say", "earcon", "wait", "shell", "http", "method", "headers", "body", "timeout",
    "when",
];
