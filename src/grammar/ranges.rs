//! Numbers in sentences: ranges, in digits, in words and digit by digit, and strings of digits.

use std::sync::OnceLock;

use serde_json::Value;

use super::index::{Hit, Index};
use super::numbers::{self, DigitWords, LargeNumbers};
use super::pack::{Fractions, RangeDef};
use crate::text;

/// So many values of a range have their words in a table; the words of greater ones are put together.
const MAX_TABLE: i64 = 20_001;

/// A number found in a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NumberHit {
    pub end: usize,
    pub value: Value,
    /// Said in words: their length counts as literal text.
    pub words: bool,
}

/// A range of numbers.
#[derive(Debug)]
pub(super) struct Range {
    pub def: RangeDef,
    language: String,
    squash: bool,
    /// Made when first needed: spelling a thousand numbers takes a while.
    words: OnceLock<Words>,
    digits: OnceLock<DigitWords>,
    fraction_digits: OnceLock<Vec<(String, u8)>>,
}

/// The words of a range.
#[derive(Debug, Default)]
struct Words {
    /// Number words; values are places in `numbers`.
    index: Index,
    numbers: Vec<i64>,
    /// What stands before a fraction, with its spaces (" point ").
    decimal: Vec<String>,
    /// For numbers that are not in the table.
    large: Option<LargeNumbers>,
}

impl Range {
    pub(super) fn new(def: RangeDef, language: String, squash: bool) -> Self {
        let (words, digits, fraction_digits) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { def, language, squash, words, digits, fraction_digits }
    }

    fn words(&self) -> &Words {
        self.words.get_or_init(|| {
            if !self.def.words {
                return Words::default();
            }
            let (mut index, mut numbers) = (Index::default(), Vec::new());
            let first = self.first_in_table();
            let last = self.def.to.min(first.saturating_add((MAX_TABLE - 1).saturating_mul(self.def.step)));
            let mut number = first;
            while number <= last {
                let value = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                for form in numbers::spellings(&self.language, number) {
                    index.insert(&if self.squash { text::squeeze(&form, false) } else { form }, value, 0);
                }
                numbers.push(number);
                number = number.saturating_add(self.def.step);
                if number == i64::MAX {
                    break;
                }
            }
            let decimal = if self.def.fractions == Fractions::None {
                Vec::new()
            } else {
                numbers::decimal_words(&self.language)
            };
            let decimal =
                decimal.into_iter().map(|word| if self.squash { text::squeeze(&word, false) } else { word });
            let largest = self.def.to.max(self.def.from.saturating_neg());
            let is_whole = first == self.def.from && self.def.to - last < self.def.step;
            let large = (!is_whole && numbers::is_known(&self.language))
                .then(|| LargeNumbers::new(&self.language, self.squash, largest));
            Words { index, numbers, decimal: decimal.collect(), large }
        })
    }

    /// Where the table begins: with the lowest number, or where there are too many, so that those around zero are in it.
    fn first_in_table(&self) -> i64 {
        let def = &self.def;
        let fits = def.to.saturating_sub(def.from) / def.step < MAX_TABLE;
        if fits || def.from >= 0 {
            return def.from;
        }
        let below_zero = def.from.saturating_neg() / def.step;
        def.from.saturating_add((below_zero - below_zero.min(MAX_TABLE / 10)).saturating_mul(def.step))
    }

    /// Gives `take` number words that have every pair of neighbouring words of all of them.
    pub(super) fn spoken(&self, take: &mut dyn FnMut(&str)) {
        let words = self.words();
        words.index.iter().for_each(|(key, ..)| take(key));
        for word in &words.decimal {
            for (key, ..) in words.index.iter().take(40) {
                take(&format!("{key} {} {}", word.trim(), self.five().unwrap_or_default()));
            }
        }
        if let Some(large) = &words.large {
            large.phrases(take);
        }
    }

    /// The numbers that stand in a table.
    pub(super) fn table(&self) -> &Index {
        &self.words().index
    }

    fn digit_words(&self) -> &DigitWords {
        self.digits.get_or_init(|| numbers::digit_words(&self.language))
    }

