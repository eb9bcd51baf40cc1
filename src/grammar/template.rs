//! The notation of a sentence template: text into a tree. Knows the brackets, not what lists and rules contain.

/// A part of a template, with the byte range it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What it is.
    pub kind: Kind,
    /// Byte offset in the template where it begins.
    pub start: usize,
}

/// The kinds of parts.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Literal text; spaces at its ends count.
    Text(String),
    /// All of them in this order.
    Sequence(Vec<Part>),
    /// One of them; nothing at all if `optional` and none fits.
    Alternatives {
        /// The branches, in the order written.
        branches: Vec<Part>,
        /// Written with square brackets.
        optional: bool,
    },
    /// All of them in any order.
    Permutation(Vec<Part>),
    /// `{list}`, `{list:slot}`, `{from..to,step:slot}`, `{list:@capture}`.
    List(ListUse),
    /// `<rule>`.
    Rule(String),
}

/// A list reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListUse {
    /// The list's name; for an inline range what stands before the colon.
    pub list: String,
    /// The slot or capture that takes the value.
    pub slot: String,
    /// Only a capture: usable in the reply, no slot.
    pub capture: bool,
    /// An inline range `from..to,step`.
    pub range: Option<(i64, i64, i64)>,
}

/// Why a template cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: String,
    /// Byte offset in the template.
    pub offset: usize,
}

/// Deeper nesting than this is a mistake (or an attack), not a sentence.
const MAX_DEPTH: usize = 48;
/// More parts in any order than this would mean millions of sentences.
const MAX_PERMUTATION: usize = 8;

