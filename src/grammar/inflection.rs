//! Names in other cases than the nominative: "Ивану Смирнову", "с Марией Петровой". Knows endings, nothing of address
//! books; the endings of a language are in `data/cases-LANGUAGE.txt`.
//!
//! The forms of a name are not stored: there would be dozens for each contact. Instead a heard word is taken back to
//! the names that it can be a form of ([`Cases::lemmas`]), and those are looked up. The recogniser needs the forms
//! themselves: [`Cases::forms`].

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::names::Names;

const LANGUAGE: &str = "ru";
const RUSSIAN: &str = include_str!("data/cases-ru.txt");

/// Cases in which a name can be, for both genders: bit `2 * case + gender`.
pub(super) type Agreement = u16;

/// A name that fits whatever stands beside it.
pub(super) const EVERY_CASE: Agreement = 0x3ff;
/// The nominative, of both genders.
const NOMINATIVE: Agreement = 0b11;
/// Genitive, dative, accusative, instrumental.
const OBLIQUE: usize = 4;
const MASCULINE: usize = 0;
const FEMININE: usize = 1;

/// A name whose form a word can be: `stem` bytes of the word and an ending.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lemma {
    pub stem: usize,
    pub ending: &'static str,
    pub agreement: Agreement,
}

/// From the ending of a form to that of the nominative.
#[derive(Debug)]
struct Rule {
    form: &'static str,
    nominative: &'static str,
    /// Letters one of which must stand before; none: any.
    before: &'static str,
    whole: bool,
    vowel: bool,
    agreement: Agreement,
}

/// From the ending of the nominative to those of the other cases.
#[derive(Debug)]
struct Paradigm {
    nominative: &'static str,
    before: &'static str,
    whole: bool,
    vowel: bool,
    genders: [bool; 2],
    /// Whether for the given names that are listed, or for all others; none: for every name.
    given: Option<bool>,
    cases: [&'static str; OBLIQUE],
}

/// How names are declined in one language.
#[derive(Debug, Default)]
pub(super) struct Cases {
    /// By the last letter of the form.
    rules: HashMap<char, Vec<Rule>>,
    paradigms: Vec<Paradigm>,
    /// Given names that end like surnames.
    given: HashSet<&'static str>,
    /// Words in names that have no cases: numbers.
    fixed: HashSet<&'static str>,
    /// Behind these words everything stays as it is: "из Москвы".
    links: HashSet<&'static str>,
}

impl Cases {
    /// What is known for a language; most do not decline names, or nobody has written it down.
    pub(super) fn of(language: &str) -> Option<&'static Self> {
        static ALL: OnceLock<Cases> = OnceLock::new();
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        primary.eq_ignore_ascii_case(LANGUAGE).then(|| ALL.get_or_init(|| Self::read(RUSSIAN)))
    }

