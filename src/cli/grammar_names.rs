//! `heyroom grammar check`, the part about names: which ones a model cannot hear, and what it hears in their stead.

use std::collections::HashSet;

use super::output;
use crate::grammar::{Diagnostic, Diagnostics, Grammar, SoundAlikes};
use crate::recognizer::model::Vocabulary;

/// Prints each word of a name that the model does not know, with the words that are listened for instead and how
/// near they sound; where there are none, that is one of the problems. The words that are accounted for come back.
pub(super) fn report(
    grammar: &Grammar,
    vocabulary: &Vocabulary,
    problems: &mut Diagnostics,
) -> anyhow::Result<HashSet<String>> {
    let mut told = HashSet::new();
    if vocabulary.is_empty() || !(grammar.has_people() || grammar.has_heard_as()) {
        return Ok(told);
    }
    let ear = SoundAlikes::new(grammar.language(), vocabulary.iter());
    let (mut approximated, mut silent) = (0, 0);
    for name in grammar.unheard_names(&ear) {
        let of = name.contacts.join(", ");
        if !name.heard_as.is_empty() {
            output::line(format_args!(
                "name: `{}` ({of}) is heard as {}",
                name.word,
                quoted(&name.heard_as)
            ))?;
        } else if name.alikes.is_empty() {
            silent += 1;
            let message =
                format!("name: the model does not know `{}` ({of}), nor words that sound like it", name.word);
            problems.push(Diagnostic::general_warning(message));
        } else {
            approximated += 1;
            let alikes: Vec<String> = name
                .alikes
                .iter()
                .map(|alike| format!("\"{}\" ({:.0} % alike)", alike.words, (1.0 - alike.distance) * 100.0))
                .collect();
            let alikes = alikes.join(", ");
            output::line(format_args!(
                "name: the model does not know `{}` ({of}); listens for {alikes}",
                name.word
            ))?;
        }
        told.insert(name.word);
    }
    for (word, name) in grammar.unheard_spellings(&ear) {
        let message =
            format!("`heard_as` of \"{name}\" has the word `{word}`, which the model does not know");
        problems.push(Diagnostic::general_warning(message).help("write words that the model knows"));
        told.insert(word);
    }
    if approximated + silent > 0 {
        output::line(format_args!(
            " help: {approximated} name word(s) are heard by their sound, {silent} not at all; say better with \
             heard_as: {{NAME: [\"words the model knows\"]}} in any grammar file, such as names.yaml"
        ))?;
    }
    Ok(told)
}

fn quoted(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    texts.join(", ")
}
