//! Group conferences, and what one does in a session.

use std::time::Duration;

use serde_json::{Value, json};

use super::{CLIENT, Lab, RING, SOON, names};
use crate::simulator::{
    people::{Cause, Verdict},
    terminal::Output,
};

fn conference(lab: &mut Lab, kind: &str, people: &[&str]) -> Vec<Value> {
    let params = json!({"title": "Weekly", "confType": kind, "autoAccept": false, "inviteList": people});
    assert_eq!(lab.good("createConference", params), ["appStateChanged 4"]);
    lab.pass(SOON)
}

#[test]
fn the_owner_of_a_conference_has_the_rights() {
    let mut lab = Lab::new("");
    let events = conference(&mut lab, "assymetric", &["john.smith", "robert.taylor", "room@example.org"]);
    // The own account is left out of the list; who is busy says so at once.
    let wanted = ["conferenceCreated", "appStateChanged 5", "inviteSent", "inviteSent", "rejectReceived"];
    assert_eq!(names(&events), wanted);
    assert_eq!(events[0]["confType"], 2);
    assert_eq!(names(&lab.pass(RING)), ["newParticipantInConference"]);
    let john = lab.others()[0].clone();
    lab.good("turnRemoteMic", json!({"peerId": john, "on": false}));
    assert!(lab.refused("acceptPeer", json!({"peerId": "anna.novak"})).contains("did not ask"));
    assert_eq!(names(&lab.happen("knock anna")), ["requestInviteReceived"]);
    assert_eq!(
        lab.good("acceptPeer", json!({"peerId": "anna.novak@example.org/1234"})),
        ["peerAccepted", "newParticipantInConference"]
    );
    assert_eq!(lab.good("kickPeer", json!({"peerId": john})), ["participantLeftConference"]);
    assert_eq!(lab.good("hangUp", json!({"forAll": true})), ["appStateChanged 6"]);
}

#[test]
fn a_guest_has_fewer_rights_than_the_owner() {
    let mut lab = Lab::new("");
    let events = lab.happen("ring emma type=symmetric title=\"Her meeting\"");
    assert_eq!((&events[0]["type"], &events[0]["confTitle"]), (&json!(1), &json!("Her meeting")));
    lab.good("accept", json!({}));
    lab.happen("join john.smith@example.org");
    assert!(lab.refused("hangUp", json!({"forAll": true})).contains("only the owner"));
    assert!(lab.refused("kickPeer", json!({"peerId": "john.smith"})).contains("only the owner"));
    assert!(lab.refused("inviteToConference", json!({"peerId": "anna.novak"})).contains("only the owner"));
    let events = lab.happen("owner_mutes mic=on");
    assert_eq!(names(&events), ["micStateChangedByConferenceOwner", "audioCapturerMute"]);
    // When the owner leaves, the conference is over.
    assert_eq!(names(&lab.happen("leave emma")), ["participantLeftConference", "appStateChanged 6"]);
}

