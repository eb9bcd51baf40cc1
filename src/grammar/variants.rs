//! A sentence in the forms in which templates are tried on it: as it was said, and without skip words.

use std::sync::Arc;

use super::engine::MAX_SENTENCE;
use super::matcher::Grammar;
use super::program::Template;
use super::skip::Where;
use crate::text::{Utterance, clean_as_said, squeeze};

impl Grammar {
    pub(super) fn variants(&self, text: &str) -> Variants {
        let mut text = clean_as_said(text);
        if text.len() > MAX_SENTENCE {
            text.clear();
        }
        let squash = self.program.squash;
        if squash {
            text = squeeze(&text, true);
        }
        let make = |text: String| self.variant(Utterance::from_clean(text, squash));
        let has_skip_words = self.skip.occur_in(&text);
        let without = |at| {
            let left = has_skip_words.then(|| self.skip.remove(&text, at)).flatten();
            left.filter(|text| !text.is_empty()).map(make)
        };
        Variants {
            stripped: without(Where::Everywhere),
            beginning: without(Where::Beginning),
            end: without(Where::End),
            full: make(text.clone()),
        }
    }

    fn variant(&self, utterance: Utterance) -> Variant {
        let mut present = vec![false; self.program.literals.len()];
        match &self.literals {
            Some(automaton) => {
                for hit in automaton.find_overlapping_iter(utterance.folded()) {
                    if let Some(present) = present.get_mut(hit.pattern().as_usize()) {
                        *present = true;
                    }
                }
            }
            None => present.fill(true),
        }
        Variant { utterance: Arc::new(utterance), present }
    }
}

/// A sentence as it is matched: whole, and without skip words where that makes a difference.
pub(super) struct Variants {
    pub full: Variant,
    stripped: Option<Variant>,
    beginning: Option<Variant>,
    end: Option<Variant>,
}

pub(super) struct Variant {
    pub utterance: Arc<Utterance>,
    /// For each literal of the program, whether it is in the sentence.
    present: Vec<bool>,
}

impl Variants {
    /// Those that a template is tried on, in this order.
    pub(super) fn of(&self, template: &Template) -> impl Iterator<Item = &Variant> {
        let second = match (template.starts_wild, template.ends_wild) {
            (false, false) => self.stripped.as_ref(),
            (false, true) => self.beginning.as_ref(),
            (true, false) => self.end.as_ref(),
            (true, true) => None,
        };
        std::iter::once(&self.full).chain(second)
    }
}

impl Variant {
    pub(super) fn may_match(&self, template: &Template) -> bool {
        !self.utterance.folded().is_empty()
            && template.required.iter().all(|group| {
                group.iter().any(|literal| self.present.get(*literal as usize).copied().unwrap_or(true))
            })
    }

    pub(super) fn has_keyword(&self, keywords: &[String], squash: bool) -> bool {
        let text = self.utterance.folded();
        keywords.is_empty()
            || keywords.iter().any(|keyword| {
                if squash {
                    return text.contains(&squeeze(keyword, false));
                }
                text.match_indices(keyword.as_str()).any(|(at, found)| {
                    (at == 0 || text[..at].ends_with(' '))
                        && (at + found.len() == text.len() || text[at + found.len()..].starts_with(' '))
                })
            })
    }
}
