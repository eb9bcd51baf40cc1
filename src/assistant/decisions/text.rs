//! A decision as a line for a reader.

use std::fmt::Write;

use super::{Decision, Exchange, HeardSpeech, HeardWord};

impl Decision {
    /// The line, with `time` in front.
    pub fn line(&self, time: &str) -> String {
        let heard = self.heard.as_ref().map_or_else(|| self.cause().to_owned(), HeardSpeech::told);
        let mut line = format!("{time}  {heard}  {} -> {}", self.state, self.outcome());
        if self.early {
            line.push_str(", before the utterance was over");
        }
        let to_wire = self.room.iter().find_map(|exchange| exchange.after_ms);
        // For talk nobody waits.
        let after = to_wire.or(self.after_ms).filter(|_| self.decision != "ignored");
        if let Some(after) = after {
            let _ = write!(line, ", {after} ms after the end of speech");
        }
        for exchange in &self.room {
            let _ = write!(line, "; room: {}", exchange.told());
        }
        for said in &self.said {
            let _ = write!(line, "; said \"{said}\"");
        }
        line
    }

    /// More about it, one thing per line.
    pub fn details(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(heard) = &self.heard
            && !heard.words.is_empty()
        {
            let mut line = format!(
                "wanted: wake phrase {:.2}, command {:.2}",
                self.thresholds.wake, self.thresholds.command
            );
            if let Some(confidence) = heard.confidence {
                let _ = write!(line, " (heard with {confidence:.2} on average)");
            }
            if let (Some(audio), Some(decoding)) = (heard.audio_ms, heard.decoding_ms) {
                let _ = write!(line, "; {audio} ms of sound, decoded in {decoding} ms");
            }
            if heard.far_end {
                line.push_str("; the far end spoke");
            }
            if heard.own_voice {
                line.push_str("; heyroom spoke");
            }
            lines.push(line);
            if !heard.readings.is_empty() {
                lines.push(format!("other readings: {}", quoted(&heard.readings)));
            }
        }
        for near in &self.near {
            lines.push(format!("near: \"{}\" ({}, {:.2} away)", near.sentence, near.intent, near.cost));
        }
        lines
    }

    fn cause(&self) -> &'static str {
        if self.decision == "woke" { "(button)" } else { "(nothing was said)" }
    }

    fn outcome(&self) -> String {
        let intent = self.intent.as_deref().unwrap_or_default();
        let reason = self.reason.as_deref().unwrap_or_default();
        match self.decision.as_str() {
            "acted" => {
                let slots: Vec<String> = self
                    .slots
                    .iter()
                    .map(|(name, text)| format!("{name} \"{}\"", text.as_str().unwrap_or_default()))
                    .collect();
                if slots.is_empty() { intent.to_owned() } else { format!("{intent} ({})", slots.join(", ")) }
            }
            "asked" if self.candidates.is_empty() && intent.is_empty() => {
                "asked again: the answer was unclear".to_owned()
            }
            "asked" if self.candidates.is_empty() => format!("asked before {intent}"),
            "asked" => format!("asked for {intent}: {}", self.candidates.join(" or ")),
            "woke" => "awake".to_owned(),
            "waits" => "waits for the rest of the sentence".to_owned(),
            "refused" => format!("refused: {reason}"),
            "cancelled" => "cancelled".to_owned(),
            "taken_back" => format!("{intent} taken back: something else was said"),
            "privacy" => "stopped listening".to_owned(),
            "ignored" => format!("ignored: {reason}"),
            // A later version may know more.
            other => other.to_owned(),
        }
    }
}

impl HeardSpeech {
    fn told(&self) -> String {
        if self.words.is_empty() {
            let length = self.audio_ms.map(|ms| format!("{:.1} s of speech", ms as f64 / 1000.0));
            let confidence = self.confidence.map(|confidence| format!("confidence {confidence:.2}"));
            let told: Vec<String> = length.into_iter().chain(confidence).collect();
            return format!("({})", if told.is_empty() { "speech".to_owned() } else { told.join(", ") });
        }
        let text: Vec<&str> = self.words.iter().map(|word| word.word.as_str()).collect();
        let each = |word: &HeardWord| Some(format!("{} {:.2}", word.word, word.confidence?));
        let confidences: Option<Vec<String>> = self.words.iter().map(each).collect();
        match confidences {
            Some(confidences) => format!("\"{}\" ({})", text.join(" "), confidences.join(" ")),
            None => format!("\"{}\"", text.join(" ")),
        }
    }
}

impl Exchange {
    fn told(&self) -> String {
        let took = self.took_ms.map_or_else(String::new, |took| format!(" after {took} ms"));
        match (&self.outcome, &self.error) {
            (Some(outcome), _) => format!("{} {outcome}{took}", self.method),
            (None, Some(error)) => format!("{} failed{took}: {error}", self.method),
            (None, None) => format!("{} not answered yet", self.method),
        }
    }
}

fn quoted(texts: &[String]) -> String {
    texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[(&str, f32)]) -> Vec<HeardWord> {
        let word = |(word, confidence): &(&str, f32)| HeardWord {
            word: (*word).to_owned(),
            confidence: Some(*confidence),
        };
        words.iter().map(word).collect()
    }

    #[test]
    fn a_command_reads_as_what_happened() {
        let decision = Decision {
            heard: Some(HeardSpeech {
                words: words(&[("hey", 0.99), ("room", 0.97), ("call", 0.91), ("john", 0.884)]),
                ..HeardSpeech::default()
            }),
            state: "asleep".to_owned(),
            decision: "acted".to_owned(),
            intent: Some("Call".to_owned()),
            slots: serde_json::json!({"contact": "john"}).as_object().unwrap().clone(),
            room: vec![Exchange {
                method: "call".to_owned(),
                after_ms: Some(212),
                outcome: Some("busy".to_owned()),
                took_ms: Some(5),
                ..Exchange::default()
            }],
            said: vec!["John is busy.".to_owned()],
            ..Decision::default()
        };
        assert_eq!(
            decision.line("20:41:07"),
            "20:41:07  \"hey room call john\" (hey 0.99 room 0.97 call 0.91 john 0.88)  asleep -> Call (contact \
             \"john\"), 212 ms after the end of speech; room: call busy after 5 ms; said \"John is busy.\""
        );
    }

    #[test]
    fn talk_reads_without_its_words() {
        let decision = Decision {
            heard: Some(HeardSpeech {
                audio_ms: Some(1440),
                confidence: Some(0.61),
                ..HeardSpeech::default()
            }),
            state: "asleep".to_owned(),
            decision: "ignored".to_owned(),
            reason: Some("not addressed to the assistant".to_owned()),
            after_ms: Some(410),
            ..Decision::default()
        };
        assert_eq!(
            decision.line("20:41:07"),
            "20:41:07  (1.4 s of speech, confidence 0.61)  asleep -> ignored: not addressed to the assistant"
        );
    }
}
