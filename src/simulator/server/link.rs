//! One WebSocket connection: a task that reads, a task that writes, and the faults between them.

use std::{collections::VecDeque, sync::atomic::Ordering, time::Duration};

use futures_util::{SinkExt, StreamExt, stream::SplitSink};
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use super::{Command, Shared, ToClient, split::Stream};
use crate::simulator::fault::Fault;

/// Messages that wait for a client that does not read.
const QUEUE: usize = 16 * 1024;
/// The largest request.
const MESSAGE_LIMIT: usize = 16 * 1024 * 1024;
/// Held-back messages go out after this time at the latest.
const HOLD_TIME: Duration = Duration::from_secs(1);

/// What the reading side has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Mode {
    half_open: bool,
    slow: Duration,
    over: bool,
}

/// Serves one client until it or the simulator ends.
pub(super) async fn serve(stream: Stream, shared: Shared) {
    let config =
        WebSocketConfig::default().max_message_size(Some(MESSAGE_LIMIT)).max_frame_size(Some(MESSAGE_LIMIT));
    let socket = match tokio_tungstenite::accept_async_with_config(stream, Some(config)).await {
        Ok(socket) => socket,
        Err(error) => {
            tracing::debug!("a WebSocket handshake failed: {error}");
            return;
        }
    };
    let client = shared.clients.fetch_add(1, Ordering::Relaxed) + 1;
    let (sender, messages) = mpsc::channel(QUEUE);
    if shared.commands.send(Command::Connected(client, sender)).is_err() {
        return;
    }
    let (sink, mut stream) = socket.split();
    let (mode, mut reader_mode) = watch::channel(Mode::default());
    let writer = tokio::spawn(write(sink, messages, mode, client));
    loop {
        let Mode { half_open, slow, over } = *reader_mode.borrow_and_update();
        if over {
            break;
        }
        if half_open {
            if reader_mode.changed().await.is_err() {
                break;
            }
            continue;
        }
        if !slow.is_zero() {
            tokio::select! {
                () = tokio::time::sleep(slow) => {}
                changed = reader_mode.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => break,
                },
            }
        }
        let message = tokio::select! {
            changed = reader_mode.changed() => match changed {
                Ok(()) => continue,
                Err(_) => break,
            },
            message = stream.next() => message,
        };
        let text = match message {
            Some(Ok(Message::Text(text))) => text.as_str().to_owned(),
            Some(Ok(Message::Binary(_))) => "a binary frame".to_owned(),
            Some(Ok(Message::Close(_))) | None => break,
            Some(Ok(_)) => continue,
            Some(Err(error)) => {
                tracing::debug!("client {client}: {error}");
                break;
            }
        };
        if shared.commands.send(Command::Received(client, text)).is_err() {
            break;
        }
    }
    let _ = shared.commands.send(Command::Gone(client));
    writer.abort();
}

/// The writing side: its faults and what waits.
struct Writer {
    sink: SplitSink<WebSocketStream<Stream>, Message>,
    mode: watch::Sender<Mode>,
    delay: Duration,
    duplicate: u32,
    lose: u32,
    /// How many messages are to be mixed, and those that are held back for it.
    reorder: usize,
    held: Vec<Message>,
    held_since: Option<Instant>,
    waiting: VecDeque<(Instant, Message)>,
    rng: fastrand::Rng,
}

async fn write(
    sink: SplitSink<WebSocketStream<Stream>, Message>,
    mut messages: mpsc::Receiver<ToClient>,
    mode: watch::Sender<Mode>,
    client: u64,
) {
    let mut writer = Writer {
        sink,
        mode,
        delay: Duration::ZERO,
        duplicate: 0,
        lose: 0,
        reorder: 0,
        held: Vec::new(),
        held_since: None,
        waiting: VecDeque::new(),
        rng: fastrand::Rng::with_seed(client),
    };
    let result = writer.run(&mut messages).await;
    if let Err(error) = result {
        tracing::debug!("client {client}: {error}");
    }
    writer.mode.send_modify(|mode| mode.over = true);
}

type Result<T> = std::result::Result<T, tokio_tungstenite::tungstenite::Error>;

