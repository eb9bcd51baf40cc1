//! What a display name consists of: the name itself, what somebody is called besides, and what stands beside it. Knows
//! brackets, quotation marks and dashes, no names.

mod written;

use super::names::{self, Names};
use crate::text;
pub(super) use written::{humps, joined, tidied};

/// A display name, taken apart. Words that were written as one compound are one unit: "müller thalheim".
#[derive(Debug, Default, PartialEq)]
pub(super) struct Display {
    /// The person or the room: "Smith, John" in the order in which it is said.
    pub core: Vec<String>,
    /// What stands in quotation marks or brackets in the middle or behind: "Bill", the maiden name.
    pub called: Vec<String>,
    /// What stands beside it: company, city, department, extension.
    pub beside: Vec<Vec<String>>,
}

impl Display {
    pub(super) fn of(name: &str, names: &Names) -> Self {
        let pieces = pieces_of(name, names);
        let mut display = Self::default();
        for piece in pieces {
            let (first, rest) = piece.text.split_once(' ').unwrap_or((&piece.text, ""));
            let words = match text::fold(first) {
                // "Д-р Айвазян"
                first if first.contains('-') && !names.read_as(&first).is_empty() => {
                    let rest = units(rest);
                    names.read_as(&first).iter().take(1).map(|&long| long.to_owned()).chain(rest).collect()
                }
                _ => units(&piece.text),
            };
            match piece.place {
                _ if words.is_empty() => {}
                Place::Core => display.core = words,
                Place::Called => display.called.push(words.join(" ")),
                Place::Beside => display.beside.push(words),
            }
        }
        display
    }
}

/// The parts of a display name as they are written, the name first.
pub(super) fn pieces(name: &str) -> Vec<String> {
    pieces_of(name, Names::none()).into_iter().map(|piece| piece.text).collect()
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Core,
    Called,
    Beside,
}

#[derive(Debug)]
struct Piece {
    text: String,
    /// The character before it.
    open: char,
    place: Place,
}

impl Piece {
    fn is_quoted(&self) -> bool {
        matches!(self.open, '"' | '“' | '„' | '«')
    }

    fn is_aside(&self) -> bool {
        self.is_quoted() || matches!(self.open, '(' | '[' | '{')
    }

    fn words(&self) -> usize {
        self.text.split(' ').count()
    }

    /// Two words or three, without numbers and roles.
    fn is_person(&self, names: &Names) -> bool {
        let words = units(&self.text);
        (2..=4).contains(&words.len())
            && words.iter().all(|word| word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | ' ')))
            && !words.iter().any(|word| names.is_kind(word) || names.is_role(word))
    }
}

