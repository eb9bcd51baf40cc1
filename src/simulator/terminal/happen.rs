//! What happens without a client asking: other people, keys, cables and the clock.

use serde_json::{Value, json};

use super::{Line, Terminal, devices::Class, session::Kind, timers::Timer};
use crate::simulator::{
    action::Happening,
    people::{Contact, Person, Verdict},
};

impl Terminal {
    /// Does what a timer was set for.
    pub(super) fn fire(&mut self, timer: Timer) {
        match timer {
            Timer::ServerAnswers => self.server_answers(),
            Timer::ServersFound => self.servers_found(),
            Timer::LoginAnswered { login, result } => self.login_answered(&login, result),
            Timer::PeerDecides { conf_id } => self.peer_decides(&conf_id, None),
            Timer::CallerGivesUp { conf_id } => {
                self.caller_gives_up(Some(&conf_id));
            }
            Timer::AutoAccept { conf_id } => {
                self.take_call(Some(&conf_id));
            }
            Timer::Closed { conf_id } => self.closed(&conf_id),
            Timer::ConferenceMade { conf_id } => self.conference_made(&conf_id),
            Timer::InviteDecided { conf_id, peer_id } => {
                self.invite_decided(&conf_id, &peer_id, None);
            }
            Timer::PodiumDecided { conf_id } => {
                self.podium_decided(&conf_id, true);
            }
            Timer::PodiumInviteDecided { conf_id, peer_id } => {
                self.podium_invite_decided(&conf_id, &peer_id, true);
            }
            Timer::RemarkTick { conf_id, left } => self.remark_tick(&conf_id, left),
            Timer::CameraDecided { conf_id, call_id } => {
                self.camera_decided(&conf_id, &call_id, true);
            }
            Timer::PtzStep { movement } => self.ptz_step(movement),
            Timer::TestLevel { test } => self.test_level(test),
            Timer::DelayMeasured { test } => self.delay_measured(test),
            Timer::FileProgress { id } => self.file_progress(id),
            Timer::Details { peer_id } => self.details(&peer_id),
            Timer::SearchDone { client, request_id, query } => self.search_done(client, &request_id, &query),
            Timer::ModesRead => self.modes_read(),
            Timer::SlideCached => self.slide_cached(),
            Timer::PlannedAgain => self.planned_again(),
            Timer::LicenceChecked { valid } => self.licence_checked(valid),
        }
    }