impl Writer {
    async fn run(&mut self, messages: &mut mpsc::Receiver<ToClient>) -> Result<()> {
        loop {
            let next =
                [self.waiting.front().map(|(at, _)| *at), self.held_since.map(|since| since + HOLD_TIME)]
                    .into_iter()
                    .flatten()
                    .min();
            let sleep = async {
                match next {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                message = messages.recv() => match message {
                    Some(ToClient::Text(text)) => self.take(Message::text(text)).await?,
                    Some(ToClient::Fault(Fault::Drop)) => return Ok(()),
                    Some(ToClient::Fault(fault)) => self.fault(fault).await?,
                    Some(ToClient::Close) | None => {
                        self.flush_all().await?;
                        return self.sink.close().await;
                    }
                },
                () = sleep => self.due().await?,
            }
        }
    }

    fn half_open(&self) -> bool {
        self.mode.borrow().half_open
    }

    async fn fault(&mut self, fault: Fault) -> Result<()> {
        match fault {
            Fault::Drop => {}
            Fault::HalfOpen => self.mode.send_modify(|mode| mode.half_open = true),
            Fault::Delay(delay) => self.delay = delay,
            Fault::SlowReader(slow) => self.mode.send_modify(|mode| mode.slow = slow),
            Fault::Duplicate(count) => self.duplicate = count,
            Fault::Reorder(count) => self.reorder = usize::try_from(count).unwrap_or(64).clamp(2, 64),
            Fault::Lose(count) => self.lose = count,
            Fault::Garbage => {
                for garbage in
                    ["", "{", "[1, 2, 3]", "null", "\u{0}\u{7f}", "{\"method\": 7, \"result\": \"?\"}"]
                {
                    self.sink.feed(Message::text(garbage)).await?;
                }
                self.sink.send(Message::binary(vec![0xff, 0x00, 0xfe])).await?;
            }
            Fault::Oversize(bytes) => {
                let head = "{\"event\":\"myEvent\",\"data\":\"";
                let tail = "\",\"method\":\"event\"}";
                let filling = "x".repeat(bytes.saturating_sub(head.len() + tail.len()));
                self.sink.send(Message::text(format!("{head}{filling}{tail}"))).await?;
            }
            Fault::Clear => {
                self.mode.send_replace(Mode::default());
                (self.delay, self.duplicate, self.lose, self.reorder) = (Duration::ZERO, 0, 0, 0);
                self.flush_all().await?;
            }
        }
        Ok(())
    }

    /// A message that the terminal sends goes through the faults.
    async fn take(&mut self, message: Message) -> Result<()> {
        if self.half_open() {
            return Ok(());
        }
        if self.lose > 0 {
            self.lose -= 1;
            return Ok(());
        }
        if self.reorder > 0 {
            self.held_since.get_or_insert_with(Instant::now);
            self.held.push(message);
            return if self.held.len() >= self.reorder { self.release().await } else { Ok(()) };
        }
        self.pass(message).await
    }

    /// Sends what was held back, in another order.
    async fn release(&mut self) -> Result<()> {
        let mut held = std::mem::take(&mut self.held);
        (self.reorder, self.held_since) = (0, None);
        let before = held.clone();
        self.rng.shuffle(&mut held);
        if held == before {
            held.reverse();
        }
        for message in held {
            self.pass(message).await?;
        }
        Ok(())
    }

    async fn pass(&mut self, message: Message) -> Result<()> {
        let copies = if self.duplicate > 0 { 2 } else { 1 };
        self.duplicate = self.duplicate.saturating_sub(1);
        for _ in 0..copies {
            if self.delay.is_zero() && self.waiting.is_empty() {
                self.sink.send(message.clone()).await?;
            } else {
                self.waiting.push_back((Instant::now() + self.delay, message.clone()));
            }
        }
        Ok(())
    }

    /// Sends what has waited long enough.
    async fn due(&mut self) -> Result<()> {
        let now = Instant::now();
        if self.held_since.is_some_and(|since| since + HOLD_TIME <= now) {
            self.release().await?;
        }
        while self.waiting.front().is_some_and(|(at, _)| *at <= now) {
            if let Some((_, message)) = self.waiting.pop_front()
                && !self.half_open()
            {
                self.sink.send(message).await?;
            }
        }
        Ok(())
    }

    async fn flush_all(&mut self) -> Result<()> {
        if self.half_open() {
            return Ok(());
        }
        if !self.held.is_empty() {
            self.release().await?;
        }
        while let Some((_, message)) = self.waiting.pop_front() {
            self.sink.send(message).await?;
        }
        Ok(())
    }
}
