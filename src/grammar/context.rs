//! Conditions on the context: which blocks are valid now.

use serde_json::Value;

use super::outcome::{Context, Slot};
use super::pack::{ContextRule, Expect};

/// What is known about a block's conditions before a sentence is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All conditions hold, whatever a list value adds.
    Holds,
    /// A list value may still decide.
    Open,
    /// A condition is violated, whatever a list value adds.
    Violated,
}

/// Judges conditions by the caller's context alone.
pub(super) fn before(requires: &[ContextRule], excludes: &[ContextRule], context: &Context) -> Verdict {
    let mut verdict = Verdict::Holds;
    for rule in requires {
        match context.get(&rule.key) {
            None => verdict = Verdict::Open,
            Some(value) if rule.expect == Expect::Present && inner(value).is_null() => {
                verdict = Verdict::Open
            }
            Some(value) if holds(&rule.expect, value) => {}
            Some(_) => return Verdict::Violated,
        }
    }
    for rule in excludes {
        match context.get(&rule.key) {
            None => verdict = if verdict == Verdict::Holds { Verdict::Open } else { verdict },
            Some(value) if excluded(&rule.expect, value) => return Verdict::Violated,
            Some(_) => {}
        }
    }
    verdict
}

/// Whether nothing in the context of a list value is against the conditions.
pub(super) fn allows(requires: &[ContextRule], excludes: &[ContextRule], context: &Context) -> bool {
    requires.iter().all(|rule| context.get(&rule.key).is_none_or(|value| holds(&rule.expect, value)))
        && !is_excluded(excludes, context)
}

fn is_excluded(excludes: &[ContextRule], context: &Context) -> bool {
    excludes.iter().any(|rule| context.get(&rule.key).is_some_and(|value| excluded(&rule.expect, value)))
}

/// Judges conditions by the whole context.
pub(super) fn after(requires: &[ContextRule], excludes: &[ContextRule], context: &Context) -> bool {
    requires.iter().all(|rule| holds(&rule.expect, context.get(&rule.key).unwrap_or(&Value::Null)))
        && !is_excluded(excludes, context)
}

/// Whether whatever `required` asks for is what `excluded` forbids: both stand on the same key.
pub(super) fn contradicts(required: &ContextRule, forbidden: &ContextRule) -> bool {
    let never = |value: &Value| excluded(&forbidden.expect, value);
    match &required.expect {
        // All values but one are enough, and any value is.
        Expect::Present => false,
        Expect::Equal(value) => never(value),
        Expect::OneOf(values) => !values.is_empty() && values.iter().all(never),
    }
}

/// A condition that keeps a sentence from being valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// Which, and what is the case instead, as the end of a sentence: "needs `in_call` to be true, which is false".
    pub what: String,
    /// The fact is not given, so that it could still turn out either way.
    pub open: bool,
}

/// The conditions that the whole context does not meet; none exactly where [`after`] holds.
pub(super) fn unmet(requires: &[ContextRule], excludes: &[ContextRule], context: &Context) -> Vec<Unmet> {
    let mut all = Vec::new();
    for rule in requires {
        let value = context.get(&rule.key).map(inner).filter(|value| !value.is_null());
        if holds(&rule.expect, value.unwrap_or(&Value::Null)) {
            continue;
        }
        let is = value.map_or_else(|| "not given".to_owned(), ToString::to_string);
        let what = format!("needs `{}` to be {}, which is {is}", rule.key, wanted(&rule.expect));
        all.push(Unmet { what, open: value.is_none() });
    }
    for rule in excludes {
        if let Some(value) = context.get(&rule.key).filter(|value| excluded(&rule.expect, value)) {
            let what = format!("must not be said while `{}` is {}", rule.key, inner(value));
            all.push(Unmet { what, open: false });
        }
    }
    all
}

/// What a condition asks for, in words.
pub(super) fn wanted(expect: &Expect) -> String {
    match expect {
        Expect::Present => "known".to_owned(),
        Expect::Equal(value) => value.to_string(),
        Expect::OneOf(values) => values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
    }
}

fn holds(expect: &Expect, value: &Value) -> bool {
    let value = inner(value);
    match expect {
        Expect::Present => !value.is_null(),
        Expect::Equal(wanted) => !value.is_null() && equal(wanted, value),
        // `[null, 1]`: not there, or 1.
        Expect::OneOf(wanted) => wanted.iter().any(|wanted| equal(wanted, value)),
    }
}

fn excluded(expect: &Expect, value: &Value) -> bool {
    match expect {
        // Excluding nothing in particular excludes nothing but an explicit null.
        Expect::Present => value.is_null(),
        Expect::Equal(wanted) => equal(wanted, inner(value)),
        Expect::OneOf(wanted) => wanted.iter().any(|wanted| equal(wanted, inner(value))),
    }
}

/// The slot to which a context value is copied; a wrapped one may know how it is called: `{value: v, text: "..."}`.
pub(super) fn slot(value: &Value) -> Slot {
    let text = value.get("text").and_then(Value::as_str).unwrap_or_default();
    Slot::new(text, inner(value).clone())
}

/// A context value may be wrapped: `{value: v, ...}`.
pub(super) fn inner(value: &Value) -> &Value {
    value.as_object().and_then(|map| map.get("value")).unwrap_or(value)
}

/// Equality as the format knows it: 1, 1.0 and true are the same.
fn equal(a: &Value, b: &Value) -> bool {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a == b,
        _ => false,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::Number(number) => number.as_f64(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(expect: Expect) -> [ContextRule; 1] {
        [ContextRule { key: "a".into(), expect, slot: None, place: None }]
    }

    fn context(value: Value) -> Context {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn required_values() {
        let one = rule(Expect::Equal(json!(1)));
        for (given, expected) in [
            (json!({}), false),
            (json!({"a": 1}), true),
            (json!({"a": true}), true),
            (json!({"a": 1.0}), true),
            (json!({"a": "1"}), false),
            (json!({"a": {"value": 1}}), true),
            (json!({"a": [1]}), false),
        ] {
            assert_eq!(after(&one, &[], &context(given.clone())), expected, "{given}");
        }
        let present = rule(Expect::Present);
        assert!(after(&present, &[], &context(json!({"a": false}))));
        assert!(!after(&present, &[], &context(json!({"a": null}))));
        assert!(!after(&present, &[], &context(json!({"a": {"value": null}}))));
        let perhaps = rule(Expect::OneOf(vec![json!(null), json!(1)]));
        for (given, expected) in
            [(json!({}), true), (json!({"a": null}), true), (json!({"a": 1}), true), (json!({"a": 2}), false)]
        {
            assert_eq!(after(&perhaps, &[], &context(given.clone())), expected, "{given}");
        }
    }

    #[test]
    fn a_missing_key_passes_exclusion() {
        let some = rule(Expect::OneOf(vec![json!(1), json!("x")]));
        assert!(after(&[], &some, &context(json!({}))));
        assert!(!after(&[], &some, &context(json!({"a": "x"}))));
        assert_eq!(before(&[], &some, &context(json!({"a": "x"}))), Verdict::Violated);
        assert_eq!(before(&[], &some, &context(json!({}))), Verdict::Open);
    }
}