    /// Makes something happen; a sentence about it, or why it cannot happen now.
    pub(super) fn apply(&mut self, happening: &Happening) -> Result<String, String> {
        match happening {
            Happening::Ring { who, kind, title, give_up } => {
                let person = self.who(who)?;
                let kind = if *kind == 0 { Kind::OneToOne } else { Kind::from_number(*kind) };
                let title = match (kind, title) {
                    (Kind::OneToOne, Some(_)) => {
                        return Err("a one-to-one call has no title; give a type".into());
                    }
                    (Kind::OneToOne, None) => None,
                    (_, title) => {
                        Some(title.clone().unwrap_or_else(|| format!("Conference of {}", person.peer_dn)))
                    }
                };
                self.ring_in(person, kind, title, *give_up)
            }
            Happening::GiveUp => {
                let done = self.caller_gives_up(None);
                self.done(done, "the caller gave up", "nobody calls")
            }
            Happening::Accept => {
                let done = self.take_call(None);
                self.done(done, "accepted at the terminal", "nobody calls")
            }
            Happening::Reject => {
                let done = self.turn_down();
                self.done(done, "rejected at the terminal", "nobody calls")
            }
            Happening::HangUp => {
                let done = self.drop_line();
                self.done(done, "hung up at the terminal", "there is no call")
            }
            Happening::Decide { who, verdict } => self.somebody_decides(who.as_deref(), *verdict),
            Happening::Behave { who, verdict } => {
                let person = self.who(who)?;
                let done = self.set_answer(&person.peer_id, *verdict);
                self.done(done, "noted", "not in the address book")
            }
            Happening::Join { who } => {
                let person = self.who(who)?;
                if !self.session().is_some_and(super::session::Session::is_group) {
                    return Err("there is no group conference to join".into());
                }
                let done = self.join(&person);
                self.done(done, "joined", "in the conference already, or it is full")
            }
            Happening::Leave { who } => {
                let id = match who {
                    Some(who) => self.member(who)?,
                    None => match self.session().and_then(|session| session.participants.get(1)) {
                        Some(one) => one.id.clone(),
                        None => return Err("there is nobody else in a call".into()),
                    },
                };
                let done = self.leave(&id);
                self.done(done, "left", "not in the conference")
            }
            Happening::Knock { who } => {
                let person = self.who(who)?;
                self.knock(&person.peer_id)
            }
            Happening::Presence { who, presence } => {
                let person = self.who(who)?;
                let done = self.set_presence(&person.peer_id, *presence);
                self.done(done, "presence changed", "not in the address book")
            }
            Happening::AddContact { peer_id, name } => {
                let done = self.add_contact(Contact::new(self.call_id(peer_id), name.clone()));
                self.done(done, "added", "in the address book already")
            }
            Happening::RemoveContact { who } => {
                let person = self.who(who)?;
                let done = self.remove_contact(&person.peer_id);
                self.done(done, "removed", "not in the address book")
            }
            Happening::Rename { who, name } => {
                let person = self.who(who)?;
                let own = person.peer_id == self.account.id();
                let done =
                    if own { self.rename_self(name) } else { self.rename_contact(&person.peer_id, name) };
                self.done(done, "renamed", "not in the address book")
            }
            Happening::Message { who, text, to_all } => {
                let person = self.who(who)?;
                self.message_in(&person, text, *to_all)
            }
            Happening::Command { who, text } => {
                let id = self.member(who)?;
                self.event("commandReceived", json!({"peerId": id, "command": text}));
                Ok(format!("{id} sends the command {text}"))
            }
            Happening::File { who, name, size } => {
                let person = self.who(who)?;
                self.file_offered(&person, name, *size)
            }
            Happening::Devices { who, mic, camera } => {
                let id = self.member(who)?;
                let done = self.set_devices(&id, *mic, *camera);
                self.done(done, "devices changed", "not in the conference")
            }
            Happening::OwnerMutes { mic, camera } => self.owner_mutes(*mic, *camera),
            Happening::AskPodium { who } => {
                let id = self.member(who)?;
                self.asks_for_podium(&id)
            }
            Happening::InvitePodium => self.invited_to_podium(),
            Happening::AnswerPodium { who, allow } => {
                let conf_id = self.conf_id()?;
                let done = match who {
                    Some(who) => {
                        let id = self.member(who)?;
                        self.podium_invite_decided(&conf_id, &id, *allow)
                    }
                    None => self.podium_decided(&conf_id, *allow),
                };
                self.done(done, "answered", "nothing is asked about the podium")
            }
            Happening::AskCamera { who } => {
                let id = self.member(who)?;
                self.wants_camera(&id)
            }
            Happening::AnswerCamera { who, allow } => {
                let (conf_id, id) = (self.conf_id()?, self.member(who)?);
                let done = self.camera_decided(&conf_id, &id, *allow);
                self.done(done, "answered", "the terminal did not ask for this camera")
            }
            Happening::AskRecord { who } => {
                let id = self.member(who)?;
                self.wants_to_record(&id)
            }
            Happening::Plug { class, name, present } => match Class::parse(class) {
                Some(class) => self.plug(class, name, *present),
                None => Err(format!("class {class} must be microphone, speaker or camera")),
            },
            Happening::LoseServer => {
                self.account.reachable = false;
                let done = self.lose_server();
                self.done(done, "the server is gone", "there is no server connection")
            }
            Happening::FindServer => {
                self.account.reachable = true;
                let done = self.find_server();
                self.done(done, "the server is back", "there is a server connection")
            }
            Happening::LoginResult { result } => {
                self.account.next_login_result = Some(*result);
                Ok(format!("the next login answers {result}"))
            }
            Happening::Key { name } => {
                self.event(if name == "hang_up" { "hangUpPressed" } else { "hookOffPressed" }, json!({}));
                Ok("pressed".into())
            }
            Happening::Setting { name, value } => {
                self.change_setting(name, value)?;
                Ok(format!("{name} is {value}"))
            }
            Happening::Slide { name } => {
                let file_id = self.upload(name, name.len());
                let idx = self.append_slide(name.clone(), file_id);
                Ok(format!("slide {idx} is {name}"))
            }
            Happening::Deauthorise => {
                self.withdraw_authorisation(None);
                Ok("every client must send auth again".into())
            }
            Happening::Restart => {
                self.go_down();
                Ok("the application restarts".into())
            }
            Happening::Event { name, fields } => {
                self.event(name, Value::Object(fields.clone()));
                Ok("sent".into())
            }
            Happening::RefuseAuth { count } => {
                self.auth.refuse_next = *count;
                Ok(format!("the next {count} auth requests are refused"))
            }
            Happening::Refuse { method, count } => {
                self.app.refuse.push((method.clone(), (*count).max(1)));
                Ok(format!("the next {count} requests ({method}) are refused"))
            }
        }
    }

    fn done(&self, done: bool, yes: &str, no: &str) -> Result<String, String> {
        if done { Ok(yes.to_owned()) } else { Err(format!("{no} ({})", self.state().describe())) }
    }

