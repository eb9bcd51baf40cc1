//! Streams of events for subscribers.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};
use tokio::sync::broadcast;

use super::events::{Event, EventType};

/// What travels from the session to its subscribers.
#[derive(Debug, Clone)]
pub(super) enum Notice {
    Event(Arc<Event>),
    Reconnected,
    Closed,
}

/// Why events are missing from a stream. The stream goes on; what the missing events changed is in
/// [`Client::state`](super::Client::state): at once after a lag, and as soon as
/// [`State::synchronised`](super::State) after a reconnect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Gap {
    /// This subscriber was too slow.
    #[error("{missed} events were dropped because they were not read in time")]
    Lagged {
        /// How many events are missing.
        missed: u64,
    },
    /// The connection was lost and made anew; what happened in between is not known.
    #[error("the connection to the room was made anew; events may have been missed")]
    Reconnected,
}

/// The events of the room, in the order of the terminal, from the moment of subscription.
///
/// Each subscriber has its own buffer ([`Options::event_buffer`](super::Options)); one that does not read in
/// time is told how many events it missed and goes on with the newer ones. The stream ends when the client is
/// closed.
#[must_use = "events are lost unless they are read"]
pub struct Events {
    notices: Pin<Box<dyn Stream<Item = Result<Notice, Gap>> + Send>>,
    names: Option<Vec<String>>,
}

impl Events {
    pub(super) fn new(receiver: broadcast::Receiver<Notice>) -> Self {
        let notices = futures_util::stream::unfold(receiver, |mut receiver| async move {
            let item = match receiver.recv().await {
                Ok(Notice::Closed) => return None,
                Ok(notice) => Ok(notice),
                Err(broadcast::error::RecvError::Lagged(missed)) => Err(Gap::Lagged { missed }),
                Err(broadcast::error::RecvError::Closed) => return None,
            };
            Some((item, receiver))
        });
        Self { notices: Box::pin(notices), names: None }
    }

    /// Only events with one of these names on the wire. Gaps are reported all the same.
    pub fn only<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Only events of type `T`, typed.
    ///
    /// ```
    /// # async fn example(client: heyroom::room::Client) {
    /// use heyroom::room::events::InviteReceived;
    ///
    /// let mut calls = client.events().of::<InviteReceived>();
    /// while let Some(call) = calls.next().await {
    ///     if let Ok(call) = call {
    ///         println!("{} calls", call.peer_dn.unwrap_or_default());
    ///     }
    /// }
    /// # }
    /// ```
    pub fn of<T: EventType + Clone>(self) -> TypedEvents<T> {
        TypedEvents { events: self.only([T::NAME]), event: PhantomData }
    }

    /// The next event; `None` after the client was closed. May be dropped at any point without loss.
    pub async fn next(&mut self) -> Option<Result<Arc<Event>, Gap>> {
        StreamExt::next(self).await
    }
}

impl Stream for Events {
    type Item = Result<Arc<Event>, Gap>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let notice = match self.notices.as_mut().poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(notice) => notice,
            };
            let item = match notice {
                None | Some(Ok(Notice::Closed)) => None,
                Some(Err(gap)) => Some(Err(gap)),
                Some(Ok(Notice::Reconnected)) => Some(Err(Gap::Reconnected)),
                Some(Ok(Notice::Event(event))) => {
                    let names = self.names.as_ref();
                    if names.is_some_and(|names| !names.iter().any(|name| name == event.name())) {
                        continue;
                    }
                    Some(Ok(event))
                }
            };
            return Poll::Ready(item);
        }
    }
}

impl std::fmt::Debug for Events {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Events").field("names", &self.names).finish_non_exhaustive()
    }
}

/// The events of one type; see [`Events::of`].
#[must_use = "events are lost unless they are read"]
#[derive(Debug)]
pub struct TypedEvents<T> {
    events: Events,
    event: PhantomData<fn() -> T>,
}

impl<T: EventType + Clone> TypedEvents<T> {
    /// The next event; `None` after the client was closed.
    pub async fn next(&mut self) -> Option<Result<T, Gap>> {
        StreamExt::next(self).await
    }
}

impl<T: EventType + Clone> Stream for TypedEvents<T> {
    type Item = Result<T, Gap>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match Pin::new(&mut self.events).poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(gap))) => return Poll::Ready(Some(Err(gap))),
                Poll::Ready(Some(Ok(event))) => {
                    if let Some(event) = T::from_event(&event) {
                        return Poll::Ready(Some(Ok(event.clone())));
                    }
                }
            }
        }
    }
}
