//! Push to talk, and a switch for privacy: from a signal, from HTTP on this machine, from the room, from the keyboard.
//!
//! Whoever presses a button wants something of the assistant, so a button stands for the wake phrase. Knows nothing of
//! the dialogue; the running loop takes what is pressed.

use std::{io, net::SocketAddr};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    routing::post,
};
use tokio::{net::TcpListener, sync::mpsc};

use crate::room::{Client, events::MyEvent};

/// A button that was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// Listen to a command.
    Talk,
    /// Stop listening (true), listen again (false), or whichever it does not do now.
    Privacy(Option<bool>),
}

/// What a text asks for: `heyroom talk`, `heyroom privacy`, `heyroom privacy on`, `heyroom privacy off`.
impl std::str::FromStr for Button {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["heyroom", "talk"] => Ok(Self::Talk),
            ["heyroom", "privacy"] => Ok(Self::Privacy(None)),
            ["heyroom", "privacy", "on"] => Ok(Self::Privacy(Some(true))),
            ["heyroom", "privacy", "off"] => Ok(Self::Privacy(Some(false))),
            _ => Err(()),
        }
    }
}

/// The signals that are buttons: SIGUSR1 is push to talk, SIGUSR2 switches privacy. Until they are caught, they end the
/// program.
#[cfg(unix)]
#[derive(Debug)]
pub struct Signals {
    talk: tokio::signal::unix::Signal,
    privacy: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Catches them from now on. To be called within a tokio runtime.
    ///
    /// # Errors
    ///
    /// When the system does not let the signals be caught.
    pub fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { talk: signal(SignalKind::user_defined1())?, privacy: signal(SignalKind::user_defined2())? })
    }
}

/// Where buttons are reported. Clones report to the same loop.
#[derive(Debug, Clone)]
pub struct Buttons {
    pressed: mpsc::UnboundedSender<Button>,
}

impl Buttons {
    /// Buttons, and the end of the line where they arrive.
    pub fn line() -> (Self, mpsc::UnboundedReceiver<Button>) {
        let (pressed, arrived) = mpsc::unbounded_channel();
        (Self { pressed }, arrived)
    }

    /// Presses a button; `whence` is for the log.
    pub fn press(&self, button: Button, whence: &str) {
        tracing::debug!("{button:?}, pressed through {whence}");
        // Without a loop nobody is there to listen.
        let _ = self.pressed.send(button);
    }

    /// The custom event `myEvent` of the Room API, with the data `heyroom talk` or `heyroom privacy`: any client of the
    /// room can fire it, a touch panel for instance.
    pub async fn from_room(self, room: Client) {
        let mut events = room.events().of::<MyEvent>();
        while let Some(event) = events.next().await {
            let pressed = event.ok().and_then(|event| event.data?.parse().ok());
            if let Some(button) = pressed {
                self.press(button, "the room's myEvent");
            }
        }
    }

    /// What [`Signals`] caught and catch is pressed.
    #[cfg(unix)]
    pub fn from_signals(self, signals: Signals) {
        let Signals { mut talk, mut privacy } = signals;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    Some(()) = talk.recv() => self.press(Button::Talk, "SIGUSR1"),
                    Some(()) = privacy.recv() => self.press(Button::Privacy(None), "SIGUSR2"),
                    else => return,
                }
            }
        });
    }

    /// Enter is push to talk; a line that begins with "p" switches privacy. Ends with its terminal.
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub fn from_terminal(self) -> io::Result<()> {
        let read = move || {
            for line in io::stdin().lines() {
                let Ok(line) = line else { return };
                let privacy = line.trim().to_lowercase().starts_with('p');
                self.press(if privacy { Button::Privacy(None) } else { Button::Talk }, "the keyboard");
            }
        };
        std::thread::Builder::new().name("heyroom-keys".to_owned()).spawn(read)?;
        Ok(())
    }

    /// `POST /talk`, `POST /privacy`, `POST /privacy/on` and `POST /privacy/off` at `address`, which must be one of this
    /// machine alone. Returns the address that it got.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub async fn from_http(self, address: SocketAddr) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let on = |button: Button| {
            post(move |State(buttons): State<Self>, headers: HeaderMap| async move {
                if is_from_a_page(&headers) {
                    return (StatusCode::FORBIDDEN, "web pages may not press buttons\n");
                }
                buttons.press(button, "HTTP");
                (StatusCode::OK, "ok\n")
            })
        };
        let routes = Router::new()
            .route("/talk", on(Button::Talk))
            .route("/privacy", on(Button::Privacy(None)))
            .route("/privacy/on", on(Button::Privacy(Some(true))))
            .route("/privacy/off", on(Button::Privacy(Some(false))))
            .with_state(self);
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                tracing::error!("push to talk by HTTP has ended: {error}");
            }
        });
        Ok(address)
    }
}

/// Browsers let every page send a POST to this machine; they say whose page it is, or name another host.
fn is_from_a_page(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    headers.contains_key(header::ORIGIN) || !matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_room_sends_is_read_strictly() {
        assert_eq!("heyroom talk".parse(), Ok(Button::Talk));
        assert_eq!(" HeyRoom  Privacy OFF".parse(), Ok(Button::Privacy(Some(false))));
        assert_eq!("talk".parse::<Button>(), Err(()));
        assert_eq!("heyroom talks".parse::<Button>(), Err(()));
    }

    #[tokio::test]
    async fn a_post_is_a_press_but_not_from_a_web_page() {
        let (buttons, mut pressed) = Buttons::line();
        let address = buttons.from_http(([127, 0, 0, 1], 0).into()).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let post = |path: &str| client.post(format!("http://{address}{path}"));
        assert_eq!(post("/talk").send().await.unwrap().status(), 200);
        assert_eq!(pressed.recv().await, Some(Button::Talk));
        assert_eq!(post("/talk").header("Origin", "https://example.org").send().await.unwrap().status(), 403);
        assert_eq!(post("/talk").header("Host", "example.org").send().await.unwrap().status(), 403);
        assert_eq!(client.get(format!("http://{address}/talk")).send().await.unwrap().status(), 405);
        assert_eq!(post("/privacy/on").send().await.unwrap().status(), 200);
        assert_eq!(pressed.recv().await, Some(Button::Privacy(Some(true))), "nothing else was pressed");
    }
}
