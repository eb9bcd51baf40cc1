//! Sentence templates to intents: parser, packs, matcher, phrase cover. Knows neither Vosk nor the Room API.
