//! From YAML to a pack's own tests.

use super::read::Reader;
use super::{TestCase, TestSet, schema};
use crate::grammar::yaml::Yaml;

impl Reader {
    pub(super) fn test_set(&mut self, file: &Yaml) -> TestSet {
        let mut set = TestSet::default();
        if let Some(lists) = file.get("lists") {
            set.lists = self.lists(lists);
        }
        let Some(tests) = file.get("tests") else { return set };
        for test in self.items(tests, "`tests`") {
            self.known_keys(test, schema::TEST, "a test");
            let mut sentences = Vec::new();
            match test.get("sentences") {
                Some(list) => {
                    for sentence in self.items(list, "`sentences`") {
                        if let Some(text) = self.text(sentence, "a test sentence") {
                            sentences.push((text, sentence.place.clone()));
                        }
                    }
                }
                None => {
                    self.error(&test.place, "a test without `sentences`", "write `- sentences:` with a list")
                }
            }
            // `intent: null` says that the sentences must be rejected.
            let intent = match test.get("intent") {
                None => {
                    self.error(
                        &test.place,
                        "a test without `intent`",
                        "name the intent, or write `intent: null`",
                    );
                    None
                }
                // The published packs write a map with the name and the slots.
                Some(intent) if intent.get("name").is_some() => {
                    intent.get("name").and_then(Yaml::scalar_text)
                }
                Some(intent) => intent.scalar_text(),
            };
            let slots =
                test.get("slots").or_else(|| test.get("intent").and_then(|intent| intent.get("slots")));
            let slots = slots.map(|slots| self.json_map(slots, "`slots`").into_iter().collect());
            let context =
                test.get("context").or_else(|| test.get("intent").and_then(|intent| intent.get("context")));
            let context = context.map(|map| self.json_map(map, "`context`")).unwrap_or_default();
            let response = test.get("response").and_then(Yaml::scalar_text);
            set.cases.push(TestCase { sentences, intent, slots, context, response });
        }
        set
    }
}
