//! What the actions, the question and the reply of a block refer to: slots, and facts about the room.

use super::actions::references_in;
use super::diagnostics::Place;
use super::pack::{Block, Pack, TextPlace};

/// A name in braces in something that is said or done.
#[derive(Debug, Clone)]
pub struct Mention {
    /// As written, without the braces: `contact.name`, `state.slide`.
    pub name: String,
    /// Where, if that is known.
    pub place: Option<Place>,
    /// What refers to it, for a message: "an action".
    pub what: &'static str,
}

impl Pack {
    /// Everything that a block of `intent` refers to when it is carried out.
    pub fn mentions(&self, intent: &str, block: &Block) -> Vec<Mention> {
        let mut all = Vec::new();
        for action in block.actions.iter().chain(&block.undo) {
            for name in action.references() {
                let place = action.place.as_ref().map(|place| within(place, &name));
                all.push(Mention { name, place, what: "an action" });
            }
        }
        for name in block.confirm.iter().flat_map(|text| references_in(text)) {
            let place = block.confirm_at.as_ref().and_then(|at| place_of(at, &name));
            all.push(Mention { name, place, what: "the question" });
        }
        let key = block.response.as_deref().unwrap_or("default");
        if let Some(reply) = self.responses.get(intent).and_then(|texts| texts.get(key)) {
            for name in reply.texts().flat_map(references_in) {
                let place = reply.places.iter().find_map(|at| place_of(at, &name));
                all.push(Mention { name, place, what: "the reply" });
            }
            if let Some(plural) = &reply.plural {
                let place = reply.places.first().map(|at| at.at(0));
                all.push(Mention { name: plural.by.clone(), place, what: "the plural of the reply" });
            }
        }
        all
    }
}

/// Where a text refers to `name`; none if it does not.
fn place_of(at: &TextPlace, name: &str) -> Option<Place> {
    at.text()?.find(&format!("{{{name}")).map(|offset| at.at(offset))
}

/// The same for an action of which only the beginning is known: where it stands on one line.
fn within(action: &Place, name: &str) -> Place {
    let rest = action.rest_of_line();
    let before = rest.find(&format!("{{{name}")).and_then(|at| rest.get(..at));
    before.map_or_else(|| action.clone(), |before| action.right(before.chars().count()))
}
