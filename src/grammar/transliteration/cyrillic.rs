//! Cyrillic alphabets: whose letters a name is written in, and how it is written in Latin letters, or in Russian ones.

/// Whose letters a name is written in. Words that say nothing are read as those beside them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Alphabet {
    Russian,
    /// "г" is h, "и" is y.
    Ukrainian,
    /// As Ukrainian, perhaps: "Ганна".
    Undecided,
    SouthSlavic,
    Bulgarian,
}

impl Alphabet {
    pub(super) fn of(core: &[String]) -> Self {
        let any = |letters: &[char]| core.iter().any(|word| word.contains(letters));
        let ends =
            |endings: &[&str]| core.iter().any(|word| endings.iter().any(|ending| word.ends_with(ending)));
        if any(&['ј', 'љ', 'њ', 'ћ', 'ђ', 'џ', 'ѓ', 'ќ', 'ѕ']) {
            Self::SouthSlavic
        } else if core.iter().any(|word| has_full_hard_sign(word)) {
            Self::Bulgarian
        } else if any(&['ә', 'қ', 'ғ', 'ң', 'ө', 'ұ', 'ү', 'һ']) {
            Self::Russian
        } else if any(&['і', 'ї', 'є', 'ґ', 'ў']) || ends(&["ський", "цький", "ська", "цька"])
        {
            Self::Ukrainian
        } else if any(&['г']) && !any(&['ы', 'э', 'ё', 'ъ']) {
            Self::Undecided
        } else {
            Self::Russian
        }
    }
}

/// Between consonants the hard sign is a vowel: "Търновски".
fn has_full_hard_sign(word: &str) -> bool {
    word.char_indices().any(|(at, c)| {
        c == 'ъ'
            && word[at + c.len_utf8()..].chars().next().is_some_and(|next| {
                next.is_alphabetic() && !matches!(next, 'е' | 'ё' | 'ю' | 'я' | 'и' | 'о')
            })
    })
}

/// The ways to write a Cyrillic word in Latin letters, the likeliest first.
pub(super) fn latin_ways(word: &str, alphabet: Alphabet) -> Vec<String> {
    if alphabet == Alphabet::SouthSlavic {
        return [GAJ, ENGLISH, MIXED, PLAIN].map(|letters| south_slavic(word, letters)).to_vec();
    }
    let expected = to_latin(word, false, alphabet == Alphabet::Bulgarian);
    let passport = to_latin(word, true, alphabet == Alphabet::Bulgarian);
    // "Dmitry", "Zhukovsky": as newspapers write it.
    let ending = expected.strip_suffix("iy").or_else(|| expected.strip_suffix("yy"));
    let short = ending.map_or_else(|| expected.clone(), |stem| format!("{stem}y")).replace("yo", "e");
    let russian = vec![expected, passport, short, to_german(word)];
    let ukrainian = || vec![to_ukrainian(word, true), to_ukrainian(word, false)];
    match alphabet {
        Alphabet::Ukrainian => [ukrainian(), russian].concat(),
        Alphabet::Undecided => [russian, ukrainian()].concat(),
        _ => russian,
    }
}

/// As in passports (`passport`: "iuliia") or as English readers expect it ("yuliya").
pub(super) fn to_latin(word: &str, passport: bool, bulgarian: bool) -> String {
    let mut out = String::new();
    for c in word.chars() {
        let letters = match (c, passport) {
            ('а' | 'ә', _) => "a",
            ('б', _) => "b",
            ('в', _) => "v",
            ('г' | 'ґ' | 'ғ', _) => "g",
            ('д', _) => "d",
            ('е' | 'э' | 'є', _) | ('ё', true) => "e",
            ('ё', false) => "yo",
            ('ж', _) => "zh",
            ('з', _) => "z",
            ('и' | 'і' | 'ї' | 'ӣ', _) | ('й', true) => "i",
            ('ы', _) | ('й', false) => "y",
            ('к' | 'қ', _) => "k",
            ('л', _) => "l",
            ('м', _) => "m",
            ('н' | 'ң', _) => "n",
            ('о' | 'ө', _) => "o",
            ('п', _) => "p",
            ('р', _) => "r",
            ('с', _) => "s",
            ('т', _) => "t",
            ('у' | 'ў' | 'ұ' | 'ү' | 'ӯ', _) => "u",
            ('ф', _) => "f",
            ('х', _) => "kh",
            ('һ' | 'ҳ', _) => "h",
            ('ц', _) => "ts",
            ('ч', _) => "ch",
            ('ҷ' | 'җ', _) => "j",
            ('ш', _) => "sh",
            ('щ', _) if bulgarian => "sht",
            ('щ', _) => "shch",
            ('ъ', _) if bulgarian => "a",
            ('ъ' | 'ь', _) => "",
            ('ю', true) => "iu",
            ('ю', false) => "yu",
            ('я', true) => "ia",
            ('я', false) => "ya",
            _ => {
                out.push(c);
                ""
            }
        };
        out.push_str(letters);
    }
    out
}

