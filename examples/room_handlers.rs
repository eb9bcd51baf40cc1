//! Handlers as methods of an object: it is told of each event it has registered for, at run time, on a task of
//! its own. A handler that is slow or fails harms neither the connection nor the other handlers.
//!
//! `HEYROOM_ROOM=ws://127.0.0.1:8765 cargo run --example room_handlers`

mod room_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use heyroom::room::events::{AppStateChanged, RejectReceived};
use heyroom::room::{Client, EventType};

/// Something with a memory that wants to hear of events.
#[derive(Default)]
struct Journal {
    changes: AtomicUsize,
}

impl Journal {
    fn state_changed(&self, event: &AppStateChanged) {
        let count = self.changes.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(state) = event.app_state {
            println!("change {count}: {state}");
        }
    }

    fn refused(&self, event: &RejectReceived) {
        let who = event.peer_dn.as_deref().unwrap_or("somebody");
        println!("{who} refused: {}", event.cause.map(|cause| cause.to_string()).unwrap_or_default());
    }
}

/// Calls `handler` for each event of type `T`.
fn register<T, F>(room: &Client, handler: F)
where
    T: EventType + Clone + Send + 'static,
    F: Fn(&T) + Send + 'static,
{
    let mut events = room.events().of::<T>();
    tokio::spawn(async move {
        while let Some(item) = events.next().await {
            match item {
                Ok(event) => handler(&event),
                Err(gap) => eprintln!("{gap}"),
            }
        }
    });
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let room = room_support::connect().await?;
    let journal = Arc::new(Journal::default());
    let listener = journal.clone();
    register(&room, move |event: &AppStateChanged| listener.state_changed(event));
    let listener = journal.clone();
    register(&room, move |event: &RejectReceived| listener.refused(event));
    println!("listening; Ctrl-C ends");
    let _ = tokio::signal::ctrl_c().await;
    println!("{} changes seen", journal.changes.load(Ordering::Relaxed));
    room.close().await;
    Ok(())
}
