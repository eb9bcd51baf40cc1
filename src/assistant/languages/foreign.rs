//! The wake phrases of the languages that are not spoken at the moment, as the present model hears them.

use std::sync::Arc;

use crate::{assistant::wake::WakePhrases, grammar::SoundAlikes, recognizer::model::Vocabulary};

/// Words that stand for an unknown one in a wake phrase must be near: a wake phrase that is heard in other talk is
/// worse than one that is not heard.
const FARTHEST: f32 = 0.2;

/// Wake phrases of other languages.
#[derive(Debug, Clone, Default)]
pub struct Foreign {
    languages: Vec<(String, WakePhrases)>,
}

impl Foreign {
    /// What can be heard of `phrases` (language, its wake phrases) by a model that knows `vocabulary` and speaks
    /// `language`; `ear` sorts that vocabulary by sound, which takes a while and is only done where a word is unknown.
    /// Phrases that sound like one of `own` are left out: those wake in the present language.
    pub fn new(
        phrases: &[(String, Vec<String>)],
        own: &WakePhrases,
        language: &str,
        vocabulary: &Vocabulary,
        ear: &dyn Fn() -> Arc<SoundAlikes>,
    ) -> Self {
        let own = own.texts();
        let mut languages = Vec::new();
        let mut taken: Vec<String> = own.clone();
        for (other, phrases) in phrases.iter().filter(|(other, _)| other != language) {
            let mut heard: Vec<String> = Vec::new();
            for phrase in WakePhrases::new(phrases.iter().map(String::as_str)).texts() {
                let unknown = phrase.split(' ').any(|word| !vocabulary.contains(word));
                let spelling = if unknown { spelled(&phrase, &ear()) } else { Some(phrase.clone()) };
                match spelling {
                    Some(text) if taken.contains(&text) => tracing::warn!(
                        "the wake phrase \"{phrase}\" ({other}) is heard as \"{text}\", which is another language's"
                    ),
                    Some(text) => {
                        if text != phrase {
                            tracing::info!(
                                "the wake phrase \"{phrase}\" ({other}) is listened for as \"{text}\""
                            );
                        }
                        taken.push(text.clone());
                        heard.push(text);
                    }
                    None => tracing::warn!(
                        "the model of \"{language}\" cannot hear the wake phrase \"{phrase}\" ({other}); while \
                         \"{language}\" is spoken, another phrase must switch to it"
                    ),
                }
            }
            languages.push((other.clone(), WakePhrases::new(heard.iter().map(String::as_str))));
        }
        Self { languages }
    }

    /// All of them, for the recogniser.
    pub fn texts(&self) -> Vec<String> {
        self.languages.iter().flat_map(|(_, wake)| wake.texts()).collect()
    }

    /// The language that `words` are addressed in, and where its wake phrase stands, if that is another one than the
    /// present one, whose wake phrases are `own`. As always the last wake phrase counts.
    pub fn find<S: AsRef<str>>(
        &self,
        words: &[S],
        own: &WakePhrases,
    ) -> Option<(&str, std::ops::Range<usize>)> {
        let spans = self
            .languages
            .iter()
            .filter_map(|(language, wake)| Some((language.as_str(), wake.find_span(words)?)));
        let (language, span) = spans.max_by_key(|(_, span)| span.start)?;
        let later = own.find_span(words).is_some_and(|own| own.start >= span.start);
        (!later).then_some((language, span))
    }
}

/// The phrase in words that the model knows and that sound alike.
fn spelled(phrase: &str, ear: &SoundAlikes) -> Option<String> {
    let word = |word: &str| {
        if ear.knows(word) {
            return Some(word.to_owned());
        }
        let alikes = ear.of(word);
        alikes.first().filter(|alike| alike.distance <= FARTHEST).map(|alike| alike.words.clone())
    };
    let words: Option<Vec<String>> = phrase.split(' ').map(word).collect();
    words.map(|words| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(phrases: &[(&str, &[&str])], own: &str) -> Foreign {
        let phrases: Vec<(String, Vec<String>)> = phrases
            .iter()
            .map(|(language, phrases)| {
                ((*language).to_owned(), phrases.iter().map(|&phrase| phrase.to_owned()).collect())
            })
            .collect();
        let words = ["hey", "room", "hello", "okay", "computer"];
        let ear = || Arc::new(SoundAlikes::new("en", words));
        Foreign::new(&phrases, &WakePhrases::new([own]), "en", &words.into_iter().collect(), &ear)
    }

    fn language(foreign: &Foreign, text: &str) -> Option<String> {
        let words: Vec<&str> = text.split(' ').collect();
        foreign.find(&words, &WakePhrases::new(["hey room"])).map(|(language, _)| language.to_owned())
    }

    #[test]
    fn the_last_wake_phrase_says_the_language() {
        let foreign = foreign(&[("xx", &["okay computer"]), ("en", &["hey room"])], "hey room");
        assert_eq!(language(&foreign, "okay computer mute").as_deref(), Some("xx"));
        assert_eq!(language(&foreign, "okay computer hey room mute"), None, "English after all");
        assert_eq!(language(&foreign, "hey room okay computer").as_deref(), Some("xx"));
        assert_eq!(language(&foreign, "hey room mute"), None);
    }

    #[test]
    fn an_unknown_word_is_heard_as_one_that_sounds_alike_or_not_at_all() {
        let foreign = foreign(&[("xx", &["hello kumputer", "okay 王", "hey room"])], "hey room");
        assert_eq!(
            foreign.texts(),
            ["hello computer"],
            "nothing sounds like the second, the third is English"
        );
        assert_eq!(language(&foreign, "[unk] hello computer").as_deref(), Some("xx"));
    }
}