/// As in Ukrainian and Belarusian passports ("hryhorii") or as English readers expect it ("hryhoriy").
fn to_ukrainian(word: &str, passport: bool) -> String {
    let mut out = String::new();
    for c in word.chars() {
        match (c, passport) {
            ('г', _) => out.push('h'),
            ('и', _) => out.push('y'),
            ('є', true) => out.push_str("ie"),
            ('є', false) => out.push_str("ye"),
            ('ї', false) => out.push_str("yi"),
            _ => out.push_str(&to_latin(c.encode_utf8(&mut [0; 4]), passport, false)),
        }
    }
    out
}

/// The letters that South Slavic alphabets have besides, or read in their own way.
const SOUTH_SLAVIC: [char; 14] = ['ж', 'ц', 'ч', 'ш', 'х', 'ј', 'љ', 'њ', 'ћ', 'ђ', 'џ', 'ѓ', 'ќ', 'ѕ'];

/// As they are written at home: "Đorđe", "Jovanović".
const GAJ: [&str; 14] = ["ž", "c", "č", "š", "h", "j", "lj", "nj", "ć", "đ", "dž", "gj", "kj", "dz"];
/// By sound, for English readers: "Yovanovich".
const ENGLISH: [&str; 14] = ["zh", "ts", "ch", "sh", "h", "y", "ly", "ny", "ch", "dj", "j", "gy", "ky", "dz"];
/// "Jovanovich", "Djordje".
const MIXED: [&str; 14] = ["zh", "c", "ch", "sh", "h", "j", "lj", "nj", "ch", "dj", "dz", "gj", "kj", "dz"];
/// Without marks: "Djordje Petrovic".
const PLAIN: [&str; 14] = ["z", "c", "c", "s", "h", "j", "lj", "nj", "c", "dj", "dz", "g", "k", "dz"];

fn south_slavic(word: &str, letters: [&str; 14]) -> String {
    let mut out = String::new();
    for c in word.chars() {
        match SOUTH_SLAVIC.iter().position(|own| *own == c) {
            Some(at) => out.push_str(letters[at]),
            None => out.push_str(&to_latin(c.encode_utf8(&mut [0; 4]), true, true)),
        }
    }
    out
}

/// A word in another Cyrillic alphabet in Russian letters: "Йованович", "Нурланов".
pub(super) fn to_russian(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(c) = letters.next() {
        let (hard, soft) = match c {
            'ј' => ("", 'й'),
            'љ' => ("л", 'ь'),
            'њ' => ("н", 'ь'),
            c => {
                match c {
                    'ћ' => out.push('ч'),
                    'ђ' | 'џ' => out.push_str("дж"),
                    'ѕ' => out.push_str("дз"),
                    'җ' | 'ҷ' => out.push_str("дж"),
                    'ѓ' => out.push('г'),
                    'ќ' => out.push('к'),
                    'ў' => out.push('в'),
                    'ӣ' => out.push('и'),
                    'ӯ' => out.push('у'),
                    'ҳ' => out.push('х'),
                    'і' | 'ї' => out.push('и'),
                    'є' => out.push('е'),
                    c => out.push(russian_like(c)),
                }
                continue;
            }
        };
        out.push_str(hard);
        let vowel = match letters.peek() {
            Some('а') => "я",
            Some('у') => "ю",
            Some('е') => "е",
            Some('и') => "и",
            Some('о') if c == 'ј' => "йо",
            Some('о') => "ё",
            _ => {
                out.push(soft);
                continue;
            }
        };
        letters.next();
        out.push_str(vowel);
    }
    out
}

/// The Russian letter that sounds most like a letter of another alphabet.
pub(super) fn russian_like(c: char) -> char {
    match c {
        'ґ' | 'ғ' => 'г',
        'ә' => 'а',
        'қ' => 'к',
        'ң' => 'н',
        'ө' => 'о',
        'ұ' | 'ү' => 'у',
        'һ' => 'х',
        c => c,
    }
}

/// As German newspapers write it: "Tschernyschow".
fn to_german(word: &str) -> String {
    let mut out = String::new();
    for c in word.chars() {
        let letters = match c {
            'ж' | 'ш' => "sch",
            'щ' => "schtsch",
            'х' => "ch",
            'ц' => "z",
            'ч' => "tsch",
            'в' => "w",
            'й' => "j",
            'ы' => "y",
            'ё' => "jo",
            'ю' => "ju",
            'я' => "ja",
            c => {
                out.push_str(&to_latin(c.encode_utf8(&mut [0; 4]), true, false));
                ""
            }
        };
        out.push_str(letters);
    }
    out.strip_suffix("ij").map_or_else(|| out.clone(), |stem| format!("{stem}i"))
}