    fn read(data: &'static str) -> Self {
        let mut cases = Self::default();
        for line in data.lines().filter(|line| !line.starts_with('#')) {
            if let Some(names) = line.strip_prefix("given:") {
                cases.given.extend(names.split_whitespace());
                continue;
            }
            if let Some(words) = line.strip_prefix("fixed:") {
                cases.fixed.extend(words.split_whitespace());
                continue;
            }
            if let Some(words) = line.strip_prefix("link:") {
                cases.links.extend(words.split_whitespace());
                continue;
            }
            let columns: Vec<&str> = line.split_whitespace().collect();
            let [ending, flags, oblique @ ..] = columns.as_slice() else { continue };
            let Some((cases_of, short)) = oblique.split_at_checked(OBLIQUE) else { continue };
            let (before, ending) = match ending.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                Some((before, ending)) => (before, ending),
                None => ("", *ending),
            };
            let whole = ending.starts_with('^');
            let nominative = empty(ending.trim_start_matches('^'));
            let genders = [flags.contains('m'), flags.contains('f')];
            let vowel = flags.contains('v');
            let spoken = short.first().map(|short| (0, *short));
            for (case, forms) in
                cases_of.iter().copied().enumerate().map(|(n, forms)| (n + 1, forms)).chain(spoken)
            {
                for form in forms.split('|') {
                    let form = if form == "=" { nominative } else { empty(form) };
                    let agreement = (MASCULINE..=FEMININE)
                        .filter(|gender| genders[*gender])
                        .fold(0, |all, gender| all | 1 << (2 * case + gender));
                    cases.add(Rule { form, nominative, before, whole, vowel, agreement });
                }
            }
            // What is said for short is a form, not the way in which the name is declined.
            if short.is_empty()
                && let [genitive, dative, accusative, instrumental] = *cases_of
            {
                let first = |forms: &'static str| match forms.split('|').next().unwrap_or_default() {
                    "=" => nominative,
                    form => empty(form),
                };
                let cases_of = [genitive, dative, accusative, instrumental].map(first);
                let given = match (flags.contains('g'), flags.contains('s')) {
                    (false, false) => None,
                    (given, _) => Some(given),
                };
                let paradigm = Paradigm { nominative, before, whole, vowel, genders, given, cases: cases_of };
                cases.paradigms.push(paradigm);
            }
        }
        cases
    }

    fn add(&mut self, rule: Rule) {
        // A form without an ending ends with one of the letters that must stand before.
        let lasts: Vec<char> = match rule.form.chars().last() {
            Some(last) => vec![last],
            None => rule.before.chars().collect(),
        };
        for last in lasts {
            let rules = self.rules.entry(last).or_default();
            let same = rules.iter_mut().find(|other| {
                (other.form, other.nominative, other.before, other.whole, other.vowel)
                    == (rule.form, rule.nominative, rule.before, rule.whole, rule.vowel)
            });
            match same {
                Some(other) => other.agreement |= rule.agreement,
                None => rules.push(Rule { ..rule }),
            }
        }
    }

    /// In which cases a word can stand beside others: women have masculine titles, too ("юристу Громовой").
    pub(super) fn agreement_of(&self, word: &str, own: Agreement) -> Agreement {
        const MASCULINES: Agreement = 0x155;
        if Names::of(LANGUAGE).is_title(word) { own | (own & MASCULINES) << 1 } else { own }
    }

    /// Whether everything behind a word stays as it is.
    pub(super) fn is_link(&self, word: &str) -> bool {
        self.links.contains(word)
    }

    /// Gives `take` every name whose form `word` can be, among them the word itself. The word is in comparison form.
    pub(super) fn lemmas(&self, word: &str, mut take: impl FnMut(Lemma)) {
        let declined = is_declined(word) && !self.fixed.contains(word);
        let mut unchanged = if declined { NOMINATIVE } else { EVERY_CASE };
        let rules = word.chars().last().and_then(|last| self.rules.get(&last)).map_or(&[][..], Vec::as_slice);
        for rule in rules {
            let Some(stem) = word.strip_suffix(rule.form) else { continue };
            if !fits(stem, rule.before, rule.whole, rule.vowel) {
                continue;
            }
            if rule.form == rule.nominative {
                unchanged |= rule.agreement;
            } else {
                take(Lemma { stem: stem.len(), ending: rule.nominative, agreement: rule.agreement });
            }
        }
        take(Lemma { stem: word.len(), ending: "", agreement: unchanged });
    }

    /// Gives `take` the genitive, dative, accusative and instrumental of a name of one or more words, as it is in the
    /// nominative and in comparison form; each for every gender that the name can have.
    pub(super) fn forms(&self, name: &str, take: &mut dyn FnMut(&str)) {
        let words: Vec<&str> = name.split(' ').collect();
        if !name.chars().any(|c| ('а'..='ё').contains(&c)) {
            return;
        }
        let mut all = vec![name.to_owned()];
        for gender in genders(&words) {
            let paradigms: Vec<Option<&Paradigm>> = words
                .iter()
                .map(|word| self.paradigm(word, gender).or_else(|| self.of_title(word)))
                .collect();
            for case in 0..OBLIQUE {
                let mut phrase = String::with_capacity(name.len() + 8);
                for (word, paradigm) in words.iter().zip(&paradigms) {
                    if !phrase.is_empty() {
                        phrase.push(' ');
                    }
                    let declined = paradigm.and_then(|paradigm| {
                        Some((word.strip_suffix(paradigm.nominative)?, paradigm.cases[case]))
                    });
                    let (stem, ending) = declined.unwrap_or((word, ""));
                    phrase.push_str(stem);
                    phrase.push_str(ending);
                }
                if !all.contains(&phrase) {
                    take(&phrase);
                    all.push(phrase);
                }
            }
        }
    }

    /// A woman's title that has only masculine forms.
    fn of_title(&self, word: &str) -> Option<&Paradigm> {
        Names::of(LANGUAGE).is_title(word).then(|| self.paradigm(word, MASCULINE)).flatten()
    }

    /// How a word is declined: its own way if it has one, else that with the longest ending.
    fn paradigm(&self, word: &str, gender: usize) -> Option<&Paradigm> {
        if !is_declined(word) || self.fixed.contains(word) {
            return None;
        }
        let given = self.given.contains(word);
        let fitting = self.paradigms.iter().filter(|paradigm| {
            paradigm.genders[gender]
                && paradigm.given.is_none_or(|wanted| wanted == given)
                && word
                    .strip_suffix(paradigm.nominative)
                    .is_some_and(|stem| fits(stem, paradigm.before, paradigm.whole, paradigm.vowel))
        });
        // Of equals the one that stands first.
        fitting.rev().max_by_key(|paradigm| (paradigm.whole, paradigm.nominative.len()))
    }
}

