//! Names in scripts that can be read letter by letter, in Latin letters: Georgian, Armenian, Korean and Japanese syllables. Those that
//! need a dictionary (Chinese characters) or leave vowels out (Arabic) are for the operator's `heard_as`.

/// As in passports, without apostrophes.
#[rustfmt::skip]
const GEORGIAN: &[(char, &str)] = &[
    ('ა', "a"), ('ბ', "b"), ('გ', "g"), ('დ', "d"), ('ე', "e"), ('ვ', "v"), ('ზ', "z"), ('თ', "t"),
    ('ი', "i"), ('კ', "k"), ('ლ', "l"), ('მ', "m"), ('ნ', "n"), ('ო', "o"), ('პ', "p"), ('ჟ', "zh"),
    ('რ', "r"), ('ს', "s"), ('ტ', "t"), ('უ', "u"), ('ფ', "p"), ('ქ', "k"), ('ღ', "gh"), ('ყ', "q"),
    ('შ', "sh"), ('ჩ', "ch"), ('ც', "ts"), ('ძ', "dz"), ('წ', "ts"), ('ჭ', "ch"), ('ხ', "kh"), ('ჯ', "j"),
    ('ჰ', "h"),
];

/// Whether a letter is Armenian or Georgian.
pub(super) fn is_caucasian(c: char) -> bool {
    matches!(c, '\u{530}'..='\u{58f}' | '\u{10d0}'..='\u{10ff}')
}

/// As in passports.
#[rustfmt::skip]
const ARMENIAN: &[(char, &str)] = &[
    ('ա', "a"), ('բ', "b"), ('գ', "g"), ('դ', "d"), ('ե', "e"), ('զ', "z"), ('է', "e"), ('ը', "y"), ('թ', "t"),
    ('ժ', "zh"), ('ի', "i"), ('լ', "l"), ('խ', "kh"), ('ծ', "ts"), ('կ', "k"), ('հ', "h"), ('ձ', "dz"), ('ղ', "gh"),
    ('ճ', "ch"), ('մ', "m"), ('յ', "y"), ('ն', "n"), ('շ', "sh"), ('ո', "o"), ('չ', "ch"), ('պ', "p"), ('ջ', "j"),
    ('ռ', "r"), ('ս', "s"), ('վ', "v"), ('տ', "t"), ('ր', "r"), ('ց', "ts"), ('ւ', "v"), ('փ', "p"), ('ք', "k"),
    ('և', "ev"), ('օ', "o"), ('ֆ', "f"),
];

/// The first, the vowel and the last of a Korean syllable.
const HANGUL: [&[&str]; 3] = [
    &["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"],
    &[
        "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi",
        "yu", "eu", "ui", "i",
    ],
    &[
        "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t",
        "t", "ng", "t", "t", "k", "t", "p", "t",
    ],
];

/// Surnames that are always written in a way of their own.
const KOREAN: &[(char, &str)] = &[
    ('김', "kim"),
    ('이', "lee"),
    ('박', "park"),
    ('최', "choi"),
    ('정', "jung"),
    ('강', "kang"),
    ('조', "cho"),
    ('윤', "yoon"),
    ('임', "lim"),
    ('신', "shin"),
    ('유', "yoo"),
    ('우', "woo"),
    ('구', "koo"),
    ('노', "roh"),
    ('문', "moon"),
    ('권', "kwon"),
];

/// A Korean name, with spaces between its syllables.
fn korean(word: &str) -> Option<String> {
    let mut syllables: Vec<String> = Vec::new();
    for c in word.chars() {
        let number = (c as usize).checked_sub('가' as usize).filter(|number| *number < 11172)?;
        let surname = KOREAN.iter().find(|(known, _)| syllables.is_empty() && *known == c);
        let places = [number / 588, number % 588 / 28, number % 28];
        let spelled: String =
            HANGUL.iter().zip(places).filter_map(|(letters, place)| letters.get(place)).copied().collect();
        syllables.push(surname.map_or(spelled, |(_, latin)| (*latin).to_owned()));
    }
    Some(syllables.join(" "))
}

