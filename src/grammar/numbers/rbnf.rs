//! Spelling numbers out by the rule-based number formats of the Unicode CLDR: a small interpreter of that notation.
//! Knows the rules' data file, nothing of grammars.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

const DATA: &str = include_str!("data/cldr-rbnf.txt");

/// The number rules of one language.
#[derive(Debug)]
pub(super) struct Rules {
    language: String,
    sets: HashMap<String, Set>,
}

#[derive(Debug, Default)]
struct Set {
    /// Only for use by other sets.
    private: bool,
    /// By ascending base value.
    rules: Vec<Rule>,
    negative: Option<String>,
    /// How numbers with a fraction are said.
    fractions: Vec<String>,
}

#[derive(Debug)]
struct Rule {
    base: i64,
    /// The power of the radix that splits a number into what stands before and after it.
    divisor: i64,
    text: String,
    /// Two substitutions that split the number: the rule before takes over when the rest is zero.
    splits: bool,
}

/// The rules of `language` ("de", "pt-PT", "nb"), or of its primary subtag.
pub(super) fn rules(language: &str) -> Option<Arc<Rules>> {
    static CACHE: Mutex<Option<HashMap<String, Option<Arc<Rules>>>>> = Mutex::new(None);
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    let cache = cache.get_or_insert_with(HashMap::new);
    if let Some(rules) = cache.get(language) {
        return rules.clone();
    }
    let spelled = language.replace('-', "_");
    let primary = spelled.split('_').next().unwrap_or_default();
    // Bokmål is filed under the macro language; the old code of Hebrew and Tagalog live on in some packs.
    let primary = match primary {
        "nb" => "no",
        "iw" => "he",
        "tl" => "fil",
        other => other,
    };
    // A region may imply another script than the language alone.
    let script = match spelled.to_ascii_lowercase().as_str() {
        "zh_tw" | "zh_hk" | "zh_mo" => Some("zh_Hant"),
        _ => None,
    };
    let rules = section(&spelled).or_else(|| script.and_then(section)).or_else(|| section(primary));
    let rules = rules.map(|(name, text)| Arc::new(read(name, text)));
    cache.insert(language.to_owned(), rules.clone());
    rules
}

fn section(language: &str) -> Option<(&'static str, &'static str)> {
    DATA.split('@')
        .filter_map(|section| section.split_once('\n'))
        .find(|(name, _)| name.eq_ignore_ascii_case(language))
}

fn read(language: &str, text: &str) -> Rules {
    let mut sets: HashMap<String, Set> = HashMap::new();
    let mut name = String::new();
    for line in text.lines() {
        if let Some(set) = line.strip_prefix('%') {
            set.trim_start_matches('%').clone_into(&mut name);
            sets.entry(name.clone()).or_default().private = set.starts_with('%');
            continue;
        }
        let Some((value, text)) = line.split_once('\t') else { continue };
        let set = sets.entry(name.clone()).or_default();
        match value {
            "-x" => set.negative = Some(text.to_owned()),
            "x.x" | "x,x" | "0.x" => set.fractions.push(text.to_owned()),
            _ => {
                let (base, radix) = match value.split_once('/') {
                    Some((base, radix)) => (base, radix.parse().unwrap_or(10)),
                    None => (value, 10),
                };
                let Ok(base) = base.parse::<i64>() else { continue };
                let divisor = divisor(base, radix);
                let splits = text.matches('→').count() >= 2 && text.matches('←').count() >= 2;
                set.rules.push(Rule { base, divisor, text: text.to_owned(), splits });
            }
        }
    }
    for set in sets.values_mut() {
        set.rules.sort_by_key(|rule| rule.base);
    }
    Rules { language: language.to_owned(), sets }
}

/// The highest power of `radix` that is not greater than `base`.
fn divisor(base: i64, radix: i64) -> i64 {
    if radix < 2 {
        return 1;
    }
    let powers = std::iter::successors(Some(1_i64), |power| power.checked_mul(radix));
    powers.take_while(|power| *power <= base.max(1)).last().unwrap_or(1)
}

