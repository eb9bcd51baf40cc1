//! Greek names in Latin letters, as passports, signs and newspapers write them.

use unicode_normalization::UnicodeNormalization;

pub(super) fn is_greek(word: &str) -> bool {
    word.chars().any(|c| ('\u{370}'..='\u{3ff}').contains(&c))
}

/// One of the ways in which Greek passports, signs and newspapers write.
struct Greek {
    chi: &'static str,
    /// What μπ, ντ and γκ are inside a word; they begin one as "b", "d" and "g".
    inner: [&'static str; 3],
    /// With οι, ει and αι as they sound.
    modern: bool,
}

/// A Greek word in Latin letters, the likeliest way first. Every word has them in the same order.
pub(super) fn to_latin(word: &str) -> Vec<String> {
    const PASSPORT: [&str; 3] = ["mp", "nt", "ng"];
    const NASAL: [&str; 3] = ["mb", "nt", "ng"];
    const PLAIN: [&str; 3] = ["b", "d", "g"];
    const LETTERS: [&str; 3] = ["mp", "nt", "gk"];
    let letters = greek_letters(word);
    let way = |chi, inner, modern| greek_sounds(&letters, &Greek { chi, inner, modern });
    // "Bakoyannis", "Yorgos"
    let soft = way("h", NASAL, true)
        .replace("gia", "ya")
        .replace("gio", "yo")
        .replace("gi", "yi")
        .replace("ge", "ye");
    vec![
        way("ch", PASSPORT, false),
        way("h", NASAL, false),
        way("ch", NASAL, false),
        way("h", LETTERS, false),
        way("ch", LETTERS, false),
        way("h", PLAIN, true),
        way("ch", NASAL, true),
        way("kh", PASSPORT, false),
        soft,
    ]
}

/// The letters without marks; a stressed first letter, or two dots on the second, keep two vowels apart.
fn greek_letters(word: &str) -> Vec<(char, bool)> {
    let mut letters: Vec<(char, bool)> = Vec::new();
    for c in word.nfd() {
        match (c, letters.last_mut()) {
            ('\u{301}', Some(last)) if matches!(last.0, 'α' | 'ε' | 'ο' | 'η') => last.1 = true,
            ('\u{308}', _) => {
                let at = letters.len().checked_sub(2);
                if let Some(before) = at.and_then(|at| letters.get_mut(at)) {
                    before.1 = true;
                }
            }
            (c, _) if c.is_alphabetic() || c == ' ' => letters.push((c, false)),
            _ => {}
        }
    }
    letters
}

fn greek_sounds(letters: &[(char, bool)], way: &Greek) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some((c, apart)) = letters.get(at).copied() {
        let next = letters.get(at + 1).map(|(next, _)| *next);
        let initial = at == 0 || letters[at - 1].0 == ' ';
        // Before a vowel or a voiced consonant.
        let voiced = letters.get(at + 2).is_some_and(|(next, _)| !"θκξπσςτφχψ ".contains(*next));
        let pair = match (c, next) {
            ('μ', Some('π')) => Some(if initial { "b" } else { way.inner[0] }),
            ('ν', Some('τ')) => Some(if initial { "d" } else { way.inner[1] }),
            ('γ', Some('κ')) if initial => Some("g"),
            ('γ', Some('κ')) => Some(way.inner[2]),
            ('γ', Some('γ')) => Some("ng"),
            ('α', Some('υ')) if !apart => Some(if voiced { "av" } else { "af" }),
            ('ε', Some('υ')) if !apart => Some(if voiced { "ev" } else { "ef" }),
            ('ο', Some('υ')) if !apart => Some("ou"),
            ('ο' | 'ε', Some('ι')) if !apart && way.modern => Some("i"),
            ('α', Some('ι')) if !apart && way.modern => Some("e"),
            _ => None,
        };
        if let Some(pair) = pair {
            out.push_str(pair);
            at += 2;
            continue;
        }
        out.push_str(match c {
            'α' => "a",
            'β' => "v",
            'γ' => "g",
            'δ' => "d",
            'ε' => "e",
            'ζ' => "z",
            'η' | 'ι' => "i",
            'θ' => "th",
            'κ' => "k",
            'λ' => "l",
            'μ' => "m",
            'ν' => "n",
            'ξ' => "x",
            'ο' | 'ω' => "o",
            'π' => "p",
            'ρ' => "r",
            'σ' | 'ς' => "s",
            'τ' => "t",
            'υ' => "y",
            'φ' => "f",
            'χ' => way.chi,
            'ψ' => "ps",
            ' ' => " ",
            _ => "",
        });
        at += 1;
    }
    out
}
