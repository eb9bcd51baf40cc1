//! What a command asks of the running loop itself, because only the loop can do it.

use tokio::sync::mpsc;

/// Something that only the running loop can do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// Speak and understand this language (`de`) from now on. The loop says what came of it.
    Language(String),
    /// Listen to nothing any more until somebody switches it on again. The loop says so.
    Privacy,
}

/// The end of the line where commands ask.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    line: Option<mpsc::UnboundedSender<Request>>,
}

impl Requests {
    /// A line to a loop, and the loop's end of it.
    pub fn line() -> (Self, mpsc::UnboundedReceiver<Request>) {
        let (line, asked) = mpsc::unbounded_channel();
        (Self { line: Some(line) }, asked)
    }

    /// Asks. Whether there is a loop that takes it.
    pub fn ask(&self, request: Request) -> bool {
        self.line.as_ref().is_some_and(|line| line.send(request).is_ok())
    }
}