/// Reads a template.
///
/// # Errors
///
/// Unbalanced or empty brackets, a backslash at the end, `|` and `;` in one group, too deep nesting.
pub fn parse(template: &str) -> Result<Part, TemplateError> {
    let mut parser = Parser { text: template, at: 0 };
    if template.trim().is_empty() {
        return Err(parser.error(0, "an empty sentence", "write the words to be spoken, or remove the line"));
    }
    let part = parser.group(0, None, 0)?;
    Ok(part)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    #[expect(clippy::unused_self, reason = "reads better at the many call sites")]
    fn error(&self, offset: usize, message: impl Into<String>, help: impl Into<String>) -> TemplateError {
        TemplateError { message: message.into(), help: help.into(), offset }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// Reads the inside of a group up to `close` (or the end of the template).
    fn group(&mut self, start: usize, close: Option<char>, depth: usize) -> Result<Part, TemplateError> {
        if depth > MAX_DEPTH {
            return Err(self.error(
                start,
                format!("brackets nested more than {MAX_DEPTH} deep"),
                "move inner parts to rules under `expansion_rules`",
            ));
        }
        let mut branches = Vec::new();
        let mut items: Vec<Part> = Vec::new();
        let mut text = String::new();
        let mut text_start = self.at;
        let mut branch_start = self.at;
        let mut separator: Option<char> = None;
        let inside = self.at;
        loop {
            let here = self.at;
            let Some(c) = self.peek() else {
                if close.is_some() {
                    let open = &self.text[start..=start];
                    return Err(self.error(
                        start,
                        format!("`{open}` is never closed"),
                        format!("add the closing bracket, or write \\{open} for the character itself"),
                    ));
                }
                break;
            };
            self.at += c.len_utf8();
            if !matches!(c, '(' | '[' | '{' | '<' | '|' | ';' | ')' | ']' | '}' | '>') {
                if text.is_empty() {
                    text_start = here;
                }
                if c == '\\' {
                    let Some(escaped) = self.peek() else {
                        return Err(self.error(
                            here,
                            "a backslash at the end escapes nothing",
                            "remove it, or write \\\\ for a backslash",
                        ));
                    };
                    self.at += escaped.len_utf8();
                    text.push(escaped);
                } else {
                    text.push(c);
                }
                continue;
            }
            if !text.is_empty() {
                items.push(Part { kind: Kind::Text(std::mem::take(&mut text)), start: text_start });
            }
            match c {
                '(' => {
                    let inner = self.group(here, Some(')'), depth + 1)?;
                    // A list in brackets is a group: it makes a difference for free text at the end of a sentence.
                    items.push(match inner.kind {
                        Kind::List(_) => Part { kind: Kind::Sequence(vec![inner]), start: here },
                        _ => inner,
                    });
                }
                '[' => {
                    let inner = self.group(here, Some(']'), depth + 1)?;
                    let branches = match inner.kind {
                        Kind::Alternatives { branches, optional: false } => branches,
                        kind => vec![Part { kind, start: here + 1 }],
                    };
                    items.push(Part { kind: Kind::Alternatives { branches, optional: true }, start: here });
                }
                '{' => items.push(self.list(here)?),
                '<' => items.push(self.rule(here)?),
                '|' | ';' => {
                    if separator.is_some_and(|other| other != c) {
                        return Err(self.error(
                            here,
                            "`|` and `;` in one group: alternatives and any order cannot be mixed",
                            "put one of them in brackets of its own, such as (a|(b;c))",
                        ));
                    }
                    separator = Some(c);
                    branches.push(sequence(std::mem::take(&mut items), branch_start));
                    branch_start = self.at;
                }
                _ if Some(c) == close => {
                    // A space is something: "wie[ ]viele".
                    if inside == here {
                        return Err(self.error(
                            start,
                            format!("`{}` is empty", &self.text[start..self.at]),
                            "write what may be said there, or remove the brackets",
                        ));
                    }
                    return finish(branches, items, separator, start, branch_start).map_err(|count| {
                        self.error(
                            start,
                            format!("{count} parts in any order: that are too many"),
                            format!("at most {MAX_PERMUTATION} parts may be separated by `;`"),
                        )
                    });
                }
                _ => {
                    return Err(self.error(
                        here,
                        match close {
                            Some(close) => format!("`{c}` where `{close}` was expected"),
                            None => format!("`{c}` closes nothing"),
                        },
                        format!("check the brackets, or write \\{c} for the character itself"),
                    ));
                }
            }
        }
        if !text.is_empty() {
            items.push(Part { kind: Kind::Text(text), start: text_start });
        }
        finish(branches, items, separator, start, branch_start).map_err(|count| {
            self.error(
                start,
                format!("{count} parts in any order: that are too many"),
                format!("at most {MAX_PERMUTATION} parts may be separated by `;`"),
            )
        })
    }

    /// Reads up to `close`, which ends a list or rule reference.
    fn reference(&mut self, start: usize, close: char) -> Result<String, TemplateError> {
        let rest = &self.text[self.at..];
        let (open, what) = if close == '}' { ('{', "list") } else { ('<', "rule") };
        let Some(length) = rest.find(close) else {
            return Err(self.error(
                start,
                format!("`{open}` is never closed"),
                format!("add `{close}` after the {what}'s name, or write \\{open} for the character itself"),
            ));
        };
        let inside = &rest[..length];
        if let Some(odd) = inside.find(['(', ')', '[', ']', '{', '<', '>', '}', '|', ';', '\\']) {
            return Err(self.error(
                self.at + odd,
                format!("`{}` in the name of a {what}", &inside[odd..=odd]),
                format!("close the {what} with `{close}` first"),
            ));
        }
        let name = inside.trim();
        if name.is_empty() {
            return Err(self.error(
                start,
                format!("`{open}{close}` names no {what}"),
                format!("write a {what}'s name between the brackets"),
            ));
        }
        self.at += length + 1;
        Ok(name.to_owned())
    }

    fn rule(&mut self, start: usize) -> Result<Part, TemplateError> {
        Ok(Part { kind: Kind::Rule(self.reference(start, '>')?), start })
    }

    fn list(&mut self, start: usize) -> Result<Part, TemplateError> {
        let inside = self.reference(start, '}')?;
        let (list, slot) = match inside.split_once(':') {
            Some((list, slot)) => (list.trim(), Some(slot.trim())),
            None => (inside.as_str(), None),
        };
        let (list, mut capture) = match list.strip_prefix('@') {
            Some(list) => (list, true),
            None => (list, false),
        };
        let slot = match slot {
            Some(slot) => match slot.strip_prefix('@') {
                Some(slot) => {
                    capture = true;
                    slot
                }
                None => slot,
            },
            None => list,
        };
        if list.is_empty() || slot.is_empty() {
            let missing = if list.is_empty() { "list" } else { "slot" };
            return Err(self.error(
                start,
                format!("`{{{inside}}}` names no {missing}"),
                "write {list} or {list:slot}",
            ));
        }
        let range = if inside.contains(':') { inline_range(list) } else { None };
        let used = ListUse { list: list.to_owned(), slot: slot.to_owned(), capture, range };
        Ok(Part { kind: Kind::List(used), start })
    }
}

fn sequence(mut items: Vec<Part>, start: usize) -> Part {
    if items.len() == 1
        && let Some(only) = items.pop()
    {
        return only;
    }
    Part { kind: Kind::Sequence(items), start }
}

fn finish(
    mut branches: Vec<Part>,
    items: Vec<Part>,
    separator: Option<char>,
    start: usize,
    branch_start: usize,
) -> Result<Part, usize> {
    let last = sequence(items, branch_start);
    let kind = match separator {
        None => return Ok(Part { start, ..last }),
        Some(';') => {
            branches.push(last);
            if branches.len() > MAX_PERMUTATION {
                return Err(branches.len());
            }
            Kind::Permutation(branches)
        }
        Some(_) => {
            branches.push(last);
            Kind::Alternatives { branches, optional: false }
        }
    };
    Ok(Part { kind, start })
}

/// `from..to` or `from..to,step`.
fn inline_range(text: &str) -> Option<(i64, i64, i64)> {
    let (range, step) = match text.split_once(',') {
        Some((range, step)) => (range, step.trim().parse().ok()?),
        None => (text, 1),
    };
    let (from, to) = range.split_once("..")?;
    Some((from.trim().parse().ok()?, to.trim().parse().ok()?, step))
}

/// Whether a list's name looks like a range whose slot was forgotten.
pub fn looks_like_range(name: &str) -> bool {
    inline_range(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(template: &str) -> (usize, String) {
        match parse(template) {
            Err(error) => (error.offset, error.message),
            Ok(part) => panic!("{template:?} was read as {part:?}"),
        }
    }

    #[test]
    fn the_forms_of_the_notation() {
        let Ok(Part { kind: Kind::Sequence(items), .. }) = parse("end [the|this] (a;b) {x:y} <r> \\[z\\]")
        else {
            panic!("not a sequence")
        };
        assert!(
            matches!(&items[1].kind, Kind::Alternatives { branches, optional: true } if branches.len() == 2)
        );
        assert!(matches!(&items[3].kind, Kind::Permutation(parts) if parts.len() == 2));
        assert!(matches!(&items[5].kind, Kind::List(used) if used.list == "x" && used.slot == "y"));
        assert!(matches!(&items[7].kind, Kind::Rule(name) if name == "r"));
        assert_eq!(items[8].kind, Kind::Text(" [z]".into()));
    }

    #[test]
    fn ranges_and_captures() {
        let used = |template: &str| match parse(template).map(|part| part.kind) {
            Ok(Kind::List(used)) => used,
            other => panic!("{other:?}"),
        };
        assert_eq!(used("{0..100:level}").range, Some((0, 100, 1)));
        assert_eq!(used("{-10..60,10:min}").range, Some((-10, 60, 10)));
        assert_eq!(used("{1..2}").range, None, "a range needs a slot");
        assert!(used("{@x}").capture && used("{x:@y}").capture);
        assert_eq!(used("{a:b:c}").slot, "b:c");
    }

    #[test]
    fn empty_alternatives_are_legal() {
        for template in ["(|a)", "(a|)", "a||b", "(a|(b|))"] {
            assert!(parse(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn errors_point_at_the_character() {
        assert_eq!(fails("call (a").0, 5);
        assert_eq!(fails("a]").0, 1);
        assert_eq!(fails("[a|b)").0, 4);
        assert_eq!(fails("(a]").0, 2);
        assert_eq!(fails("x {y").0, 2);
        assert_eq!(fails("x\\").0, 1);
        assert_eq!(fails("{ é(x}").0, "{ é".len());
        assert_eq!(fails("a (b|c;d)").0, 6);
        for empty in ["()", "[]", "{}", "<>", "", "  "] {
            fails(empty);
        }
        assert!(parse("day[ ]light").is_ok());
        fails(&"(".repeat(100_000));
        fails("(a;b;c;d;e;f;g;h;i)");
    }
}
