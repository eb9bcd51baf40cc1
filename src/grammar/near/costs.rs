//! What it costs that a word was misheard, in thousandths of a word that is missing: measured on the sentences of
//! `tests/data/tolerance`.

use super::words::NEVER;

/// A word that sounds this much unlike another is no mishearing of it.
pub(super) const MAX_DISTANCE: f32 = 0.34;
/// The cost of a replaced word: fixed, and by distance.
pub(super) const REPLACED: u32 = 180;
pub(super) const PER_DISTANCE: f32 = 1200.0;
/// More, if the word that was heard is one that the grammar knows: the recogniser chose it among others.
pub(super) const KNOWN_WORD: u32 = 80;
/// A small word for another.
pub(super) const SMALL_FOR_SMALL: u32 = 180;
/// Two words written as one, or one as two.
pub(super) const JOINED: u32 = 120;
/// A word, or some, said twice; each more costs a little.
pub(super) const REPEATED: u32 = 120;
pub(super) const REPEATED_MORE: u32 = 60;
/// The beginning of a word before the word.
pub(super) const FALSE_START: u32 = 260;
/// More for a small word at an end of the sentence.
pub(super) const AT_EDGE: u32 = 150;
pub(super) const SKIPPED: u32 = 10;
/// Confidence below which a word of weight may be taken for noise, and what that costs.
pub(super) const UNSURE: f32 = 0.4;
pub(super) const DROPPED: u32 = 250;
/// In diagnoses any word can be missing or extra.
pub(super) const CONTENT: u32 = 1000;
pub(super) const FOREIGN: u32 = 900;

/// Less, if the recogniser was not sure of the word.
pub(super) fn unsure(cost: u32, confidence: f32) -> u32 {
    if cost >= NEVER {
        return NEVER;
    }
    scaled(cost, 0.5 + 0.5 * confidence)
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "costs are small"
)]
pub(super) fn scaled(cost: u32, factor: f32) -> u32 {
    (cost as f32 * factor).round() as u32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "distances are between 0 and 1")]
pub(super) fn by_distance(distance: f32) -> u32 {
    (distance * PER_DISTANCE).round() as u32
}
