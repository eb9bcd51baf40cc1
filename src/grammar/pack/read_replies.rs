//! From YAML to reply texts.

use indexmap::IndexMap;

use super::read::Reader;
use super::{Pack, TextPlace, schema};
use crate::grammar::diagnostics::Diagnostic;
use crate::grammar::reply::{self, FORMS, Plural, Reply};
use crate::grammar::yaml::{Data, Yaml};

impl Reader {
    pub(super) fn responses(&mut self, yaml: &Yaml, pack: &mut Pack) {
        // The published packs put intents one level deeper, beside their error texts.
        let intents = yaml.get("intents").unwrap_or(yaml);
        for (intent, texts) in self.entries(intents, "`responses`") {
            let texts = match &texts.data {
                Data::Map(entries) if texts.get("plural").is_none() => entries
                    .iter()
                    .filter_map(|(key, text)| Some((key.name.clone(), self.reply(text, &pack.language)?)))
                    .collect(),
                _ => {
                    let reply = self.reply(texts, &pack.language);
                    reply.map(|reply| ("default".to_owned(), reply)).into_iter().collect()
                }
            };
            pack.responses.insert(intent.name.clone(), texts);
        }
    }

    /// A text, or a map `{plural: VALUE, one: ..., other: ...}`.
    fn reply(&mut self, yaml: &Yaml, language: &str) -> Option<Reply> {
        let Data::Map(entries) = &yaml.data else {
            let text = self.text(yaml, "a reply")?;
            return Some(Reply { places: vec![TextPlace(yaml.clone())], ..Reply::from(text) });
        };
        self.known_keys(yaml, schema::PLURAL, "a reply with plural forms");
        let Some(by) = yaml.get("plural") else {
            self.error(
                &yaml.place,
                "a reply must be a text, not a map",
                "for plural forms, write {plural: VALUE, one: \"...\", other: \"...\"}",
            );
            return None;
        };
        let mut places = vec![TextPlace(by.clone())];
        let by = self.text(by, "`plural`")?;
        // The room's state is filled in when the reply is spoken, when the form is chosen already.
        if by.starts_with("state.") {
            let help = "name a slot, or a value of the reply such as `count`";
            self.error(&yaml.place, format!("`plural: {by}`: the room's state cannot be counted"), help);
        }
        let mut forms = IndexMap::new();
        for (key, text) in entries.iter().filter(|(key, _)| FORMS.contains(&key.name.as_str())) {
            places.push(TextPlace(text.clone()));
            if let Some(text) = self.text(text, "a reply") {
                forms.insert(key.name.clone(), text);
            }
        }
        let Some(text) = forms.shift_remove("other") else {
            self.error(
                &yaml.place,
                "a reply with plural forms needs the form `other`",
                "write `other: \"...\"`: it is taken where no other form fits",
            );
            return None;
        };
        for (form, number) in reply::forms(language).into_iter().flatten() {
            if form != "other" && !forms.contains_key(form) {
                let message = format!("the plural form `{form}` is missing");
                let help = format!("in this language, {number} takes it: write `{form}: \"...\"`");
                self.found.push(Diagnostic::warning(&yaml.place, message).help(help));
            }
        }
        Some(Reply { text, plural: Some(Plural { by, forms }), places })
    }
}
