//! The ear at work: a thread that turns what the microphone gives into what was heard.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use tokio::sync::mpsc::UnboundedSender;

use super::ear::{Ear, EarParts, Request, Sound};
use crate::{
    audio::{AudioEvent, Input},
    recognizer::Decoder,
};

/// A running ear. Dropping it ends the thread.
#[derive(Debug)]
pub struct Hearing {
    requests: mpsc::Sender<Request>,
}

impl Hearing {
    /// Starts listening; what is heard goes to `sounds`.
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub fn start(input: Input, parts: EarParts, sounds: UnboundedSender<Sound>) -> std::io::Result<Self> {
        let (requests, requested) = mpsc::channel();
        let ear = Ear::new(parts);
        thread::Builder::new().name("heyroom-ear".to_owned()).spawn(move || {
            // Nobody wants to know any more: the assistant ends.
            let _ = run(ear, input, &requested, &sounds);
        })?;
        Ok(Self { requests })
    }

    /// Listens for other phrases from the next utterance on.
    pub fn replace_decoder(&self, decoder: Decoder) {
        self.request(Request::Listen(decoder));
    }

    /// Listens with `decoder` alone from the next utterance on, or with the one for everything again.
    pub fn narrow(&self, decoder: Option<Decoder>) {
        self.request(Request::Narrow(decoder));
    }

    /// Ends the current utterance after this much silence; the next one has the usual length again.
    pub fn end_after(&self, silence: Duration) {
        self.request(Request::EndAfter(silence));
    }

    /// Forgets the current utterance.
    pub fn drop_utterance(&self) {
        self.request(Request::Drop);
    }

    /// Keeps the current utterance although it began over heyroom's own voice: it is meant for the assistant.
    pub fn keep_utterance(&self) {
        self.request(Request::Keep);
    }

    /// Recognises what is said, or nothing at all, at the cost of measuring the room's noise.
    pub fn recognise(&self, recognises: bool) {
        self.request(Request::Recognise(recognises));
    }

    fn request(&self, request: Request) {
        // The ear is gone only when its input ended; then there is nothing to hear.
        let _ = self.requests.send(request);
    }
}

/// Nobody wants to know any more.
struct Deaf;

fn run(
    mut ear: Ear,
    input: Input,
    requested: &mpsc::Receiver<Request>,
    sounds: &UnboundedSender<Sound>,
) -> Result<(), Deaf> {
    let tell = |sound: Sound| sounds.send(sound).map_err(|_| Deaf);
    let mut last = Instant::now();
    let mut listening = false;
    for event in input {
        match event {
            AudioEvent::Frames(frames) => {
                if !std::mem::replace(&mut listening, true) {
                    tell(Sound::Listening)?;
                }
                for frame in &frames {
                    requested.try_iter().for_each(|request| ear.ask(request));
                    last = frame.end();
                    ear.frame(frame).map_or(Ok(()), tell)?;
                }
            }
            AudioEvent::Lost { reason } => {
                // Half an utterance is none: the rest of it cannot come.
                ear.forget();
                tell(Sound::Lost { reason })?;
            }
            AudioEvent::Restored { device } => tell(Sound::Restored { device })?,
            // The microphone tells, now and then: this comes up to two hundred times a second.
            AudioEvent::Overrun { .. } => {}
            AudioEvent::End => {
                ear.flush(last).map_or(Ok(()), tell)?;
                tell(Sound::Ended)?;
            }
        }
    }
    Ok(())
}
