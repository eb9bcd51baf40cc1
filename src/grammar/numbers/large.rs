//! Numbers in words that are too many for a table: put together from round numbers ("twelve thousand") and what stands
//! behind them ("three hundred and five").
//!
//! Round and small numbers are known by their words. Where one stands behind the other, the sum is a guess, and the
//! spelling of that sum decides: what it is not spelled like is no number. So no grammar of any language is needed here.

use super::spellings;
use crate::grammar::index::{Hit, Index};
use crate::text;

/// Beyond this nobody counts aloud.
const LARGEST: i64 = 1_000_000_000_000;
/// A word between the parts of a number has so many letters at most ("and", "und", "y", "og").
const LONGEST_LINK: usize = 4;

/// The words of round and small numbers of a language.
#[derive(Debug)]
pub(in crate::grammar) struct LargeNumbers {
    language: String,
    squash: bool,
    /// Languages name every third or every fourth power of ten.
    group: i64,
    /// Values are places in `numbers`.
    index: Index,
    numbers: Vec<i64>,
    /// What stands before a number below zero ("minus ").
    negative: Vec<String>,
}

impl LargeNumbers {
    /// For numbers up to `to`.
    pub(in crate::grammar) fn new(language: &str, squash: bool, to: i64) -> Self {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        let group = if matches!(primary, "ja" | "ko" | "yue" | "zh") { 10_000 } else { 1000 };
        let mut all = Self {
            language: language.to_owned(),
            squash,
            group,
            index: Index::default(),
            numbers: Vec::new(),
            negative: Vec::new(),
        };
        let ones = all.spellings(1);
        let signs = all.spellings(-1);
        let of =
            |sign: &String| ones.iter().find_map(|one| sign.strip_suffix(one.as_str()).map(str::to_owned));
        all.negative = signs.iter().filter_map(of).filter(|sign| !sign.is_empty()).collect();
        let mut unit = 1;
        while unit <= to.min(LARGEST) {
            for number in (1..group).map(|count| count * unit).take_while(|number| *number <= to) {
                let place = u32::try_from(all.numbers.len()).unwrap_or(u32::MAX);
                for form in all.spellings(number) {
                    all.index.insert(&form, place, 0);
                }
                all.numbers.push(number);
            }
            unit *= group;
        }
        all
    }

    fn spellings(&self, number: i64) -> Vec<String> {
        let forms = spellings(&self.language, number);
        if self.squash { forms.iter().map(|form| text::squeeze(form, false)).collect() } else { forms }
    }

    /// The numbers that `text` holds at `start`, each with where it ends.
    pub(in crate::grammar) fn find(&self, text: &str, start: usize) -> Vec<(usize, i64)> {
        let mut found = Vec::new();
        let negative = self.negative.iter().find(|word| text[start..].starts_with(word.as_str()));
        let sign = if negative.is_some() { -1 } else { 1 };
        let first = start + negative.map_or(0, String::len);
        self.walk(text, first, &mut |end, number| {
            let number = sign * number;
            let said = text.get(start..end).unwrap_or_default().replace(['-', '_'], " ");
            if !found.contains(&(end, number)) && self.spellings(number).contains(&said) {
                found.push((end, number));
            }
        });
        found
    }

    /// Whether `rest` may become a number, or a greater one, by more words.
    pub(in crate::grammar) fn is_beginning(&self, rest: &str) -> bool {
        let mut begins = self.index.is_beginning(rest.as_bytes());
        self.walk(rest, 0, &mut |end, number| {
            let goes_on = |behind: &str| !behind.is_empty() && self.index.is_beginning(behind.as_bytes());
            let may_grow = number % self.group == 0 && !begins;
            // "Two thousand and" begins the next number.
            let is_next = || self.spellings(number + 1).iter().any(|form| form.starts_with(rest.trim_end()));
            begins |= may_grow && (goes_on(rest[end..].trim_start()) || is_next());
        });
        begins
    }

