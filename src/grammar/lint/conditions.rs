//! Conditions that can never hold.

use super::super::context;
use super::super::diagnostics::{Diagnostic, Diagnostics};
use super::super::pack::Pack;

/// Blocks that need of a key what they also forbid.
pub(super) fn contradictions(pack: &Pack, found: &mut Diagnostics) {
    for (name, intent) in &pack.intents {
        for block in &intent.blocks {
            for required in &block.requires {
                let against = |it: &&_| context::contradicts(required, it) && it.key == required.key;
                let (Some(forbidden), Some(place)) = (block.excludes.iter().find(against), &required.place)
                else {
                    continue;
                };
                let other = forbidden.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
                let message = format!(
                    "sentences of `{name}` are never valid: they need `{}` to be {}, and `excludes_context`{other} \
                     forbids it",
                    required.key,
                    context::wanted(&required.expect)
                );
                found.push(Diagnostic::warning(place, message).help("take one of the two conditions out"));
            }
        }
    }
}