/// Hepburn; the other syllabary has the same order, [`KATAKANA`] further on.
#[rustfmt::skip]
const KANA: &[(char, &str)] = &[
    ('あ', "a"), ('い', "i"), ('う', "u"), ('え', "e"), ('お', "o"), ('か', "ka"), ('き', "ki"), ('く', "ku"),
    ('け', "ke"), ('こ', "ko"), ('さ', "sa"), ('し', "shi"), ('す', "su"), ('せ', "se"), ('そ', "so"), ('た', "ta"),
    ('ち', "chi"), ('つ', "tsu"), ('て', "te"), ('と', "to"), ('な', "na"), ('に', "ni"), ('ぬ', "nu"),
    ('ね', "ne"), ('の', "no"), ('は', "ha"), ('ひ', "hi"), ('ふ', "fu"), ('へ', "he"), ('ほ', "ho"), ('ま', "ma"),
    ('み', "mi"), ('む', "mu"), ('め', "me"), ('も', "mo"), ('ら', "ra"), ('り', "ri"), ('る', "ru"), ('れ', "re"),
    ('ろ', "ro"), ('が', "ga"), ('ぎ', "gi"), ('ぐ', "gu"), ('げ', "ge"), ('ご', "go"), ('ざ', "za"), ('じ', "ji"),
    ('ず', "zu"), ('ぜ', "ze"), ('ぞ', "zo"), ('だ', "da"), ('ぢ', "ji"), ('づ', "zu"), ('で', "de"), ('ど', "do"),
    ('ば', "ba"), ('び', "bi"), ('ぶ', "bu"), ('べ', "be"), ('ぼ', "bo"), ('ぱ', "pa"), ('ぴ', "pi"), ('ぷ', "pu"),
    ('ぺ', "pe"), ('ぽ', "po"), ('や', "ya"), ('ゆ', "yu"), ('よ', "yo"), ('わ', "wa"), ('を', "o"), ('ん', "n"),
];

const KATAKANA: u32 = 'ア' as u32 - 'あ' as u32;

/// The word in Latin letters; none if it is written in another script than these.
pub(super) fn to_latin(word: &str) -> Option<String> {
    if let Some(korean) = korean(word).filter(|korean| !korean.is_empty()) {
        return Some(korean);
    }
    let letters: Vec<char> = word.chars().map(hiragana).collect();
    let mut out = String::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        at += 1;
        match letter {
            // A double consonant.
            'っ' => {
                let next =
                    letters.get(at).and_then(|next| find(KANA, *next)).and_then(|next| next.chars().next());
                out.extend(next.map(|next| if next == 'c' { 't' } else { next }));
            }
            // A small vowel changes the syllable before it: "きょ" is "kyo".
            'ゃ' | 'ゅ' | 'ょ' => {
                out.pop();
                if !out.ends_with("sh") && !out.ends_with("ch") && !out.ends_with('j') {
                    out.push('y');
                }
                out.push(match letter {
                    'ゃ' => 'a',
                    'ゅ' => 'u',
                    _ => 'o',
                });
            }
            // Long vowels are written short, as in "Sato" and "Yuko".
            'ー' => {}
            'う' if out.ends_with(['o', 'u']) => {}
            // "ու" is one letter.
            'ւ' if out.ends_with('o') => {
                out.pop();
                out.push('u');
            }
            letter => {
                let tables = [KANA, GEORGIAN, ARMENIAN];
                out.push_str(tables.iter().find_map(|table| find(table, *letter))?);
            }
        }
    }
    (!out.is_empty()).then_some(out)
}

fn find(table: &[(char, &'static str)], letter: char) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == letter).map(|(_, latin)| *latin)
}

/// The same syllable in the syllabary of the table.
fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - KATAKANA).unwrap_or(c),
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::to_latin;

    #[test]
    fn syllables_and_letters() {
        for (word, latin) in [
            ("ქეთევან", "ketevan"),
            ("კვარაცხელია", "kvaratskhelia"),
            ("さとう", "sato"),
            ("ケンジ", "kenji"),
            ("りょうこ", "ryoko"),
            ("しゅん", "shun"),
            ("ハットリ", "hattori"),
            ("イッチ", "itchi"),
            ("ユーコ", "yuko"),
            ("պետրոսյան", "petrosyan"),
            ("թումանյան", "tumanyan"),
            ("김민준", "kim min jun"),
        ] {
            assert_eq!(to_latin(word).as_deref(), Some(latin), "{word}");
        }
        for word in ["smith", "王", "محمد", "佐とう", ""] {
            assert_eq!(to_latin(word), None, "{word}");
        }
        assert_eq!(to_latin("っ"), None);
    }
}