#[test]
fn a_full_conference_turns_people_away() {
    let mut lab = Lab::new("licence: free");
    let people: Vec<String> = (0..12).map(|number| format!("guest{number}@example.net")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    conference(&mut lab, "symmetric", &people);
    let events = lab.pass(RING);
    let full = events.iter().filter(|event| event["cause"] == 1).count();
    assert_eq!((full, lab.others().len()), (3, 9));
    assert!(lab.refused("setNDIState", json!({"enabled": true})).contains("PRO licence"));
}

#[test]
fn conferences_of_others_have_doors() {
    let mut lab = Lab::new(
        "conferences:\n\
         - {id: 1, title: Open, owner: emma.wilson@example.org, participants: [john.smith@example.org]}\n\
         - {id: 2, title: Locked, owner: a@example.net, pin: '99'}\n\
         - {id: 3, title: Early, owner: a@example.net, state: not_started}\n\
         - {id: 4, title: Late, owner: a@example.net, state: over}\n\
         - {id: 5, title: Full, owner: a@example.net, state: full}\n",
    );
    for (id, pin, cause) in
        [("2", "", 12), ("2", "98", 13), ("3", "", 17), ("4", "", 18), ("5", "", 1), ("6", "", 19)]
    {
        let mut params = json!({"peerId": format!("\\c\\{id}")});
        if !pin.is_empty() {
            params["pin"] = pin.into();
        }
        lab.good("call", params);
        assert_eq!(lab.pass(SOON)[0]["cause"], cause, "conference {id} with the PIN \"{pin}\"");
    }
    lab.good("call", json!({"peerId": "\\c\\2@example.org", "pin": "99"}));
    assert_eq!(lab.pass(SOON)[0]["confTitle"], "Locked");
    lab.good("hangUp", json!({}));
    lab.pass(SOON);
    // Calling the owner of a running conference asks to join it.
    assert_eq!(
        lab.good("call", json!({"peerId": "emma.wilson"})),
        ["inviteRequestSent", "appStateChanged 4"]
    );
    lab.pass(RING);
    assert_eq!(lab.others().len(), 2);
}

#[test]
fn the_podium_has_room_for_so_many() {
    let mut lab = Lab::new("");
    let params = json!({"title": "Talks", "confType": "role", "autoAccept": true, "castersCount": 2,
                        "inviteList": ["john.smith", "maria.garcia"]});
    lab.good("createConference", params);
    lab.pass(SOON);
    lab.pass(RING);
    let others = lab.others();
    lab.good("inviteToPodium", json!({"peerId": others[0]}));
    let requests = lab.get("getAppState", "requests");
    assert_eq!(requests["outgoingPodiumInvitation"], json!([others[0]]));
    let events = lab.pass(RING);
    assert_eq!((&events[0]["event"], &events[0]["broadcast"]), (&json!("roleEventOccured"), &json!(true)));
    assert!(lab.refused("inviteToPodium", json!({"peerId": others[1]})).contains("full"));
    lab.good("leavePodium", json!({}));
    lab.good("inviteToPodium", json!({"peerId": others[1]}));
    lab.happen("answer_podium no maria");
    let role = lab.get("getConferenceParticipants", "participants")[2]["broadcast"].clone();
    assert_eq!(role, false);
}

#[test]
fn a_remark_counts_down() {
    let mut lab = Lab::new("");
    lab.happen("ring emma type=role");
    lab.good("accept", json!({}));
    lab.good("startRemark", json!({}));
    let events = lab.pass(Duration::from_secs(31));
    let left: Vec<i64> = events.iter().filter_map(|event| event["timeout"].as_i64()).collect();
    assert_eq!(left, (0..30).rev().collect::<Vec<i64>>());
    assert_eq!(
        events.last().map(|event| &event["event"]).filter(|name| *name != "appStateChanged"),
        Some(&json!("roleEventOccured"))
    );
}

#[test]
fn the_camera_stops_at_its_limits() {
    let mut lab = Lab::new("");
    lab.good("ptzRight", json!({}));
    lab.pass(Duration::from_millis(500));
    lab.good("ptzStop", json!({}));
    let pan = lab.get("getPtzControls", "pan");
    assert_eq!(pan["currentValue"], 25);
    assert!(lab.pass(Duration::from_secs(60)).is_empty(), "a stopped camera moves");
    lab.good("ptzRight", json!({}));
    let events = lab.pass(Duration::from_secs(60));
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["pan"]["currentValue"], pan["maxValue"]);
    assert!(lab.refused("setZoomPos", json!({"pos": 0})).contains("1 to 20"));
    let cameras = lab.get("getHardware", "videoCapturers");
    lab.good(
        "setVideoCapturer",
        json!({"name": cameras[1]["name"], "description": cameras[1]["description"]}),
    );
    assert!(lab.refused("ptzLeft", json!({})).contains("cannot be steered"));
    assert_eq!(lab.get("getPtzControls", "pan"), json!({"support": false}));
}

#[test]
fn slides_are_shown_in_a_session_only() {
    let mut lab = Lab::new("slides: [b.png, a.png]");
    assert!(lab.refused("startSlideShow", json!({"title": "", "startingIdx": 0})).contains("state 3"));
    lab.good("call", json!({"peerId": "john.smith"}));
    lab.pass(RING);
    lab.good("startSlideShow", json!({"title": "Plan", "startingIdx": 0}));
    assert_eq!(lab.good("showNextSlide", json!({})), ["currentSlideIndexChanged"]);
    assert!(lab.refused("showNextSlide", json!({})).contains("0 to 1"));
    lab.good("sortSlides", json!({}));
    assert_eq!(lab.get("getSlideShowInfo", "slides")[0]["name"], "a.png");
    lab.good("moveVideoSlotToMonitor", json!({"callId": "SlideShowSlot", "monitorIndex": 1}));
    assert_eq!(lab.get("getVideoMatrix", "externVideoSlots")[0]["callId"], "SlideShowSlot");
    // The show ends with the call.
    assert!(lab.good("hangUp", json!({})).contains(&"mySlideShowStopped".to_owned()));
    lab.pass(SOON);
    assert_eq!(lab.get("getSlideShowInfo", "started"), false);
}

