//! Actions as lines of words, for those who type them.

use serde_json::Map;

use super::{ACTIONS, Action, BadAction, bare, parse};

/// Reads a line of words: the name, then the values in their order or as `key=value`. Only what must be
/// there and `who` go by order; the last of them takes what is left. Quotes hold words together.
pub(crate) fn parse_line(line: &str) -> Result<Action, BadAction> {
    let words = split_words(line);
    let Some((name, rest)) = words.split_first() else {
        return Err(BadAction { key: None, message: "say what should happen, or help".into() });
    };
    let spec = ACTIONS.iter().find(|spec| spec.name == name);
    let mut values = Map::new();
    let mut plain: Vec<&str> = Vec::new();
    for word in rest {
        let key = word
            .split_once('=')
            .filter(|(key, _)| spec.is_some_and(|spec| spec.values.iter().any(|value| bare(value) == *key)));
        match key {
            Some((key, value)) => {
                values.insert(key.to_owned(), value.into());
            }
            None => plain.push(word),
        }
    }
    if let Some(spec) = spec {
        let by_order = |value: &&str| !value.ends_with('?') || *value == "who?";
        let mut open: Vec<&str> = spec.values.iter().copied().filter(by_order).map(bare).collect();
        open.retain(|value| !values.contains_key(*value));
        while let Some((key, others)) = open.split_first() {
            let take = if others.is_empty() { plain.len() } else { plain.len().min(1) };
            let taken: Vec<&str> = plain.drain(..take).collect();
            if !taken.is_empty() {
                values.insert((*key).to_owned(), taken.join(" ").into());
            }
            open = others.to_vec();
        }
        if let Some(word) = plain.first() {
            return Err(BadAction { key: None, message: format!("{name} does not need \"{word}\"") });
        }
    }
    parse(name, &values)
}

fn split_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quoted, mut open) = (String::new(), false, false);
    for letter in line.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                open = true;
            }
            letter if letter.is_whitespace() && !quoted => {
                if open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            letter => word.push(letter),
        }
    }
    if open || !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::{Happening, Verdict};

    fn happening(line: &str) -> Happening {
        match parse_line(line) {
            Ok(Action::Happen(happening)) => happening,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_line_gives_values_by_order_or_by_name() {
        let ring = happening("ring Maria Garcia title=\"Weekly meeting\" type=role");
        let wanted = Happening::Ring {
            who: "Maria Garcia".into(),
            kind: 3,
            title: Some("Weekly meeting".into()),
            give_up: None,
        };
        assert_eq!(ring, wanted);
        let message = happening("message \"John Smith\" are you there");
        let wanted =
            Happening::Message { who: "John Smith".into(), text: "are you there".into(), to_all: false };
        assert_eq!(message, wanted);
        let refuse = happening("refuse busy John Smith");
        let verdict = Verdict::parse("busy").expect("a cause");
        assert_eq!(refuse, Happening::Decide { who: Some("John Smith".into()), verdict });
        assert_eq!(happening("leave"), Happening::Leave { who: None });
        assert_eq!(happening("leave anna"), Happening::Leave { who: Some("anna".into()) });
    }

    #[test]
    fn errors_name_the_value_and_the_way_out() {
        let error =
            |line: &str| parse_line(line).map_or_else(|bad| bad.message, |action| format!("{action:?}"));
        assert_eq!(error("rung maria"), "unknown action rung; the nearest is ring");
        assert_eq!(error("ring"), "who is missing");
        assert_eq!(error("ring x type=big"), "type \"big\": must be one, symmetric, asymmetric or role");
        assert!(error("refuse sleepy").contains("no_answer"));
        assert_eq!(error("give_up now"), "give_up does not need \"now\"");
    }
}
