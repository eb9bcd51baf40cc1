//! What is dialled into a telephone conference may be its PIN: nobody may read it in a log or among the decisions.

use serde_json::{Map, Value};

use crate::grammar::{ActionKind, Match, numbers};

/// What stands in the place of what nobody may read.
const NOT_LOGGED: &str = "(not logged)";
/// So many digits in a row may be a PIN; fewer are a slide, a volume, a monitor.
const PIN: usize = 3;

/// Whether the command dials tones.
pub(super) fn dials(found: &Match) -> bool {
    found.actions.iter().any(|action| match &action.kind {
        ActionKind::Do { name, .. } => name == "send_tones",
        ActionKind::Room { method, .. } => method == "toneDial",
        _ => false,
    })
}

/// What was said in each slot, as it may be read.
pub(super) fn loggable_slots(found: &Match) -> Vec<(String, String)> {
    let secret = dials(found);
    let text = |text: &str| if secret { NOT_LOGGED.to_owned() } else { text.to_owned() };
    found.slots.iter().map(|(name, slot)| (name.clone(), text(&slot.text))).collect()
}

/// The parameters of a request, as they may be read.
pub(super) fn loggable(method: &str, params: &Map<String, Value>) -> Map<String, Value> {
    let mut params = params.clone();
    if method == "toneDial" {
        params.insert("symbol".to_owned(), Value::from(NOT_LOGGED));
    }
    params
}

/// What was said and came to nothing, so that nobody knows whether it was dialled: rows of digits are left out.
pub(super) fn without_pins(language: &str, words: &[&str]) -> Vec<String> {
    let known = numbers::digit_words(language);
    let is_digit = |word: &str| {
        known.digits.iter().any(|(digit, _)| digit == word)
            || known.repeats.iter().any(|(repeat, _)| repeat == word)
            || word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let rows = words.chunk_by(|one, other| is_digit(one) == is_digit(other));
    rows.flat_map(|row| {
        let secret = row.len() >= PIN && row.first().is_some_and(|word| is_digit(word));
        let shown = if secret { vec![NOT_LOGGED] } else { row.to_vec() };
        shown.into_iter().map(str::to_owned)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tones_are_not_logged() {
        let Value::Object(params) = json!({"symbol": "7", "callId": "ann"}) else { panic!() };
        let logged = Value::from(loggable("toneDial", &params));
        assert_eq!(logged, json!({"symbol": "(not logged)", "callId": "ann"}));
        assert_eq!(loggable("call", &params), params);
    }

    #[test]
    fn rows_of_digits_are_left_out_of_what_came_to_nothing() {
        let shown = |language: &str, text: &str| {
            without_pins(language, &text.split(' ').collect::<Vec<_>>()).join(" ")
        };
        assert_eq!(shown("en", "press double five oh one please"), "press (not logged) please");
        assert_eq!(shown("de", "wähle eins zwo drei"), "wähle (not logged)");
        assert_eq!(shown("en", "show slide two five"), "show slide two five");
        assert_eq!(shown("en", "hang up"), "hang up");
    }
}