#[test]
fn api_version_2_shows_more() {
    let mut lab = Lab::new("");
    conference(&mut lab, "symmetric", &["john.smith"]);
    lab.pass(RING);
    assert!(lab.refused("setReaction", json!({"reaction": 1})).contains("version 2"));
    assert!(lab.get("getConferences", "id").is_null());
    lab.good("setUsedApiVersion", json!({"version": "2"}));
    assert_eq!(lab.good("setReaction", json!({"reaction": 5})), ["reactionsChanged"]);
    assert!(lab.get("getConferences", "id").is_string());
    assert_eq!(lab.get("getConferenceParticipants", "participants")[0]["reaction"], 5);
    assert_eq!(lab.get("getMonitorsInfo", "monitors")[0]["id"], "sim-monitor-0");
}

#[test]
fn searches_too_soon_after_another_are_refused() {
    let mut lab = Lab::new("directory: [{peerId: johnny@example.org, peerDn: Johnny Far}]");
    let (answer, _) = lab.ask("searchContact", json!({"searchingString": "john"}));
    assert_eq!(answer["foundContacts"].as_array().map(Vec::len), Some(3));
    assert_eq!(answer["searchingResult"], 0);
    let (answer, _) = lab.ask("searchContact", json!({"searchingString": "anna"}));
    assert_eq!((&answer["result"], &answer["searchingResult"]), (&json!(false), &json!(5)));
    lab.pass(Duration::from_secs(3));
    lab.good("searchContact", json!({"searchingString": "anna"}));
    let (answer, _) = lab.ask("searchContact2", json!({"searchingString": "johnny", "requestId": "s1"}));
    assert_eq!(answer["foundContacts"], json!([]));
    let events = lab.pass(SOON);
    assert_eq!(events[0]["requestId"], "s1");
    assert_eq!(events[0]["foundContacts"][0]["displayName"], "Johnny Far");
}

#[test]
fn refusals_on_demand_count_down() {
    let mut lab = Lab::new("");
    for line in ["fault refuse method=call count=2", "fault wrong_pin"] {
        lab.happen(line);
    }
    for _ in 0..2 {
        assert_eq!(lab.refused("call", json!({"peerId": "john.smith"})), "call refused on demand");
    }
    lab.good("call", json!({"peerId": "john.smith"}));
    lab.refused("auth", json!({"type": "unsecured"}));
    lab.good("auth", json!({"type": "unsecured"}));
}

#[test]
fn the_application_comes_back_fresh_but_keeps_its_data() {
    let mut lab = Lab::new("");
    lab.good("saveData", json!({"containerName": "notes", "data": "x", "flags": ""}));
    lab.good("setMicMute", json!({"mute": true}));
    let request = json!({"method": "rebootSystem"}).to_string();
    let out = lab.terminal.receive(CLIENT, &request, lab.now);
    assert!(out.contains(&Output::Down(Duration::from_secs(1))), "{out:?}");
    lab.terminal.connect(CLIENT);
    lab.refused("getMicMute", json!({}));
    lab.good("auth", json!({"type": "unsecured"}));
    assert_eq!(lab.get("getMicMute", "mute"), false);
    assert_eq!(lab.ask("loadData", json!({"containerName": "notes"})).0["data"], "x");
}

#[test]
fn equal_seeds_give_equal_terminals() {
    let tour = |seed: u64| {
        let mut lab = Lab::new(&format!("seed: {seed}"));
        lab.good("call", json!({"peerId": "john.smith"}));
        let events = lab.pass(RING);
        (events, lab.get("getTokenForHttpServer", "token"))
    };
    assert_eq!(tour(7), tour(7));
    assert_ne!(tour(7), tour(8));
}