    fn allows(&self, whole: i64) -> bool {
        let def = &self.def;
        whole >= def.from && whole <= def.to && (whole - def.from) % def.step == 0
    }

    /// The value of a spoken number of `tenths` tenths.
    fn value(&self, tenths: i64) -> Value {
        #[expect(clippy::cast_precision_loss, reason = "ranges are limited to 10^15")]
        let exact = match self.def.multiplier {
            None if tenths % 10 == 0 => return (tenths / 10).into(),
            None => tenths as f64 / 10.0,
            Some(factor) => tenths as f64 / 10.0 * factor,
        };
        #[expect(clippy::cast_possible_truncation, reason = "checked to be a small whole number")]
        if exact.fract() == 0.0 && exact.abs() < 9e15 { (exact as i64).into() } else { exact.into() }
    }

    /// Every number of the range that `text` holds at `start`.
    pub(super) fn find(&self, text: &str, start: usize, hits: &mut Vec<NumberHit>) {
        if self.def.digits {
            self.find_digits(text, start, hits);
        }
        if self.def.words {
            self.find_words(text, start, hits);
        }
    }

    fn find_digits(&self, text: &str, start: usize, hits: &mut Vec<NumberHit>) {
        let bytes = text.as_bytes();
        let mut at = start;
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        // "55" is not a 5 that happens to be followed by another.
        if at > 0 && bytes[at - 1].is_ascii_digit() && at == start {
            return;
        }
        let negative = bytes.get(at) == Some(&b'-');
        if negative {
            at += 1;
        }
        let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let Some(whole) = text.get(at..at + digits).and_then(|digits| digits.parse::<i64>().ok()) else {
            return;
        };
        let signed = if negative { -whole } else { whole };
        let end = at + digits;
        if !self.allows(signed) {
            return;
        }
        hits.push(NumberHit { end, value: self.value(signed.saturating_mul(10)), words: false });
        if self.def.fractions == Fractions::None || !matches!(bytes.get(end), Some(b'.' | b',')) {
            return;
        }
        let fraction = bytes[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let Some((first, rest)) = bytes[end + 1..end + 1 + fraction].split_first() else { return };
        let tenth = i64::from(first - b'0');
        let fits = rest.iter().all(|byte| *byte == b'0')
            && (self.def.fractions == Fractions::Tenths || matches!(tenth, 0 | 5));
        if fits {
            let tenths = signed.saturating_mul(10).saturating_add(if negative { -tenth } else { tenth });
            if tenths >= self.def.from.saturating_mul(10) {
                hits.push(NumberHit { end: end + 1 + fraction, value: self.value(tenths), words: false });
            }
        }
    }

    fn find_words(&self, text: &str, start: usize, hits: &mut Vec<NumberHit>) {
        // A cheap look first: most positions hold no number word at all.
        if text.as_bytes().get(start).is_none_or(|byte| byte.is_ascii_digit() || *byte == b' ') {
            return;
        }
        let words = self.words();
        let mut found: Vec<Hit> = Vec::new();
        words.index.find(text.as_bytes(), start, &mut found);
        let in_table =
            found.iter().filter_map(|hit| Some((hit.end, *words.numbers.get(hit.value as usize)?)));
        let mut said: Vec<(usize, i64)> = in_table.collect();
        if let Some(large) = &words.large {
            let more = large.find(text, start).into_iter();
            said.extend(
                more.filter(|(_, number)| {
                    self.allows(*number) && words.numbers.binary_search(number).is_err()
                }),
            );
        }
        let first = hits.len();
        for (end, number) in said {
            hits.push(NumberHit { end, value: self.value(number.saturating_mul(10)), words: true });
            for word in &words.decimal {
                for (end, tenth) in self.tenths(text, end, word) {
                    let tenths = number.saturating_mul(10) + if number < 0 { -tenth } else { tenth };
                    if tenths >= self.def.from.saturating_mul(10) {
                        hits.push(NumberHit { end, value: self.value(tenths), words: true });
                    }
                }
            }
        }
        // Digit by digit, from three digits on: two in a row are more often a doubled word.
        if hits[first..].is_empty() && self.def.to < 100 {
            return;
        }
        for (end, digits) in digit_runs(text, start, self.digit_words(), 16) {
            // Written digits have been taken as a number already.
            if text[start..end].bytes().any(|byte| byte.is_ascii_digit()) {
                break;
            }
            if digits.len() >= 3
                && !hits[first..].iter().any(|hit| hit.end == end)
                && let Some(number) = digits.parse::<i64>().ok().filter(|number| self.allows(*number))
            {
                hits.push(NumberHit { end, value: self.value(number.saturating_mul(10)), words: true });
            }
        }
        hits[first..].sort_by_key(|hit| hit.end);
    }

    /// " point five" after a whole number: where it ends, and how many tenths that are.
    fn tenths(&self, text: &str, at: usize, word: &str) -> Vec<(usize, i64)> {
        let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(word)) else { return Vec::new() };
        let halves = self.def.fractions == Fractions::Halves;
        // ".0" is not said in words.
        let fits = |digit: u8| if halves { digit == 5 } else { digit != 0 };
        let said = self.fraction_digits().iter().filter(|(_, digit)| fits(*digit));
        let said = said.filter_map(|(digit, value)| Some((rest.strip_prefix(digit.as_str())?, *value)));
        said.map(|(behind, value)| (text.len() - behind.len(), i64::from(value))).collect()
    }