fn split(name: &str, names: &Names) -> Vec<Piece> {
    let mut parts = vec![Piece { text: String::new(), open: ' ', place: Place::Beside }];
    let characters: Vec<char> = name.chars().collect();
    let mut quotes = 0;
    let is_couple = is_couple(name, names);
    for (at, c) in characters.iter().enumerate() {
        let next = characters.get(at + 1);
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        let spaced = before.is_some_and(|before| before.is_whitespace())
            && next.is_none_or(|next| next.is_whitespace());
        let ends = next.is_none_or(|next| next.is_whitespace());
        match c {
            '/' if is_always(&characters, at) => {
                if let Some(part) = parts.last_mut() {
                    part.text.truncate(part.text.len() - ALWAYS.len());
                }
                parts.push(Piece { text: format!("{ALWAYS} "), open: '/', place: Place::Beside });
            }
            '/' if is_couple => {
                if let Some(part) = parts.last_mut() {
                    part.text.push(' ');
                }
            }
            '(' | ')' | '[' | ']' | '{' | '}' | '/' | '|' | ',' | ';' | '«' | '»' | '„' | '“' | '”' | '•'
            | '·' => {
                let open = if *c == '“' && parts.last().is_some_and(|part| part.open == '„') {
                    '”'
                } else {
                    *c
                };
                parts.push(Piece { text: String::new(), open, place: Place::Beside });
            }
            '"' => {
                quotes += 1;
                let open = if quotes % 2 == 1 { '"' } else { '”' };
                parts.push(Piece { text: String::new(), open, place: Place::Beside });
            }
            '-' | '–' | '—' | '*' | '~' if spaced => {
                parts.push(Piece { text: String::new(), open: '-', place: Place::Beside });
            }
            c if is_picture(*c) => {
                let is_whole = parts.last().is_some_and(|part| part.text.trim_end().contains(' '));
                match parts.last_mut().filter(|_| !is_whole) {
                    Some(part) => part.text.push(' '),
                    None => parts.push(Piece { text: String::new(), open: '-', place: Place::Beside }),
                }
            }
            ':' if ends => parts.push(Piece { text: String::new(), open: ':', place: Place::Beside }),
            // What stands behind the @ of an address is no name.
            '@' => break,
            '.' | '_' if !ends => {
                if let Some(part) = parts.last_mut() {
                    part.text.push(' ');
                }
            }
            c => {
                if let Some(part) = parts.last_mut() {
                    part.text.push(*c);
                }
            }
        }
    }
    for part in &mut parts {
        part.text = part.text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    parts.retain(|part| part.text.chars().any(char::is_alphanumeric));
    parts
}

/// Arrows, signs and emoji: behind a name they part it from what follows.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

const ALWAYS: &str = "24";

/// "IT Helpdesk 24/7" tells when there is somebody, and is no number.
fn is_always(characters: &[char], slash: usize) -> bool {
    let is_digit = |at: usize| characters.get(at).is_some_and(char::is_ascii_digit);
    let before: String = characters[slash.saturating_sub(ALWAYS.len())..slash].iter().collect();
    let begins = slash.checked_sub(ALWAYS.len() + 1).is_some_and(|at| characters[at] == ' ');
    begins && before == ALWAYS && characters.get(slash + 1) == Some(&'7') && !is_digit(slash + 2)
}

/// "Rory/Rosalind Quaye": two given names before one surname.
fn is_couple(name: &str, names: &Names) -> bool {
    let is_word = |word: &str| {
        word.chars().nth(1).is_some()
            && word.chars().all(char::is_alphabetic)
            && !names.is_kind(&text::fold(word))
    };
    name.split_once('/').is_some_and(|(first, rest)| {
        is_word(first) && rest.split_once(' ').is_some_and(|(second, last)| is_word(second) && is_word(last))
    })
}

fn pieces_of(name: &str, names: &Names) -> Vec<Piece> {
    let mut parts = split(name, names);
    if parts.len() > 1 && matches!(parts[0].open, '(' | '[' | '{') {
        // "[EXT] Carlos Vega"
        parts.rotate_left(1);
    }
    without_pronouns(&mut parts);
    present(&mut parts, names);
    marked(&mut parts);
    called(&mut parts, names);
    quoted(&mut parts, names);
    readable(&mut parts);
    turned(&mut parts, names);
    role_first(&mut parts, names);
    if let Some(first) = parts.first_mut() {
        first.place = Place::Core;
    }
    parts
}

/// "(she/her)" says how to speak of somebody, and is no name.
fn without_pronouns(parts: &mut Vec<Piece>) {
    const PRONOUNS: &[&str] = &[
        "he", "him", "his", "she", "her", "hers", "they", "them", "theirs", "er", "ihn", "ihm", "sie", "ihr",
        "él", "ella", "elle", "он", "его", "она", "её", "ее",
    ];
    let is_pronoun = |part: &Piece| PRONOUNS.contains(&text::fold(&part.text).as_str());
    if parts.iter().skip(1).filter(|part| is_pronoun(part)).count() > 1 {
        let mut first = true;
        parts.retain(|part| std::mem::take(&mut first) || !is_pronoun(part));
    }
}

/// "Lüttge, Bernd (im Urlaub)", "Ann Lee OOO until 10/01": who is away is called as ever.
fn present(parts: &mut Vec<Piece>, names: &Names) {
    let mut present: Vec<Piece> = Vec::with_capacity(parts.len());
    let mut is_cut = false;
    for mut part in parts.drain(..) {
        let is_date = !part.text.contains(char::is_alphabetic);
        if is_cut && is_date {
            continue;
        }
        let words: Vec<&str> = part.text.split(' ').collect();
        // "Until" alone may be somebody's name.
        let is_behind = |at: &usize| !present.is_empty() || *at > 1;
        let away = names.away_at(&words).filter(is_behind);
        is_cut = away.is_some();
        if let Some(at) = away {
            part.text = words[..at].join(" ");
        }
        present.extend((!part.text.is_empty()).then_some(part));
    }
    *parts = present;
}

/// Letters that have no reading here: without vowels or without sounds.
fn is_unread(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{6ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// "Lucy Bell ext 12", "Grete Pohl geb. Kunz": how to reach somebody, and a former name, are no part of the name.
fn marked(parts: &mut Vec<Piece>) {
    const MARKS: &[&str] =
        &["ext", "extension", "tel", "доб", "тел", "вн", "durchwahl", "dw", "int", "extensión", "x"];
    const BORN: &[&str] = &["née", "nee", "geb", "geborene", "урожд", "урождённая", "vda", "viuda"];
    let is_born = |word: &str| BORN.contains(&text::fold(word.trim_end_matches('.')).as_str());
    let has_digits = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let mut split = Vec::with_capacity(parts.len());
    for mut part in parts.drain(..) {
        let words: Vec<&str> = part.text.split(' ').collect();
        let mark = words.windows(2).position(|pair| {
            is_born(pair[0])
                || MARKS.contains(&text::fold(pair[0].trim_end_matches('.')).as_str()) && has_digits(pair[1])
        });
        // "x4471", "-110"
        let short = || {
            let is_short = |word: &&str| {
                word.strip_prefix('x').is_some_and(|rest| rest.len() > 1 && has_digits(rest))
                    || word.strip_prefix('-').is_some_and(has_digits)
            };
            words.iter().position(is_short).filter(|at| *at > 1 || words[*at].starts_with('-') && *at > 0)
        };
        match mark {
            Some(at) if is_born(words[at]) => {
                let born = Piece { text: words[at + 1..].join(" "), open: part.open, place: Place::Called };
                let name = words[..at].join(" ");
                part.text = name;
                split.extend((!part.text.is_empty()).then_some(part));
                split.push(born);
            }
            Some(at) if at > 0 => split.extend(cut(&part, at)),
            _ => match short() {
                Some(at) => split.extend(cut(&part, at)),
                None => split.push(part),
            },
        }
    }
    *parts = split;
}

fn cut(part: &Piece, at: usize) -> [Piece; 2] {
    let words: Vec<&str> = part.text.split(' ').collect();
    [
        Piece { text: words[..at].join(" "), ..*part },
        Piece { text: words[at..].join(" "), open: ' ', place: Place::Beside },
    ]
}

/// `William "Bill" Hacker`, "Dr. Robert (Bobby) Hall": one name around another. Titles stand before it only.
fn called(parts: &mut Vec<Piece>, names: &Names) {
    let [before, middle, after, ..] = parts.as_slice() else { return };
    let closed = matches!(after.open, ')' | ']' | '}' | '»' | '”');
    // "ООО «Ромашка» Иван Смирнов"
    let is_capital = |piece: &Piece| piece.text.chars().all(|c| !c.is_lowercase());
    let is_name = |units: &[String]| {
        (1..=2).contains(&units.len())
            && units.iter().all(|unit| {
                unit.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | ' '))
                    && !names.is_kind(unit)
                    && !names.is_title(unit)
            })
    };
    let own = units(&before.text);
    let titles = leading_titles(&own, names);
    // "Prof. (em.) Hans Thal"
    if closed && middle.is_aside() && titles == own.len() && after.words() > 1 {
        parts[0].text = format!("{} {}", before.text, after.text);
        parts.remove(2);
        return;
    }
    let fits = closed
        && (!is_capital(before) || is_capital(after))
        && middle.is_aside()
        && is_name(&own[titles..])
        && is_name(&units(&middle.text))
        && is_name(&units(&after.text));
    if fits {
        let text = format!("{} {}", before.text, after.text);
        let mut middle = parts.remove(1);
        middle.place = Place::Called;
        parts.remove(1);
        parts[0].text = text;
        parts.insert(1, middle);
    }
}

/// How many titles a name begins with.
fn leading_titles(units: &[String], names: &Names) -> usize {
    units.iter().take_while(|unit| names.is_title(unit)).count()
}

/// What stands in quotation marks: "ООО «Ромашка» Иван Смирнов" is a person of a company, "Зал «Москва»" a room.
fn quoted(parts: &mut Vec<Piece>, names: &Names) {
    if parts.len() < 2
        || !parts.iter().any(Piece::is_quoted)
        || parts.iter().any(|part| part.place == Place::Called)
    {
        return;
    }
    let is_person =
        |part: &Piece| part.text.contains(' ') && !part.text.contains(|c: char| c.is_ascii_digit());
    if let Some(person) = parts.iter().position(is_person) {
        let person = parts.remove(person);
        parts.insert(0, person);
    } else if let [kind, own, ..] = parts.as_slice()
        && own.is_quoted()
        && kind.open == ' '
    {
        let (whole, kind) = (format!("{} {}", kind.text, own.text), kind.text.clone());
        parts[0].text = whole;
        if kind.contains(' ') && !names.is_kind(&kind) {
            parts.push(Piece { text: kind, open: '"', place: Place::Beside });
        }
    }
}

/// "李娜 (Li Na)": what can be read comes first.
fn readable(parts: &mut Vec<Piece>) {
    let is_read = |part: &Piece| !part.text.contains(is_unread);
    let found = parts.iter().position(is_read).filter(|at| *at > 0);
    // "佐々木 (Sasaki) Yuki"
    if let Some(at) = found
        && parts[at].words() == 1
        && let Some(next) = parts.get(at + 1).filter(|next| next.words() == 1 && is_read(next))
    {
        parts[at].text = format!("{} {}", parts[at].text, next.text);
        parts.remove(at + 1);
    }
    if let Some(at) = found.filter(|at| parts[*at].words() > 1) {
        let part = parts.remove(at);
        parts.insert(0, part);
        return;
    }
    // "王秀英 Wang Xiuying"
    let Some(first) = parts.first() else { return };
    let words: Vec<&str> = first.text.split(' ').collect();
    let (unread, read): (Vec<&str>, Vec<&str>) = words.into_iter().partition(|word| word.contains(is_unread));
    if !unread.is_empty() && read.len() > 1 {
        let (unread, read) = (unread.join(" "), read.join(" "));
        parts[0].text = read;
        parts.push(Piece { text: unread, open: ' ', place: Place::Beside });
    }
}

/// "Smith, John" is said "John Smith", and "Smith, Prof. Dr. John" with his titles first.
fn turned(parts: &mut Vec<Piece>, names: &Names) {
    let is_particle = |word: &str| names::is_particle(&text::fold(word));
    if let [surname, given, ..] = parts.as_slice()
        && given.open == ','
        && (surname.words() <= 2 || surname.text.split(' ').any(is_particle))
        && given.words() - leading_titles(&units(&given.text), names).min(given.words()) <= 3
        && !is_suffix(&given.text, &surname.text)
        && !is_place(&surname.text, names)
        && !is_place(&given.text, names)
    {
        let text = format!("{} {}", given.text, surname.text);
        parts.remove(1);
        parts[0].text = text;
    }
    // "Smith, John, Prof. Dr."
    if let [name, titles, ..] = parts.as_slice()
        && titles.open == ','
        && units(&titles.text).iter().all(|word| names.is_title(word) && !names.is_role(word))
        && !is_suffix(&titles.text, &name.text)
    {
        let text = format!("{} {}", titles.text, name.text);
        parts.remove(1);
        parts[0].text = text;
    }
}

/// "2-й этаж", "КПП-2"; "John2" is a login.
fn is_place(part: &str, names: &Names) -> bool {
    let has_digit = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    let is_code = |word: &str| word.contains('-') && has_digit(word);
    part.starts_with(|c: char| c.is_ascii_digit())
        || part.split(' ').any(is_code)
        || has_digit(part) && units(part).iter().any(|word| names.is_kind(word))
}

/// "CEO – Leonard Vance", "Директор: Ольга Иванова": what somebody is, then who.
fn role_first(parts: &mut Vec<Piece>, names: &Names) {
    let [first, second, ..] = parts.as_slice() else { return };
    let is_capital = first.text.chars().all(|c| !c.is_lowercase()) && first.text.chars().count() <= 5;
    let said_first = match second.open {
        ':' => true,
        '-' | '|' | '/' => {
            let words = units(&first.text);
            is_capital
                || words.iter().any(|word| names.is_title(word) || names.is_kind(word))
                || words.len() == 1
                    && words.iter().all(|word| names.others(word).is_empty())
                    && units(&second.text).iter().any(|word| !names.others(word).is_empty())
        }
        _ => false,
    };
    if said_first && !first.is_person(names) && second.is_person(names) {
        parts.swap(0, 1);
    }
}

/// What follows a name behind a comma without being one: "CEO", "Jr.", "PhD".
fn is_suffix(part: &str, name: &str) -> bool {
    const SUFFIXES: &[&str] =
        &["jr", "jr.", "sr", "sr.", "phd", "ph d", "esq", "esq.", "msc", "bsc", "mba", "md"];
    let is_capital = |text: &str| text.chars().all(|c| !c.is_lowercase());
    SUFFIXES.contains(&text::fold(part).as_str())
        || part.chars().count() <= 4
            && part.chars().all(char::is_alphabetic)
            && is_capital(part)
            && !is_capital(name)
}

/// The words of a piece, folded; of a compound with single letters ("schmidt-r", "ZAL-12") each word by itself.
fn units(piece: &str) -> Vec<String> {
    let piece = text::fold(&text::compose(piece));
    let mut units = Vec::new();
    for word in piece.split_whitespace() {
        let words = text::spoken_words(word);
        let single =
            |word: &String| word.chars().nth(1).is_none() || word.bytes().any(|b| b.is_ascii_digit());
        if word.contains('&') && words.len() > 1 {
            // "AT&T" is nobody called "at".
            units.push(words.join(" "));
        } else if words.iter().any(single) {
            units.extend(words);
        } else if !words.is_empty() {
            units.push(words.join(" "));
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, core: &str, called: &[&str], beside: &[&str]) {
        let display = Display::of(name, Names::of("en"));
        assert_eq!(display.core.join(" "), core, "{name}");
        assert_eq!(display.called, called, "{name}");
        assert_eq!(display.beside.iter().map(|part| part.join(" ")).collect::<Vec<_>>(), beside, "{name}");
    }

    #[test]
    fn display_names_fall_into_parts() {
        check("Смирнов Иван (МСК)", "смирнов иван", &[], &["мск"]);
        check("J. Doe – Board Room 3", "j doe", &[], &["board room 3"]);
        check("Anna-Maria Müller-Lüdenscheidt", "anna maria müller lüdenscheidt", &[], &[]);
        check("ООО «Ромашка» Иван Смирнов", "иван смирнов", &[], &["ооо", "ромашка"]);
        check("Smith, John", "john smith", &[], &[]);
        check("Smith, Prof. Dr. Rev. John Paul", "prof dr rev john paul smith", &[], &[]);
        check("Smith, John, Dr.", "dr john smith", &[], &[]);
        check("john.smith@example.org", "john smith", &[], &[]);
        check("Ann Lee (Acme, Berlin)", "ann lee", &[], &["acme", "berlin"]);
        check("[EXT] Carlos Vega", "carlos vega", &[], &["ext"]);
        check("李娜 (Li Na)", "li na", &[], &["李娜"]);
        check("王秀英 Wang Xiuying", "wang xiuying", &[], &["王秀英"]);
    }

    #[test]
    fn a_nickname_in_the_middle_is_another_name() {
        check("William \"Bill\" Hacker", "william hacker", &["bill"], &[]);
        check("Robert (Bobby) Hall", "robert hall", &["bobby"], &[]);
        check("Анна «Нюта» Белова (СПб)", "анна белова", &["нюта"], &["спб"]);
        check("Susan Reed (née Clarke)", "susan reed", &["clarke"], &[]);
        check("Grete Pohl geb. Kunz", "grete pohl", &["kunz"], &[]);
        check("Dr. Robert \"Bob\" Müller (Acme)", "dr robert müller", &["bob"], &["acme"]);
        check("Robert Dr. (Bob) Müller", "robert dr", &[], &["bob", "müller"]);
        check("Room \"Oslo\" North", "room oslo", &[], &["oslo", "north"]);
    }

    #[test]
    fn who_is_away_is_called_as_ever() {
        check("Ann Lee OOO until Jan 10", "ann lee", &[], &[]);
        check("Lee, Ann * on leave *", "ann lee", &[], &[]);
        check("Ann Lee until 10/01", "ann lee", &[], &[]);
        check("Ann Lee 🌸 on leave", "ann lee", &[], &[]);
        check("Ann Lee 🌸 Sales", "ann lee", &[], &["sales"]);
        check("Until Lee", "until lee", &[], &[]);
        check("IT Helpdesk 24/7", "it helpdesk", &[], &["24 7"]);
    }

    #[test]
    fn titles_in_two_pieces_are_titles() {
        check("Lt. Col. (ret.) Morris Haddow", "lt col morris haddow", &[], &["ret"]);
        check("佐々木 (Sasaki) Yuki", "sasaki yuki", &[], &["佐々木"]);
        check("Guards, Post-2", "guards", &[], &["post 2"]);
    }

    #[test]
    fn who_comes_before_what() {
        check("Rory/Rosalind Quaye", "rory rosalind quaye", &[], &[]);
        check("VP Sales – Leonard Vance", "leonard vance", &[], &["vp sales"]);
        check("Iris Wood (she/her) | Design", "iris wood", &[], &["design"]);
        check("CEO – Leonard Vance", "leonard vance", &[], &["ceo"]);
        check("Директор: Ольга Белова", "ольга белова", &[], &["директор"]);
        check("Marketing – Robert Hall", "robert hall", &[], &["marketing"]);
        check("Ann – Sales Team", "ann", &[], &["sales team"]);
        check("Everest – Meeting Room", "everest", &[], &["meeting room"]);
        check("Lucy Bell ext 12", "lucy bell", &[], &["ext 12"]);
        check("Pat Nolan x4471", "pat nolan", &[], &["x4471"]);
    }
}
