//! The sounds, and how easily one is taken for another.

use std::sync::LazyLock;

/// A sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(u8);

/// The symbols of all sounds: vowels first, `@` for the neutral one, `&` as in "cat", `ü` and `ö` as in German;
/// `T` as in "thin", `S` "ship", `Z` "vision", `C` "chin", `J` "gin", `N` "sing", `x` "loch".
const SYMBOLS: [char; 32] = [
    'a', '&', 'e', 'i', 'o', 'u', '@', 'ü', 'ö', 'p', 'b', 't', 'd', 'k', 'g', 'f', 'v', 'T', 's', 'z', 'S',
    'Z', 'C', 'J', 'h', 'x', 'm', 'n', 'N', 'l', 'r', 'y',
];
/// Behind [`SYMBOLS`].
const W: u8 = 32;
const VOWELS: usize = 9;
/// How many sounds there are.
pub(in crate::grammar) const PHONES: usize = 33;

/// Height and backness of the vowels, 0 to 1.
const PLACES: [(f32, f32); VOWELS] = [
    (1.0, 0.6),
    (0.9, 0.2),
    (0.5, 0.0),
    (0.0, 0.0),
    (0.6, 1.0),
    (0.0, 1.0),
    (0.55, 0.5),
    (0.0, 0.4),
    (0.5, 0.35),
];

/// Sounds that are taken for each other, and what it costs; anything else costs [`UNLIKE`] or [`SAME_MANNER`].
const NEAR: &[(&str, u16)] = &[
    ("pb", 25),
    ("td", 25),
    ("kg", 25),
    ("fv", 25),
    ("sz", 20),
    ("SZ", 20),
    ("CJ", 25),
    ("Tt", 35),
    ("Tf", 35),
    ("Ts", 40),
    ("Td", 40),
    ("Tz", 45),
    ("Tv", 45),
    ("sS", 35),
    ("zZ", 35),
    ("sZ", 45),
    ("zS", 45),
    ("SC", 35),
    ("ZJ", 30),
    ("SJ", 45),
    ("ZC", 45),
    ("sC", 55),
    ("zJ", 55),
    ("tC", 45),
    ("dJ", 45),
    ("mn", 35),
    ("nN", 25),
    ("mN", 45),
    ("lr", 45),
    ("rw", 45),
    ("lw", 45),
    ("vw", 30),
    ("bv", 35),
    ("fp", 55),
    ("ln", 60),
    ("hx", 15),
    ("xk", 35),
    ("xS", 45),
    ("xg", 50),
    ("xr", 55),
    ("hf", 65),
    ("yJ", 50),
    ("yZ", 55),
    ("bw", 60),
    ("iy", 25),
    ("uw", 25),
    ("ey", 45),
    ("üy", 40),
    ("ow", 45),
    ("@r", 60),
    ("yl", 55),
];
/// Stops among each other, fricatives among each other.
const MANNERS: &[&str] = &["pbtdkg", "fvTszSZhx", "mnN", "lrwy", "CJ"];
const SAME_MANNER: u16 = 65;
const UNLIKE: u16 = 100;
/// A vowel for a consonant: no better than one left out and one added.
const VOWEL_FOR_CONSONANT: u16 = 140;

impl Phone {
    /// The sound with a symbol.
    pub(super) fn of(symbol: char) -> Option<Self> {
        if symbol == 'w' {
            return Some(Self(W));
        }
        let at = SYMBOLS.iter().position(|known| *known == symbol)?;
        u8::try_from(at).ok().map(Self)
    }

    /// The sound's symbol, for tables and messages.
    pub fn symbol(self) -> char {
        SYMBOLS.get(usize::from(self.0)).copied().unwrap_or('w')
    }

    /// Whether it is a vowel.
    pub fn is_vowel(self) -> bool {
        usize::from(self.0) < VOWELS
    }

    /// Its number, below [`PHONES`].
    pub(in crate::grammar) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The sound with a number.
    pub(in crate::grammar) fn at(index: u8) -> Self {
        Self(index)
    }

    /// What it costs to leave it out or to add it, in hundredths of a plain consonant.
    pub(in crate::grammar) fn weight(self) -> u16 {
        match self.symbol() {
            '@' => 35,
            'h' => 35,
            'y' | 'w' | 'r' => 55,
            _ if self.is_vowel() => 60,
            _ => 90,
        }
    }

    /// What it costs to take it for `other`, in hundredths.
    pub(in crate::grammar) fn cost(self, other: Self) -> u16 {
        COSTS.get(self.index() * PHONES + other.index()).copied().unwrap_or(UNLIKE)
    }
}

static COSTS: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let all: Vec<char> = SYMBOLS.iter().copied().chain(['w']).collect();
    all.iter().flat_map(|a| all.iter().map(|b| substitution(*a, *b))).collect()
});

fn substitution(a: char, b: char) -> u16 {
    if a == b {
        return 0;
    }
    if let Some((_, cost)) = NEAR.iter().find(|(pair, _)| pair.contains(a) && pair.contains(b)) {
        return *cost;
    }
    let place = |c| SYMBOLS.iter().position(|known| *known == c).and_then(|at| PLACES.get(at));
    match (place(a), place(b)) {
        (Some(a), Some(b)) => {
            let apart = ((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sqrt();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 5 and 100")]
            let cost = (5.0 + 55.0 * apart).clamp(5.0, 70.0) as u16;
            cost
        }
        (None, None) if MANNERS.iter().any(|manner| manner.contains(a) && manner.contains(b)) => SAME_MANNER,
        (None, None) => UNLIKE,
        _ => VOWEL_FOR_CONSONANT,
    }
}

/// How different two pronunciations are: 0 for the same, 1 for nothing in common. What it costs to turn one into the
/// other, in relation to the longer one.
pub fn distance(a: &[Phone], b: &[Phone]) -> f32 {
    let weight = |phones: &[Phone]| phones.iter().map(|phone| u32::from(phone.weight())).sum::<u32>();
    let longer = weight(a).max(weight(b));
    if longer == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let share = cost(a, b) as f32 / longer as f32;
    share.min(1.0)
}

/// What it costs to turn one pronunciation into the other, in hundredths of a plain consonant.
pub(in crate::grammar) fn cost(a: &[Phone], b: &[Phone]) -> u32 {
    let mut row: Vec<u32> = Vec::with_capacity(b.len() + 1);
    row.push(0);
    for phone in b {
        row.push(row.last().copied().unwrap_or(0) + u32::from(phone.weight()));
    }
    for left in a {
        let mut diagonal = row[0];
        row[0] += u32::from(left.weight());
        for (at, right) in b.iter().enumerate() {
            let best = (row[at + 1] + u32::from(left.weight()))
                .min(row[at] + u32::from(right.weight()))
                .min(diagonal + u32::from(left.cost(*right)));
            diagonal = std::mem::replace(&mut row[at + 1], best);
        }
    }
    row.last().copied().unwrap_or(0)
}
