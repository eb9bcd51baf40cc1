//! Any bytes as a frame of the Room API: reading never panics, loses nothing, and keeps the state sound.
//!
//! `cargo fuzz run room_message fuzz/corpus/room_message fuzz/seeds/room_message`
#![no_main]

use std::cell::RefCell;

use heyroom::room::{Event, Message, State, redacted};

thread_local! {
    /// One state for all inputs, so that sequences of events are tried as well.
    static STATE: RefCell<State> = RefCell::default();
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Message::parse(text) {
        Ok(Message::Event(event)) => {
            let again: Event = serde_json::from_str(&serde_json::to_string(&*event).unwrap()).unwrap();
            assert_eq!(again, *event);
            assert_eq!(again.to_object(), event.to_object());
            let _ = redacted(&event.to_object());
            STATE.with_borrow_mut(|state| {
                state.apply_event(&event);
                if state.contacts.len() > 10_000 || state.participants.len() > 10_000 {
                    *state = State::default();
                }
            });
        }
        Ok(Message::Response(response)) => {
            let _ = (response.refusal(), response.request_id(), format!("{response:?}"));
            assert_eq!(response.object().clone(), response.into_object());
        }
        Ok(Message::Error { .. }) => {}
        Err(reason) => assert!(!reason.to_string().is_empty()),
    }
});
