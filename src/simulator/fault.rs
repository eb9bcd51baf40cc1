//! Faults of the link between the terminal and its clients.

use std::time::Duration;

/// A fault on demand. It meets the clients that are connected; [`Fault::Delay`] and
/// [`Fault::SlowReader`] also those that connect later, until [`Fault::Clear`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection breaks at once, without a closing handshake.
    Drop,
    /// The connection stays open, but nothing is read or written any more, not even a pong.
    HalfOpen,
    /// Every message to the client comes this much later.
    Delay(Duration),
    /// The terminal reads one message of the client in this time.
    SlowReader(Duration),
    /// The next messages are sent twice.
    Duplicate(u32),
    /// The next messages are held back and then sent in another order (from 2 to 64 of them).
    Reorder(u32),
    /// The next messages are not sent.
    Lose(u32),
    /// Frames that are no JSON, no object or no text.
    Garbage,
    /// One text frame of this many bytes.
    Oversize(usize),
    /// No fault any more.
    Clear,
}
