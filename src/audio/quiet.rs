//! Keeps libasound's own messages off stderr.

/// Runs `work`; what libasound would print on this thread meanwhile goes to the trace log instead.
///
/// libasound prints a page to stderr for each device that it cannot open, which is normal while devices
/// are looked for: the error comes back as a value as well.
pub(super) fn quietly<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(target_os = "linux")]
    {
        // The handler stays installed on this thread; a new one with an empty buffer replaces it.
        let messages = alsa::Output::local_error_handler();
        let result = work();
        if let Ok(messages) = messages {
            let text = messages.borrow().to_string();
            for line in text.lines() {
                tracing::trace!(target: "heyroom::audio::alsa", "{line}");
            }
        }
        result
    }
    #[cfg(not(target_os = "linux"))]
    work()
}