#[test]
fn a_participant_steers_the_camera_as_the_settings_say() {
    let mut lab = Lab::new("");
    lab.happen("ring maria");
    lab.good("accept", json!({}));
    assert_eq!(names(&lab.happen("ask_camera maria")), ["requestCameraControlReceived"]);
    lab.good("setSettings", json!({"settings": {"cameraRemoteControlAccess": 0}}));
    assert_eq!(names(&lab.happen("ask_camera maria")), ["incomingRequestCameraControlAccepted"]);
    lab.good("setSettings", json!({"settings": {"cameraRemoteControlAccess": 2}}));
    assert_eq!(names(&lab.happen("ask_camera maria")), ["incomingRequestCameraControlRejected"]);
    let events = lab.happen("hang_up");
    let over = events.iter().find(|event| event["event"] == "incomingRequestCameraControlRejected");
    assert_eq!(over.map(|event| &event["reason"]), Some(&json!(2)));
}

#[test]
fn names_must_fit_one_person() {
    let mut lab = Lab::new("");
    let why = lab.try_happen("ring john").expect_err("there are two");
    assert_eq!(why, "john could be John Smith or John Baker");
    assert!(lab.try_happen("ring zoe").expect_err("nobody").contains("nobody is called zoe"));
    assert!(lab.try_happen("answer").expect_err("no call").contains("state 3"));
}

#[test]
fn verdicts_can_be_given_while_it_rings() {
    let mut lab = Lab::new("");
    lab.good("call", json!({"peerId": "nina.kumar"}));
    assert_eq!(lab.happen("refuse busy")[0]["cause"], 2);
    lab.good("call", json!({"peerId": "robert.taylor"}));
    assert!(names(&lab.happen("answer")).contains(&"appStateChanged 5".to_owned()));
    assert_eq!(Verdict::parse("16"), Some(Verdict::Refuse(Cause::NO_ANSWER)));
}

#[test]
fn the_server_sends_its_conferences_now_and_then() {
    let mut lab =
        Lab::new("conferences: [{id: 77, title: Weekly, owner: ann@example.net, state: not_started}]");
    assert_eq!(lab.get("getScheduler", "cnt"), 1);
    let events = lab.pass(Duration::from_secs(601));
    assert_eq!(names(&events), ["conferenceList"]);
    assert_eq!(events[0]["conferences"][0]["topic"], "Weekly");
}

#[test]
fn the_links_of_a_conference_have_their_odd_names() {
    let mut lab = Lab::new("");
    let events = conference(&mut lab, "role", &[]);
    let manager = events[0]["realTimeConferenceManagmentUrl"].as_str().expect("an address");
    assert!(!manager.is_empty());
    let event = |name: &str| events.iter().find(|event| event["event"] == name).cloned().unwrap_or_default();
    assert_eq!(event("realtimeManagmentUrlAvailabilityChanged")["url"], manager);
    assert_eq!(event("joinToConferenceLinkReceived")["link"], events[0]["joinUrl"]);
}

#[test]
fn a_call_becomes_a_conference() {
    let mut lab = Lab::new("");
    lab.happen("ring maria");
    lab.good("accept", json!({}));
    lab.good("startSlideShow", json!({"title": "Plan", "startingIdx": 0}));
    let params = json!({"title": "More of us", "inviteList": ["maria.garcia", "anna.novak"]});
    let events = lab.good("expandCallToMulti", params);
    let wanted = [
        "mySlideShowStopped",
        "conferenceDeleted",
        "conferenceCreated",
        "appStateChanged 5",
        "newParticipantInConference",
        "inviteSent",
    ];
    assert_eq!(events, wanted);
    assert!(lab.others()[0].starts_with("maria.garcia@example.org/"));
    assert!(lab.refused("expandCallToMulti", json!({"title": "", "inviteList": []})).contains("already"));
}

#[test]
fn a_conference_can_be_called_off_while_it_is_made() {
    let mut lab = Lab::new("");
    let params = json!({"title": "Weekly", "confType": "symmetric", "autoAccept": true});
    assert_eq!(lab.good("createConference", params), ["appStateChanged 4"]);
    assert_eq!(lab.good("hangUp", json!({"forAll": false})), ["appStateChanged 3"]);
    assert!(lab.pass(RING).is_empty());
    let title = "x".repeat(241);
    let params = json!({"title": title, "confType": "symmetric", "autoAccept": true});
    assert!(lab.refused("createConference", params).contains("240"));
    let params = json!({"title": "", "confType": "big", "autoAccept": true});
    assert!(lab.refused("createConference", params).contains("symmetric, asymmetric or role"));
}