    /// Gives `take` every phrase that a recogniser needs: round numbers, and what may stand behind them.
    pub(in crate::grammar) fn phrases(&self, take: &mut dyn FnMut(&str)) {
        self.index.iter().for_each(|(form, ..)| take(form));
        let units = std::iter::successors(Some(self.group), |unit| unit.checked_mul(self.group));
        let largest = self.numbers.last().copied().unwrap_or(0);
        for unit in units.take_while(|unit| *unit <= largest) {
            let behind = (1..100).chain((100..self.group).step_by(100));
            for number in behind {
                self.spellings(unit + number).iter().for_each(|form| take(form));
            }
        }
    }

    /// Gives `take` every number that the words at `start` may be put together to, with its end.
    fn walk(&self, text: &str, start: usize, take: &mut dyn FnMut(usize, i64)) {
        let mut open = vec![(start, 0_i64, i64::MAX)];
        let mut hits: Vec<Hit> = Vec::new();
        while let Some((at, sum, below)) = open.pop() {
            hits.clear();
            self.index.find(text.as_bytes(), at, &mut hits);
            for hit in &hits {
                let Some(number) = self.numbers.get(hit.value as usize).filter(|number| **number < below)
                else {
                    continue;
                };
                take(hit.end, sum + number);
                // Behind "three million" stand thousands at most.
                let unit = self.unit(*number);
                if unit > 1 {
                    open.extend(self.onward(text, hit.end).map(|next| (next, sum + number, unit)));
                }
            }
        }
    }

    fn unit(&self, number: i64) -> i64 {
        let units = std::iter::successors(Some(1_i64), |unit| unit.checked_mul(self.group));
        units.take_while(|unit| number % unit == 0).last().unwrap_or(1)
    }

    /// Where the next part of a number may begin: at once, behind a space, behind a short word.
    fn onward(&self, text: &str, end: usize) -> impl Iterator<Item = usize> {
        let rest = text.get(end..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '-']);
        let next = text.len() - trimmed.len();
        let link = trimmed.find(' ').filter(|length| *length > 0 && *length <= LONGEST_LINK);
        let at_once = (next > end && !rest.is_empty()).then_some(end).filter(|_| self.squash);
        at_once
            .into_iter()
            .chain((!trimmed.is_empty()).then_some(next))
            .chain(link.map(|length| next + length + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(language: &str, text: &str) -> Vec<i64> {
        let all = LargeNumbers::new(language, false, 2_000_000_000);
        all.find(text, 0)
            .into_iter()
            .filter(|(end, _)| *end == text.len())
            .map(|(_, number)| number)
            .collect()
    }

    #[test]
    fn every_spelling_is_read_back() {
        for language in ["en", "de", "es", "fr", "ru", "it", "pl", "sv", "ja"] {
            let all = LargeNumbers::new(language, false, 2_000_000_000);
            for number in [
                1, 80, 999, 20_002, 21_000, 81_080, 100_001, 350_217, 999_999, 1_000_000, 1_000_101,
                4_080_300,
            ] {
                for form in all.spellings(number) {
                    let found = all.find(&form, 0);
                    assert!(
                        found.contains(&(form.len(), number)),
                        "{language}: {form} is {number}, not {found:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn only_what_is_spelled_so() {
        assert_eq!(whole("en", "one hundred and twenty five thousand two hundred and one"), [125_201]);
        assert_eq!(whole("en", "a million"), [1_000_000]);
        assert_eq!(whole("de", "einhundertfünfundzwanzigtausendzweihunderteins"), [125_201]);
        for text in ["two thousand or five", "five two thousand", "thousand", "two thousand two million"] {
            assert_eq!(whole("en", text), Vec::<i64>::new(), "{text}");
        }
        assert!(whole("en", "five").contains(&5));
    }

    #[test]
    fn beginnings() {
        let all = LargeNumbers::new("en", false, 2_000_000);
        for text in ["two", "two hundred", "two hundred thousand", "two hundred thousand and", "one million"]
        {
            assert!(all.is_beginning(text), "{text}");
        }
        for text in ["hello", "two thousand and six people", "one million one hundred and one people"] {
            assert!(!all.is_beginning(text), "{text}");
        }
    }
}
