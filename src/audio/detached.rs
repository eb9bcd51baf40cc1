//! Work that may block for ever: opening and closing devices of a sound service that hangs.

use std::io;
use std::sync::mpsc::{self, Receiver};
use std::thread;

/// Runs `work` in a thread of its own; its result comes by the channel, or nobody waits for it.
pub(super) fn detached<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Receiver<T>> {
    let (done, result) = mpsc::sync_channel(1);
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        // A result that nobody waits for is dropped here, in this thread.
        let _ = done.send(work());
    })?;
    Ok(result)
}

/// Drops `value` in a thread of its own.
pub(super) fn drop_detached<T: Send + 'static>(name: &str, value: T) {
    // Without a thread it is dropped here, with the closure.
    let _ = thread::Builder::new().name(name.to_owned()).spawn(move || drop(value));
}