impl Rules {
    /// All spellings of `number` as a cardinal, each once: genders, cases, counting forms.
    pub(super) fn spell(&self, number: i64, verbose: bool) -> Vec<String> {
        let mut forms = Vec::new();
        let public = self.sets.iter().filter(|(name, set)| !set.private && is_cardinal(name, verbose));
        let mut names: Vec<&String> = public.map(|(name, _)| name).collect();
        // The words for counting come first: "eins", not "eine".
        names.sort_by_key(|name| (!name.starts_with("spellout-numbering"), *name));
        for name in names {
            let Some(form) = self.format(number, name, 0) else { continue };
            let form: String = form
                .chars()
                // Soft hyphens and zero-width spaces mark where a word may be broken, not what it is.
                .filter(|c| !matches!(c, '\u{ad}' | '\u{200b}' | ','))
                .map(|c| if c == '-' { ' ' } else { c })
                .collect();
            let form = form.split_whitespace().collect::<Vec<_>>().join(" ");
            let spelled = !form.is_empty() && !form.chars().any(|c| c.is_ascii_digit());
            if spelled && !forms.contains(&form) {
                forms.push(form);
            }
        }
        forms
    }

    /// What stands between the whole number and its fraction, with the spaces around it (" point ", " Komma ", "点").
    pub(super) fn decimal_words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for text in self.sets.values().flat_map(|set| &set.fractions) {
            // Between the first substitution and the last one.
            let Some(before) = text.strip_prefix('←').and_then(|rest| rest.split_once('←')) else {
                continue;
            };
            let Some((word, _)) = before.1.split_once('→') else { continue };
            let word = word.replace(['\u{ad}', '\u{200b}'], "");
            let plain = !word.trim().is_empty() && !word.contains(['[', ']', '$', '%', '←', '=']);
            if plain && !words.contains(&word) {
                words.push(word);
            }
        }
        words.sort();
        words
    }

    fn format(&self, number: i64, set_name: &str, depth: usize) -> Option<String> {
        if depth > 24 {
            return None;
        }
        let set = self.sets.get(set_name)?;
        if number < 0 {
            let text = set.negative.as_deref()?;
            let positive = self.format(number.checked_neg()?, set_name, depth + 1)?;
            return Some(text.replace("→→", &positive));
        }
        let mut at = set.rules.partition_point(|rule| rule.base <= number).checked_sub(1)?;
        let rule = set.rules.get(at)?;
        if rule.splits && number % rule.divisor == 0 && rule.base % rule.divisor != 0 {
            at = at.checked_sub(1)?;
        }
        self.apply(set.rules.get(at)?, number, set_name, depth)
    }

    fn apply(&self, rule: &Rule, number: i64, set_name: &str, depth: usize) -> Option<String> {
        let (before, after) = (number / rule.divisor, number % rule.divisor);
        let mut out = String::new();
        let mut rest = rule.text.strip_prefix('\'').unwrap_or(&rule.text);
        while let Some(c) = rest.chars().next() {
            match c {
                '[' => {
                    let end = rest.find(']')?;
                    let inner = &rest[1..end];
                    if after != 0 {
                        let inner = Rule { text: inner.to_owned(), ..*rule };
                        out.push_str(&self.apply(&inner, number, set_name, depth)?);
                    }
                    rest = &rest[end + 1..];
                }
                '←' | '→' | '=' => {
                    let inside = &rest[c.len_utf8()..];
                    let end = inside.find(c)?;
                    let mut behind = &inside[end + c.len_utf8()..];
                    // Three arrows stand for a special case of fractions; whole numbers read them as two.
                    behind = behind.strip_prefix('→').filter(|_| c == '→').unwrap_or(behind);
                    let part = match c {
                        '←' => before,
                        '→' => after,
                        _ => number,
                    };
                    let target = &inside[..end];
                    let name = target.trim_start_matches('%');
                    if target.is_empty() {
                        out.push_str(&self.format(part, set_name, depth + 1)?);
                    } else if target.starts_with('%') {
                        out.push_str(&self.format(part, name, depth + 1)?);
                    } else {
                        out.push_str(&part.to_string());
                    }
                    rest = behind;
                }
                '$' => {
                    let end = rest.find(")$")?;
                    let choice = rest.get(1..end)?.strip_prefix("(cardinal,")?;
                    out.push_str(plural(choice, plural_category(&self.language, before))?);
                    rest = &rest[end + 2..];
                }
                _ => {
                    out.push(c);
                    rest = &rest[c.len_utf8()..];
                }
            }
        }
        Some(out)
    }
}