    /// How a single digit is said behind the point; longer forms first.
    fn fraction_digits(&self) -> &[(String, u8)] {
        self.fraction_digits.get_or_init(|| {
            let mut all = self.digit_words().digits.clone();
            for digit in 1..=9_u8 {
                // Not every language says a digit in one word.
                let forms = numbers::spellings(&self.language, digit.into()).into_iter();
                all.extend(forms.filter(|form| form.contains(' ')).map(|form| (form, digit)));
            }
            all.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
            all
        })
    }

    /// How the digit five is said, as an example of a fraction.
    fn five(&self) -> Option<&str> {
        self.digit_words().digits.iter().find(|(_, digit)| *digit == 5).map(|(word, _)| word.as_str())
    }

    /// Whether `rest` may become a number by more words.
    pub(super) fn is_beginning(&self, rest: &str) -> bool {
        let words = self.words();
        words.index.is_beginning(rest.as_bytes())
            || words.large.as_ref().is_some_and(|large| large.is_beginning(rest))
    }
}

/// A number said digit by digit.
#[derive(Debug)]
pub(super) struct Digits {
    pub min: usize,
    pub max: usize,
    pub words: DigitWords,
}

impl Digits {
    /// Every digit string of allowed length that `text` holds at `start`.
    pub(super) fn find(&self, text: &str, start: usize, hits: &mut Vec<NumberHit>) {
        for (end, digits) in digit_runs(text, start, &self.words, self.max) {
            if digits.len() >= self.min {
                hits.push(NumberHit { end, value: digits.into(), words: true });
            }
        }
    }
}