    fn conf_id(&self) -> Result<String, String> {
        self.session()
            .map(|session| session.conf_id.clone())
            .ok_or_else(|| "there is no call or conference".into())
    }

    /// The person whom `text` names: an id, a name, or a part of one that fits one person only.
    pub(super) fn who(&self, text: &str) -> Result<Person, String> {
        if text.contains('@') {
            return Ok(self.person(text));
        }
        let wanted = text.to_lowercase();
        let people = || self.book.entries().iter().chain(&self.setup.directory);
        if let Some(exact) = people().find(|entry| entry.peer_dn.to_lowercase() == wanted) {
            return Ok(self.person(&exact.peer_id));
        }
        let fits = |entry: &&Contact| {
            entry.peer_dn.to_lowercase().split_whitespace().any(|word| word == wanted)
                || entry.peer_dn.to_lowercase().starts_with(&wanted)
                || entry.peer_id.split('@').next() == Some(text)
        };
        let found: Vec<&Contact> = people().filter(fits).collect();
        match found.as_slice() {
            [one] => Ok(self.person(&one.peer_id)),
            [] => {
                Err(format!("nobody is called {text}; give a name of the address book or an id such as a@b"))
            }
            several => {
                let names: Vec<&str> = several.iter().map(|entry| entry.peer_dn.as_str()).collect();
                Err(format!("{text} could be {}", names.join(" or ")))
            }
        }
    }

    /// The instance in the session whom `text` names.
    fn member(&self, text: &str) -> Result<String, String> {
        let Some(session) = self.session() else { return Err("there is no call or conference".into()) };
        if let Some(one) = session.participant(text) {
            return Ok(one.id.clone());
        }
        let person = self.who(text)?;
        match session.participants.iter().skip(1).find(|one| one.call_id() == person.peer_id) {
            Some(one) => Ok(one.id.clone()),
            None => Err(format!("{} is not in this call or conference", person.peer_dn)),
        }
    }

    /// The called side, or somebody who is invited, decides now.
    fn somebody_decides(&mut self, who: Option<&str>, verdict: Verdict) -> Result<String, String> {
        let person = who.map(|who| self.who(who)).transpose()?;
        match &self.line {
            Line::Outgoing(call) if person.as_ref().is_none_or(|person| *person == call.person) => {
                let (conf_id, name) = (call.conf_id.clone(), call.person.peer_dn.clone());
                self.peer_decides(&conf_id, Some(verdict));
                return Ok(format!("{name} decides"));
            }
            Line::Session(session) => {
                let invited = match &person {
                    Some(person) => session.invited.iter().find(|id| **id == person.peer_id),
                    None => session.invited.first(),
                };
                if let Some(peer_id) = invited.cloned() {
                    let conf_id = session.conf_id.clone();
                    self.invite_decided(&conf_id, &peer_id, Some(verdict));
                    return Ok(format!("{peer_id} decides"));
                }
            }
            _ => {}
        }
        Err(format!("nobody is called or invited ({})", self.state().describe()))
    }

    fn owner_mutes(&mut self, mic: Option<bool>, camera: Option<bool>) -> Result<String, String> {
        let Some(session) = self.session().filter(|session| session.is_group() && !session.is_owner) else {
            return Err("the terminal is not in a conference of somebody else".into());
        };
        let conf_id = session.conf_id.clone();
        if let Some(mute) = mic {
            self.event("micStateChangedByConferenceOwner", json!({"mute": mute, "confId": conf_id}));
            self.set_mic_mute(mute);
        }
        if let Some(mute) = camera {
            self.event("cameraStateChangedByConferenceOwner", json!({"mute": mute, "confId": conf_id}));
            self.set_video_mute(mute);
        }
        Ok("the owner switched the devices".into())
    }

    /// The state in one object, for people who look from outside.
    pub fn overview(&self) -> Value {
        let session = self.session().map(|session| {
            let names: Vec<&str> = session.participants.iter().map(|one| one.name.as_str()).collect();
            json!({"confId": session.conf_id, "kind": session.kind as i64, "title": session.title,
                   "isOwner": session.is_owner, "participants": names, "invited": session.invited,
                   "knocking": session.knocking})
        });
        let rings = match &self.line {
            Line::Outgoing(call) => json!({"outgoing": call.person.peer_dn}),
            Line::Incoming(call) => json!({"incoming": call.person.peer_dn}),
            _ => Value::Null,
        };
        json!({
            "appState": self.state() as i64,
            "state": self.state().describe(),
            "user": self.account.user,
            "rings": rings,
            "session": session,
            "micMute": self.av.mic_mute,
            "audioMute": self.av.audio_mute,
            "videoMute": self.av.video_mute,
            "clients": self.clients.iter().map(|(client, session)| {
                json!({"client": client, "authorised": session.role.is_some()})
            }).collect::<Vec<_>>(),
        })
    }
}