fn empty(ending: &str) -> &str {
    if ending == "0" { "" } else { ending }
}

/// Initials, numbers, abbreviations and words in other letters are not.
fn is_declined(word: &str) -> bool {
    let last = word.chars().next_back().is_some_and(|c| matches!(c, 'а'..='я' | 'ё') && c != 'ъ');
    last && word.chars().nth(1).is_some() && word.chars().any(is_vowel)
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'а' | 'е' | 'ё' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я')
}

fn fits(stem: &str, before: &str, whole: bool, vowel: bool) -> bool {
    if whole {
        return stem.is_empty();
    }
    if vowel && !stem.chars().any(is_vowel) {
        return false;
    }
    match stem.chars().last() {
        None => false,
        Some(last) => before.is_empty() || before.contains(last),
    }
}

/// The genders that a name can have, by the endings of its words.
fn genders(words: &[&str]) -> impl Iterator<Item = usize> {
    let ends = |endings: &[&str]| {
        words
            .iter()
            .any(|word| endings.iter().any(|ending| word.len() > ending.len() && word.ends_with(ending)))
    };
    let woman = ends(&["ова", "ева", "ёва", "ина", "ына", "ая", "яя", "вна", "чна"]);
    let man = !woman;
    // "Никита Ким" or "Анна Ким".
    let perhaps = ends(&["а", "я", "ь"]);
    [(man, MASCULINE), (woman || perhaps, FEMININE)]
        .into_iter()
        .filter_map(|(is, gender)| is.then_some(gender))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases() -> &'static Cases {
        Cases::of("ru-RU").unwrap_or_else(|| panic!("there are rules for Russian"))
    }

    /// Whether a phrase can be a case form of a name: every word, and all in the same case and gender.
    fn is_form(phrase: &str, name: &str) -> bool {
        let (said, words): (Vec<&str>, Vec<&str>) = (phrase.split(' ').collect(), name.split(' ').collect());
        if said.len() != words.len() {
            return false;
        }
        let mut agreement = EVERY_CASE;
        for (said, word) in said.iter().zip(words) {
            let mut fits = 0;
            cases().lemmas(said, |lemma| {
                if format!("{}{}", &said[..lemma.stem], lemma.ending) == word {
                    fits |= lemma.agreement;
                }
            });
            agreement &= fits;
        }
        agreement != 0
    }

    fn declined(name: &str, forms: [&str; 4]) {
        for form in forms {
            assert!(is_form(form, name), "{form} is not taken for {name}");
        }
        let mut all = Vec::new();
        cases().forms(name, &mut |form| all.push(form.to_owned()));
        for form in &forms {
            assert!(
                form == &name || all.iter().any(|other| other == form),
                "{form} of {name} is not in {all:?}"
            );
        }
    }

    #[test]
    fn men() {
        declined("иван смирнов", ["ивана смирнова", "ивану смирнову", "ивана смирнова", "иваном смирновым"]);
        declined("пётр ильин", ["петра ильина", "петру ильину", "петра ильина", "петром ильиным"]);
        declined("павел птицын", ["павла птицына", "павлу птицыну", "павла птицына", "павлом птицыным"]);
        declined("лев толстой", ["льва толстого", "льву толстому", "льва толстого", "львом толстым"]);
        declined(
            "дмитрий горький",
            ["дмитрия горького", "дмитрию горькому", "дмитрия горького", "дмитрием горьким"],
        );
        declined("сергей белый", ["сергея белого", "сергею белому", "сергея белого", "сергеем белым"]);
        declined("игорь гоголь", ["игоря гоголя", "игорю гоголю", "игоря гоголя", "игорем гоголем"]);
        declined("никита ким", ["никиты кима", "никите киму", "никиту кима", "никитой кимом"]);
        declined("илья кравец", ["ильи кравца", "илье кравцу", "илью кравца", "ильей кравцом"]);
        declined("виктор цой", ["виктора цоя", "виктору цою", "виктора цоя", "виктором цоем"]);
        declined(
            "тарас шевченко",
            ["тараса шевченко", "тарасу шевченко", "тараса шевченко", "тарасом шевченко"],
        );
        declined("антон черных", ["антона черных", "антону черных", "антона черных", "антоном черных"]);
        declined("яков соловей", ["якова соловья", "якову соловью", "якова соловья", "яковом соловьем"]);
    }

    #[test]
    fn women() {
        declined("мария петрова", ["марии петровой", "марии петровой", "марию петрову", "марией петровой"]);
        declined("ирина ильина", ["ирины ильиной", "ирине ильиной", "ирину ильину", "ириной ильиной"]);
        declined(
            "наталья толстая",
            ["натальи толстой", "наталье толстой", "наталью толстую", "натальей толстой"],
        );
        declined("ольга шевчук", ["ольги шевчук", "ольге шевчук", "ольгу шевчук", "ольгой шевчук"]);
        declined("любовь гоголь", ["любови гоголь", "любови гоголь", "любовь гоголь", "любовью гоголь"]);
        declined("майя короленко", ["майи короленко", "майе короленко", "майю короленко", "майей короленко"]);
    }

    #[test]
    fn patronymics_and_double_surnames() {
        declined(
            "иван петрович",
            ["ивана петровича", "ивану петровичу", "ивана петровича", "иваном петровичем"],
        );
        declined("анна петровна", ["анны петровны", "анне петровне", "анну петровну", "анной петровной"]);
        declined(
            "николай римский корсаков",
            [
                "николая римского корсакова",
                "николаю римскому корсакову",
                "николая римского корсакова",
                "николаем римским корсаковым",
            ],
        );
        for (said, name) in [
            ("иван иваныч", "иван иванович"),
            ("ивану иванычу", "иван иванович"),
            ("николаю николаичу", "николай николаевич"),
            ("павлом палычем", "павел павлович"),
            ("марии иванне", "мария ивановна"),
            ("бонч бруевичу", "бонч бруевич"),
            ("и петрову", "и петров"),
            ("ивану смирнову мск", "иван смирнов мск"),
        ] {
            assert!(is_form(said, name), "{said} is not taken for {name}");
        }
    }

    #[test]
    fn given_name_and_surname_agree() {
        for (said, name) in [
            ("ивану смирновым", "иван смирнов"),
            ("ивана смирнову", "иван смирнов"),
            ("иваном смирнова", "иван смирнов"),
            ("марию петровой", "мария петрова"),
            ("ивану ким", "иван ким"),
        ] {
            assert!(!is_form(said, name), "{said} is taken for {name}");
        }
    }

    #[test]
    fn other_languages_have_no_cases() {
        assert!(Cases::of("en").is_none() && Cases::of("uk").is_none() && Cases::of("").is_none());
    }

    proptest::proptest! {
        #[test]
        fn every_form_leads_back_to_its_name(name in "[а-яё]{2,9}( [а-яё]{2,9}){0,2}") {
            let mut forms = Vec::new();
            cases().forms(&name, &mut |form| forms.push(form.to_owned()));
            for form in forms {
                proptest::prop_assert!(is_form(&form, &name), "{} of {}", form, name);
            }
        }

        #[test]
        fn any_word_is_its_own_nominative(word in "\\PC{1,12}") {
            let mut itself = false;
            cases().lemmas(&word, |lemma| itself |= lemma.stem == word.len() && lemma.ending.is_empty());
            proptest::prop_assert!(itself);
        }
    }
}
