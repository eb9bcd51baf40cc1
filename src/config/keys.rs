//! Which keys there are: read from the example, so that a key without documentation cannot exist.

use std::{collections::BTreeSet, sync::OnceLock};

use toml::Table;
#[cfg(test)]
use toml::Value;

/// The example with every commented setting switched on.
pub(super) fn full_example() -> String {
    let switched_on = |line: &str| match line.strip_prefix('#') {
        // A setting has no space behind its mark; prose has one, or is empty.
        Some(setting) if setting.starts_with(|c: char| c.is_ascii_lowercase() || c == '[') => {
            setting.to_owned()
        }
        _ => line.to_owned(),
    };
    super::EXAMPLE.lines().map(switched_on).collect::<Vec<_>>().join("\n")
}

/// Every key as a path from the top: `room.server.port`.
pub(super) fn known() -> &'static BTreeSet<String> {
    static KNOWN: OnceLock<BTreeSet<String>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut keys = BTreeSet::new();
        // The tests parse the example; a broken one would only make every key unknown.
        if let Ok(table) = full_example().parse::<Table>() {
            collect("", &table, &mut keys);
        }
        keys
    })
}

fn collect(prefix: &str, table: &Table, keys: &mut BTreeSet<String>) {
    for (key, value) in table {
        let path = format!("{prefix}{key}");
        if let Some(inner) = value.as_table() {
            collect(&format!("{path}."), inner, keys);
        }
        keys.insert(path);
    }
}

/// Whether there is such a setting. In `[models]` the keys are languages.
pub(super) fn is_known(path: &str) -> bool {
    known().contains(path) || path.strip_prefix("models.").is_some_and(|language| !language.contains('.'))
}

/// The known key that `unknown` was most likely meant to be.
pub(super) fn nearest(unknown: &str) -> Option<&'static str> {
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let score = |known: &str| {
        strsim::jaro_winkler(known, unknown).max(strsim::jaro_winkler(&last(known), &last(unknown)))
    };
    let best = known().iter().max_by(|a, b| score(a).total_cmp(&score(b)))?;
    (score(best) > 0.75).then_some(best.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_example_as_shipped_is_the_default() {
        let shipped: Table = crate::config::EXAMPLE.parse().unwrap();
        assert!(shipped.values().all(|v| v.as_table().is_some_and(Table::is_empty)), "{shipped:?}");
    }

    #[test]
    fn every_documented_key_is_taken_and_every_key_is_documented() {
        let full = full_example();
        let config: Config = toml::from_str(&full).unwrap();
        // The derived Debug form names every field there is.
        let debug = format!("{config:#?}");
        let fields = debug
            .lines()
            .filter_map(|line| line.trim().split_once(": "))
            .map(|(field, _)| field.trim_matches('"'));
        let fields: BTreeSet<String> = fields.map(str::to_owned).collect();
        let documented: BTreeSet<String> =
            known().iter().map(|path| path.rsplit('.').next().unwrap().to_owned()).collect();
        assert_eq!(fields, documented);
    }

    #[test]
    fn shown_defaults_are_the_real_ones() {
        let full: Table = full_example().parse().unwrap();
        let real = format!("{:?}", Config::default());
        // Settings that are off by default are examples of a value.
        let examples = [
            "pin",
            "pin_file",
            "server",
            "model",
            "grammars",
            "command",
            "earcon_folder",
            "listen",
            "wake_phrases",
            "models",
            "de",
        ];
        for (section, value) in &full {
            let Some(table) = value.as_table() else { continue };
            for (key, value) in table.iter().filter(|(key, _)| !examples.contains(&key.as_str())) {
                let shown = match value {
                    Value::String(text) => {
                        // Enumerations are shown by Debug in their Rust spelling.
                        assert!(
                            real.to_lowercase().contains(&format!("{key}: \"{text}\""))
                                || real.to_lowercase().contains(&format!("{key}: {text}")),
                            "{section}.{key} = {text}"
                        );
                        continue;
                    }
                    other => other.to_string(),
                };
                assert!(real.contains(&format!("{key}: {shown}")), "{section}.{key} = {shown} in {real}");
            }
        }
    }
}