/// The digit strings at `start`, each a word (or group of digits) longer than the one before.
fn digit_runs(text: &str, start: usize, words: &DigitWords, max: usize) -> Vec<(usize, String)> {
    let mut runs = Vec::new();
    let mut digits = String::new();
    let mut at = start;
    let mut times = 1;
    while let Some(rest) = text.get(at..) {
        let trimmed = rest.trim_start_matches([' ', '-']);
        let begin = at + rest.len() - trimmed.len();
        let word_end = trimmed.find([' ', '-']).unwrap_or(trimmed.len());
        let word = &trimmed[..word_end];
        if word.is_empty() {
            break;
        }
        at = begin + word_end;
        if let Some((_, repeat)) = words.repeats.iter().find(|(known, _)| known == word) {
            // "double double five" is nobody's number.
            if times != 1 {
                break;
            }
            times = *repeat;
            continue;
        }
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            if times != 1 && word.len() != 1 {
                break;
            }
            digits.extend(std::iter::repeat_n(word, times));
        } else if let Some((_, digit)) = words.digits.iter().find(|(known, _)| known == word) {
            digits.extend(std::iter::repeat_n(char::from(b'0' + digit), times));
        } else {
            break;
        }
        times = 1;
        if digits.len() > max {
            break;
        }
        runs.push((at, digits.clone()));
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::super::lists::ListData;
    use super::*;
    use serde_json::json;

    fn range(from: i64, to: i64, change: impl Fn(&mut RangeDef)) -> Range {
        let ListData::Range(range) = ListData::inline_range(from, to, 1, "en", false) else { panic!() };
        let mut def = range.def.clone();
        change(&mut def);
        Range::new(def, range.language.clone(), range.squash)
    }

    fn values(range: &Range, text: &str) -> Vec<Value> {
        let mut hits = Vec::new();
        range.find(text, 0, &mut hits);
        hits.into_iter().filter(|hit| hit.end == text.len()).map(|hit| hit.value).collect()
    }

    #[test]
    fn one_type_of_number_for_digits_and_words() {
        let range = range(-10, 1000, |_| {});
        for (text, number) in [
            ("50", 50),
            ("fifty", 50),
            ("forty two", 42),
            ("forty-two", 42),
            ("a hundred", 100),
            ("four hundred and twelve", 412),
            ("minus five", -5),
            ("-5", -5),
            ("one two three", 123),
            ("one double two", 122),
            ("050", 50),
        ] {
            assert_eq!(values(&range, text), [json!(number)], "{text}");
        }
        for text in ["1001", "-11", "five five", "hundred", "fifth"] {
            assert_eq!(values(&range, text), Vec::<Value>::new(), "{text}");
        }
    }

    #[test]
    fn steps_multipliers_fractions() {
        let step = range(0, 100, |def| def.step = 10);
        assert_eq!(values(&step, "fifteen"), Vec::<Value>::new());
        assert_eq!(values(&step, "20"), [json!(20)]);
        let tenth = range(0, 100, |def| def.multiplier = Some(0.1));
        assert_eq!(values(&tenth, "five"), [json!(0.5)]);
        assert_eq!(values(&tenth, "10"), [json!(1)]);
        let halves = range(0, 100, |def| def.fractions = Fractions::Halves);
        for text in ["5.5", "5,5", "five point five", "5.50"] {
            assert_eq!(values(&halves, text), [json!(5.5)], "{text}");
        }
        assert_eq!(values(&halves, "5.0"), [json!(5)]);
        let mut hits = Vec::new();
        halves.find("five point five°", 0, &mut hits);
        assert!(hits.iter().any(|hit| hit.value == json!(5.5)), "a unit may follow without a space");
        for text in ["5.3", "five point three", "five point zero", "5.25"] {
            assert_eq!(values(&halves, text), Vec::<Value>::new(), "{text}");
        }
        let cold = range(-5, 5, |def| def.fractions = Fractions::Halves);
        assert_eq!(values(&cold, "minus four point five"), [json!(-4.5)]);
        for text in ["-5.5", "minus five point five"] {
            assert_eq!(values(&cold, text), Vec::<Value>::new(), "{text}");
        }
    }

    #[test]
    fn more_numbers_than_a_table_holds() {
        let range = range(0, 1_000_000, |def| def.step = 5);
        assert_eq!(values(&range, "two hundred and fifty thousand and five"), [json!(250_005)]);
        assert_eq!(values(&range, "twenty five"), [json!(25)]);
        for text in ["two hundred and fifty thousand and six", "two million"] {
            assert_eq!(values(&range, text), Vec::<Value>::new(), "{text}");
        }
        assert!(
            range.is_beginning("two hundred thousand") && !range.is_beginning("two hundred thousand people")
        );
    }

    #[test]
    fn digit_strings() {
        let ListData::Digits(digits) = ListData::digits(2, 6, "en") else { panic!() };
        let at_end = |text: &str| {
            let mut hits = Vec::new();
            digits.find(text, 0, &mut hits);
            hits.into_iter().find(|hit| hit.end == text.len()).map(|hit| hit.value)
        };
        assert_eq!(at_end("one two double five oh"), Some(json!("12550")));
        assert_eq!(at_end("12 three"), Some(json!("123")));
        assert_eq!(at_end("one"), None);
        assert_eq!(at_end("one two three four five six seven"), None);
        assert_eq!(at_end("double"), None);
    }
}
