//! What happens later: an ordered list of due times, without a clock.

use std::{collections::BTreeMap, time::Duration};

/// Something that happens later. What a timer refers to may be gone when it fires; then it does nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Timer {
    /// The video server is reached (or not).
    ServerAnswers,
    /// Server discovery is done.
    ServersFound,
    /// The video server answers a login.
    LoginAnswered { login: String, result: i64 },
    /// The called side of this session decides, or nobody answers.
    PeerDecides { conf_id: String },
    /// The caller of this session gives up.
    CallerGivesUp { conf_id: String },
    /// The terminal answers this session by itself.
    AutoAccept { conf_id: String },
    /// The session is closed; the terminal is idle again.
    Closed { conf_id: String },
    /// The server has made the conference.
    ConferenceMade { conf_id: String },
    /// Someone invited into this conference decides.
    InviteDecided { conf_id: String, peer_id: String },
    /// The owner of a conference decides about our wish to take the podium.
    PodiumDecided { conf_id: String },
    /// A participant decides about our invitation to the podium.
    PodiumInviteDecided { conf_id: String, peer_id: String },
    /// Another second of an audio remark is over.
    RemarkTick { conf_id: String, left: i64 },
    /// A participant decides whether we may steer the camera.
    CameraDecided { conf_id: String, call_id: String },
    /// The moving camera reaches its next position.
    PtzStep { movement: u64 },
    /// Another level of the microphone test.
    TestLevel { test: u64 },
    /// The echo measurement is over.
    DelayMeasured { test: u64 },
    /// Another part of a file is transferred.
    FileProgress { id: i64 },
    /// The details of a person arrive.
    Details { peer_id: String },
    /// The server's share of a contact search arrives.
    SearchDone { client: u64, request_id: String, query: String },
    /// The camera has read its modes again.
    ModesRead,
    /// Another slide is cached.
    SlideCached,
    /// The server sends the list of planned conferences again.
    PlannedAgain,
    /// The licence server answers.
    LicenceChecked { valid: bool },
}

/// The timers, by due time and then by the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    due: BTreeMap<(Duration, u64), Timer>,
    added: u64,
}

impl Timers {
    pub fn add(&mut self, at: Duration, timer: Timer) {
        self.added += 1;
        self.due.insert((at, self.added), timer);
    }

    /// Takes the first timer that is due at `now`, with its time.
    pub fn pop_due(&mut self, now: Duration) -> Option<(Duration, Timer)> {
        let entry = self.due.first_entry()?;
        if entry.key().0 > now {
            return None;
        }
        let ((at, _), timer) = entry.remove_entry();
        Some((at, timer))
    }

    pub fn next(&self) -> Option<Duration> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }
}