fn is_cardinal(name: &str, verbose: bool) -> bool {
    let cardinal = name.starts_with("spellout-cardinal") || name.starts_with("spellout-numbering");
    cardinal && (verbose || !name.ends_with("-verbose"))
}

/// The text for a category in `one{...}few{...}other{...}`.
fn plural<'a>(choice: &'a str, category: &str) -> Option<&'a str> {
    let find = |wanted: &str| {
        let at = choice.find(&format!("{wanted}{{"))?;
        choice[at + wanted.len() + 1..].split('}').next()
    };
    find(category).or_else(|| find("other"))
}

/// The plural category of a whole number, for the languages whose number rules ask for it.
fn plural_category(language: &str, number: i64) -> &'static str {
    let (ten, hundred) = (number % 10, number % 100);
    match language.split('_').next().unwrap_or_default() {
        "ru" | "uk" | "be" | "sr" => match (ten, hundred) {
            (1, hundred) if hundred != 11 => "one",
            (2..=4, hundred) if !(12..=14).contains(&hundred) => "few",
            _ => {
                if language.starts_with("sr") {
                    "other"
                } else {
                    "many"
                }
            }
        },
        "pl" => match (number, ten, hundred) {
            (1, ..) => "one",
            (_, 2..=4, hundred) if !(12..=14).contains(&hundred) => "few",
            _ => "many",
        },
        "cs" | "sk" => match number {
            1 => "one",
            2..=4 => "few",
            _ => "other",
        },
        "pt" if number == 0 => "one",
        _ if number == 1 => "one",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(language: &str, number: i64) -> Vec<String> {
        rules(language).map(|rules| rules.spell(number, false)).unwrap_or_default()
    }

    #[test]
    fn five_languages() {
        assert_eq!(spell("en", 412), ["four hundred twelve"]);
        assert_eq!(spell("en", -5), ["minus five"]);
        assert_eq!(spell("de", 21), ["einundzwanzig"]);
        assert!(spell("de", 1).contains(&"eins".to_owned()) && spell("de", 1).contains(&"eine".to_owned()));
        assert!(spell("es", 21).contains(&"veintiuno".to_owned()));
        assert_eq!(spell("fr", 80), ["quatre vingts"]);
        assert_eq!(spell("fr", 71), ["soixante et onze"]);
        assert!(spell("ru", 2000).contains(&"две тысячи".to_owned()), "{:?}", spell("ru", 2000));
        assert!(spell("ru", 5).contains(&"пяти".to_owned()));
    }

    #[test]
    fn regions_fall_back_to_their_language() {
        assert_eq!(spell("en-GB", 7), ["seven"]);
        assert_eq!(spell("nb", 7), spell("no", 7));
        assert!(spell("xx", 7).is_empty());
        assert!(spell("zh-TW", 2).contains(&"兩".to_owned()) && spell("zh-CN", 2).contains(&"两".to_owned()));
    }

    #[test]
    fn decimal_words() {
        let words = |language| rules(language).map(|rules| rules.decimal_words()).unwrap_or_default();
        assert_eq!(words("en"), [" point "]);
        assert_eq!(words("de"), [" Komma "]);
        assert_eq!(words("fr"), [" virgule "]);
        assert_eq!(words("es"), [" coma ", " punto "]);
        assert_eq!(words("zh"), ["点"]);
    }

    #[test]
    fn every_language_spells_a_hundred_numbers_differently() {
        for section in DATA.split('@').skip(1) {
            let language = section.lines().next().unwrap_or_default();
            if language == "root" {
                continue;
            }
            let mut seen = HashMap::new();
            for number in 0..100 {
                for form in spell(language, number) {
                    if let Some(other) = seen.insert(form.clone(), number) {
                        assert_eq!(other, number, "{language}: {form:?} means both");
                    }
                }
            }
            assert!(seen.len() >= 90, "{language} spells only {} of 100 numbers", seen.len());
        }
    }
}
