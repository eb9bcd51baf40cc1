//! Reply texts, with the plural forms that languages need: "one slide", "two slides"; "1 слайд", "2 слайда",
//! "5 слайдов". Which number takes which form is the Unicode CLDR's knowledge.

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use indexmap::IndexMap;
use serde_json::Value;

use super::actions::render_text;
use super::outcome::Slot;
use super::pack::TextPlace;

/// A reply: one text, or one for each plural form. Two that say the same are equal wherever they stand.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The text; with plural forms, that of the form `other`.
    pub text: String,
    /// The other forms.
    pub plural: Option<Plural>,
    /// Where its texts stand, and the name of what is counted; none if it comes from no file.
    pub places: Vec<TextPlace>,
}

impl PartialEq for Reply {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.plural == other.plural
    }
}

impl Eq for Reply {}

/// Texts that depend on a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plural {
    /// The slot or value that is counted.
    pub by: String,
    /// The texts by the CLDR's names of the forms: zero, one, two, few, many.
    pub forms: IndexMap<String, String>,
}

impl From<String> for Reply {
    fn from(text: String) -> Self {
        Self { text, plural: None, places: Vec::new() }
    }
}

impl Reply {
    /// The text for these values, in the plural form that `language` uses for their number.
    pub fn render(&self, language: &str, slots: &IndexMap<String, Slot>) -> String {
        render_text(self.form(language, slots), slots)
    }

    /// Every text that it can be.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let forms = self.plural.iter().flat_map(|plural| plural.forms.values());
        std::iter::once(&self.text).chain(forms).map(String::as_str)
    }

    fn form(&self, language: &str, slots: &IndexMap<String, Slot>) -> &str {
        let form = self.plural.as_ref().and_then(|plural| {
            let number = count(&slots.get(&plural.by)?.value)?;
            plural.forms.get(name(rules(language)?.category_for(number)))
        });
        form.unwrap_or(&self.text)
    }
}

/// The plural forms that whole numbers take in a language, each with the smallest number that takes it; none for a
/// language that the CLDR does not know.
pub(super) fn forms(language: &str) -> Option<IndexMap<&'static str, u32>> {
    let rules = rules(language)?;
    let mut forms = IndexMap::new();
    for number in 0..=1000_u32 {
        forms.entry(name(rules.category_for(number))).or_insert(number);
    }
    Some(forms)
}

/// All names of forms.
pub(super) const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

fn rules(language: &str) -> Option<PluralRules> {
    let locale: Locale = language.parse().ok()?;
    PluralRules::try_new_cardinal((&locale).into()).ok()
}

/// What is counted; a fraction takes the form `other`, as it does in most languages.
fn count(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_i64().map(i64::unsigned_abs),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(forms: &[(&str, &str)], other: &str) -> Reply {
        let forms = forms.iter().map(|(form, text)| ((*form).to_owned(), (*text).to_owned())).collect();
        let plural = Some(Plural { by: "n".to_owned(), forms });
        Reply { text: other.to_owned(), plural, places: Vec::new() }
    }

    fn said(reply: &Reply, language: &str, number: Value) -> String {
        let slots = [("n".to_owned(), Slot::new(number.to_string(), number))];
        reply.render(language, &slots.into_iter().collect())
    }

    #[test]
    fn each_number_takes_its_form() {
        let russian =
            reply(&[("one", "{n} слайд"), ("few", "{n} слайда"), ("many", "{n} слайдов")], "{n} слайда");
        for (number, text) in [
            (1, "1 слайд"),
            (2, "2 слайда"),
            (5, "5 слайдов"),
            (11, "11 слайдов"),
            (21, "21 слайд"),
            (0, "0 слайдов"),
        ] {
            assert_eq!(said(&russian, "ru", number.into()), text);
        }
        assert_eq!(said(&russian, "ru", 1.5.into()), "1.5 слайда");
        let english = reply(&[("one", "one slide")], "{n} slides");
        assert_eq!(said(&english, "en-GB", "1".into()), "one slide");
        assert_eq!(said(&english, "en_GB", 2.into()), "2 slides");
    }

    #[test]
    fn what_is_no_number_takes_the_general_form() {
        let english = reply(&[("one", "one")], "some");
        for value in [Value::Null, "many".into(), (-1).into(), "1e400".into()] {
            assert!(matches!(said(&english, "en", value).as_str(), "some" | "one"));
        }
        assert_eq!(english.render("en", &IndexMap::new()), "some");
        assert_eq!(said(&english, "no language at all", 1.into()), "some");
    }

    #[test]
    fn forms_of_whole_numbers() {
        let names = |language| forms(language).map(|forms| forms.into_keys().collect::<Vec<_>>());
        assert_eq!(names("en"), Some(vec!["other", "one"]));
        assert_eq!(names("ru"), Some(vec!["many", "one", "few"]));
        assert_eq!(names("de"), Some(vec!["other", "one"]));
        assert_eq!(names("es"), Some(vec!["other", "one"]));
    }
}
