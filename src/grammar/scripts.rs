//! Names in scripts that can be read letter by letter, in Latin letters: Georgian and Japanese syllables. Those that
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
            letter => out.push_str(find(KANA, *letter).or_else(|| find(GEORGIAN, *letter))?),
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
        ] {
            assert_eq!(to_latin(word).as_deref(), Some(latin), "{word}");
        }
        for word in ["smith", "王", "محمد", "김", "佐とう", ""] {
            assert_eq!(to_latin(word), None, "{word}");
        }
        assert_eq!(to_latin("っ"), None);
    }
}
