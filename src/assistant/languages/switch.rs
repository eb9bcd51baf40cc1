//! What the running loop does with languages: orders one, and lets it take over when it is ready.

use std::time::Instant;

use tokio::sync::mpsc::UnboundedReceiver;

use super::{News, Why, name, prepare::Prepared};
use crate::assistant::{
    dialogue::{Event, State},
    ear::Utterance,
    journal::Happening,
    reload::{Files, Reload},
    running::Running,
    verdicts,
};

/// Another language is spoken now.
#[derive(Debug)]
pub(in crate::assistant) struct Switched {
    /// Somebody came or went meanwhile: the recogniser is to be made anew.
    pub stale: bool,
    /// The changes of its grammar files, if they are watched.
    pub changes: Option<UnboundedReceiver<Reload>>,
}

/// Watches the grammar files of a language.
fn watched(files: Files, language: &str) -> Option<UnboundedReceiver<Reload>> {
    let changes = files.watch(language);
    let error = |error: &_| tracing::error!("changes of the grammar files are not noticed any more: {error}");
    changes.inspect_err(error).ok()
}

impl Running {
    /// Somebody asks for a language.
    pub(in crate::assistant) fn speak(&mut self, language: String) {
        if language == self.languages.current() {
            let name = name(self.understanding.grammar().pack(), &language);
            self.responder.tell("speaking", &[("language", &name)]);
            return;
        }
        self.languages.prepare(language, Why::Asked, self.understanding.people());
    }

    /// Whether an utterance is addressed to the assistant in another language, which is then made ready.
    pub(in crate::assistant) fn is_called_elsewhere(&mut self, utterance: &Utterance) -> bool {
        if self.dialogue.state() == State::Muted {
            return false;
        }
        let words: Vec<&str> = utterance.hypothesis.words.iter().map(|word| word.text.as_str()).collect();
        let wake = self.understanding.wake();
        let Some((language, span)) = self.languages.foreign().find(&words, &wake) else { return false };
        if !self.dialogue.may_be_called(&verdicts::spoken(utterance), &span) {
            return false;
        }
        tracing::debug!("\"{}\": called in the language \"{language}\"", words[span].join(" "));
        let language = language.to_owned();
        self.languages.prepare(language, Why::Called(utterance.clone()), self.understanding.people());
        true
    }

    /// Time passed: models are forgotten, and the default language comes back.
    pub(in crate::assistant) fn languages_due(&mut self) {
        let now = Instant::now();
        let Some(language) = self.languages.due(&self.understanding.model, now) else { return };
        if self.is_engaged() {
            self.languages.touch(now);
            return;
        }
        self.languages.prepare(language, Why::Returns, self.understanding.people());
    }

    /// Whether somebody has to do with the assistant.
    pub(in crate::assistant) fn is_engaged(&self) -> bool {
        matches!(self.dialogue.state(), State::Awake | State::Confirming | State::Choosing | State::Speaking)
    }

    /// Takes what came of an order; something if another language is spoken now.
    pub(in crate::assistant) fn language_arrived(&mut self, order: u64, news: News) -> Option<Switched> {
        if !self.languages.takes(order) {
            return None;
        }
        match news {
            News::Ready(prepared) => return Some(self.take_over(*prepared)),
            News::NotCalled { language } => {
                tracing::debug!("the model of \"{language}\" does not hear its wake phrase there");
                self.responder.journal().note(Happening::Ignored);
            }
            News::Failed { language, aloud, error } => {
                tracing::warn!("\"{language}\" cannot be spoken: {error}");
                if aloud {
                    let name = name(self.understanding.grammar().pack(), &language);
                    self.responder.tell("no_language", &[("language", &name)]);
                }
            }
        }
        // Not again at once.
        self.languages.touch(Instant::now());
        None
    }

    fn take_over(&mut self, prepared: Prepared) -> Switched {
        let Prepared {
            language,
            grammar,
            people,
            ear,
            wake,
            foreign,
            model,
            decoder,
            said,
            announced,
            took,
            files,
        } = prepared;
        let changes = files.and_then(|files| watched(files, &language));
        self.responder.journal().note(Happening::Speaks { language: language.clone(), took });
        self.responder.speak_as(grammar.pack());
        let name = name(grammar.pack(), &language);
        let stale = people != self.understanding.people().version;
        self.dialogue.answer_to(wake.clone());
        let former = self.understanding.model.clone();
        let phrases = foreign.texts();
        self.languages.now_speaks(language, foreign, [&former, &model], Instant::now());
        self.understanding.change_language(grammar, (model, ear), wake, &phrases, stale);
        // Recognisers for the former language that are still being made are of no use.
        self.composing.start_over();
        self.hearing.narrow(None);
        self.hearing.replace_decoder(decoder);
        self.event(Event::Reloaded);
        if announced {
            self.responder.tell("speaking", &[("language", &name)]);
        }
        if let Some(utterance) = said {
            self.utterance(&utterance);
        }
        Switched { stale, changes }
    }
}
