//! What a reading means: the values and names of its slots, its actions, question and reply.

use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use super::actions;
use super::context;
use super::engine::{Pick, What};
use super::lists::ListData;
use super::matcher::Grammar;
use super::outcome::{Context, Match, Slot};
use super::pack::Block;
use super::program::Template;
use super::search::Found;
use crate::text::Utterance;

impl Grammar {
    /// The caller's context with what list values add: they know best where and what they are.
    pub(super) fn full_context(&self, caller: &Context, picks: &[Pick]) -> Context {
        let mut context = caller.clone();
        for value in picks.iter().filter_map(|pick| self.stored(pick)) {
            context.extend(value.context.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        context
    }

    /// Whether each list value by itself may stand in the block: a lamp is nothing that can be locked.
    pub(super) fn values_fit(&self, block: &Block, picks: &[Pick]) -> bool {
        if block.requires.is_empty() && block.excludes.is_empty() {
            return true;
        }
        let mut values = picks.iter().filter_map(|pick| self.stored(pick));
        values.all(|value| context::allows(&block.requires, &block.excludes, &value.context))
    }

    fn stored(&self, pick: &Pick) -> Option<&super::lists::StoredValue> {
        let What::Value(number) = pick.what else { return None };
        match self.program.lists.get(pick.list) {
            ListData::Values(values) | ListData::Contacts(values) => values.values.get(number as usize),
            _ => None,
        }
    }

    /// Whether a reading differs from the best one only in values that were said in the same words.
    pub(super) fn same_but_for_values(&self, best: &Found, template: &Template, picks: &[Pick]) -> bool {
        let best_template = &self.program.templates[best.template];
        if self.block(best_template).intent != self.block(template).intent || best.picks.len() != picks.len()
        {
            return false;
        }
        best.picks.iter().zip(picks).all(|(a, b)| {
            let same_place =
                a.slot == b.slot && a.start == b.start && a.end == b.end && a.capture == b.capture;
            let interchangeable = match (&a.what, &b.what) {
                (What::Contact(_), What::Contact(_)) => true,
                (What::Value(_), What::Value(_)) if self.are_people(a.list) => a.list == b.list,
                (What::Value(_), What::Value(_)) => {
                    // Only if a list has the very same name twice is it unclear what was meant; otherwise, and
                    // where somebody wrote the same template twice, the order of the file decides.
                    let name = |pick| {
                        let value = self.stored(pick).filter(|value| value.plain);
                        value.map(|value| crate::text::normalize(&value.name))
                    };
                    a.list == b.list && name(a).is_some() && name(a) == name(b)
                }
                (a, b) => a == b,
            };
            same_place && interchangeable
        })
    }

    pub(super) fn value_of(&self, pick: &Pick, text: &Utterance) -> Value {
        match &pick.what {
            What::Number(value) => value.clone(),
            What::Contact(number) => self
                .contacts
                .contacts
                .get(*number as usize)
                .map_or(Value::Null, |contact| contact.id.clone().into()),
            What::Value(_) => match self.stored(pick).and_then(|value| value.out.clone()) {
                Some(out) => out,
                None => text.original(pick.start, pick.end).into(),
            },
            What::Text | What::Unknown => text.original(pick.start, pick.end).into(),
        }
    }

    pub(super) fn name_of(&self, pick: &Pick, text: &Utterance) -> String {
        match &pick.what {
            What::Contact(number) => self
                .contacts
                .contacts
                .get(*number as usize)
                .map(|contact| contact.name.clone())
                .unwrap_or_default(),
            What::Value(_) => match self.stored(pick) {
                // A template is no name.
                Some(value) if self.are_people(pick.list) || !value.name.contains(['[', '(', '<', '{']) => {
                    value.name.clone()
                }
                _ => text.original(pick.start, pick.end).to_owned(),
            },
            What::Number(value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            What::Text | What::Unknown => text.original(pick.start, pick.end).to_owned(),
        }
    }

    pub(super) fn build(&self, found: Found) -> Match {
        let template = &self.program.templates[found.template];
        let compiled = self.block(template);
        let block = &compiled.block;
        let intent = self.program.intents[compiled.intent as usize].clone();
        let mut slots: IndexMap<String, Slot> = IndexMap::new();
        let mut captures = IndexMap::new();
        for pick in &found.picks {
            let name = self.program.slots[pick.slot as usize].clone();
            let said = found.text.original(pick.start, pick.end);
            let slot = Slot::named(said, self.value_of(pick, &found.text), self.name_of(pick, &found.text));
            if pick.capture {
                captures.insert(name, slot);
            } else {
                slots.insert(name, slot);
            }
        }
        let spoken = slots.len();
        for rule in &block.requires {
            if let (Some(slot), Some(value)) = (&rule.slot, found.context.get(&rule.key))
                && slots.get_index_of(slot).is_none_or(|place| place >= spoken)
            {
                slots.insert(slot.clone(), context::slot(value));
            }
        }
        for (name, value) in &block.slots {
            slots.entry(name.clone()).or_insert_with(|| Slot::new("", value.clone()));
        }
        let all: Cow<'_, IndexMap<String, Slot>> = if captures.is_empty() {
            Cow::Borrowed(&slots)
        } else {
            let mut all = slots.clone();
            all.extend(captures.clone());
            Cow::Owned(all)
        };
        let key = block.response.as_deref().unwrap_or("default");
        let reply = self.pack.responses.get(&intent).and_then(|texts| texts.get(key));
        let actions = block.actions.iter().map(|action| action.render(&all)).collect();
        let undo = block.undo.iter().map(|action| action.render(&all)).collect();
        let confirm = block.confirm.as_ref().map(|text| actions::render_text(text, &all));
        let reply = reply.map(|reply| reply.render(&self.pack.language, &all));
        Match {
            actions,
            undo,
            confirm,
            reply,
            response: block.response.clone(),
            early: block.early,
            wake: block.wake.clone(),
            confidence: block.confidence,
            metadata: block.metadata.clone(),
            captures,
            context: found.context,
            template: Arc::clone(&template.text),
            place: Arc::clone(&template.place),
            literal: found.literal as usize,
            near: None,
            intent,
            slots,
        }
    }
}
