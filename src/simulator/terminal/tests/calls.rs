//! Access, calls, the server, and the application itself.

use std::time::Duration;

use serde_json::json;

use super::{Lab, REFERENCE, RING, SOON, names};
use crate::simulator::{people::Cause, terminal::method_names};

#[test]
fn every_method_of_the_reference_has_an_answer() {
    let known: Vec<&str> = method_names().collect();
    let missing: Vec<&String> = REFERENCE.0.keys().filter(|name| !known.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(REFERENCE.0.len(), 221);
    let mut sorted = known.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), known.len(), "a method is in two tables");
}

#[test]
fn before_auth_everything_else_is_refused() {
    let mut lab = Lab::closed("pin: 4711");
    let mut refused = 0;
    for method in method_names().filter(|name| !matches!(*name, "auth" | "setUsedApiVersion")) {
        assert_eq!(lab.refused(method, json!({})), format!("{method}: not authorised; send auth first"));
        refused += 1;
    }
    assert!(refused > 220);
    lab.good("setUsedApiVersion", json!({"version": "2"}));
    lab.refused("setUsedApiVersion", json!({"version": "3"}));
}

#[test]
fn the_pin_opens_and_the_token_opens_again() {
    let mut lab = Lab::closed("pin: 4711");
    for wrong in [
        json!({"type": "unsecured"}),
        json!({"type": "secured", "credentials": "4712"}),
        json!({"type": "secured"}),
        json!({"type": "open"}),
        json!({}),
    ] {
        let (answer, _) = lab.ask("auth", wrong);
        assert_eq!((&answer["result"], &answer["resultCode"]), (&json!(false), &json!(3)), "{answer}");
        assert!(!answer.to_string().contains("4711") && !answer.to_string().contains("4712"), "{answer}");
    }
    let (answer, _) = lab.ask("auth", json!({"type": "secured", "credentials": "4711", "requestId": "7"}));
    assert_eq!(answer["result"], true);
    assert_eq!(answer["previleges"], 2);
    assert_eq!(answer["requestId"], "7");
    let token = answer["token"].clone();
    lab.good("auth", json!({"type": "secured", "credentials": token}));
    // With a PIN, a token lives for a day, and what it gives lives no longer.
    lab.pass(Duration::from_secs(24 * 3600 + 1));
    assert!(lab.refused("auth", json!({"type": "secured", "credentials": token})).contains("wrong PIN"));
    assert_eq!(lab.refused("getAppState", json!({})), "getAppState: not authorised; send auth first");
}

#[test]
fn a_user_may_not_do_what_an_administrator_may() {
    let mut lab = Lab::new("");
    lab.good("auth", json!({"role": "user"}));
    assert!(lab.refused("shutdown", json!({"forAll": false})).contains("administrator rights"));
    lab.good("getAbook", json!({}));
    let mut lab = Lab::new("");
    lab.good("setAuthParams", json!({"userType": "admin", "authType": "password", "password": "secret"}));
    let (answer, _) = lab.ask("auth", json!({"type": "unsecured", "role": "admin"}));
    assert_eq!(answer["result"], false);
    lab.good("auth", json!({"type": "unsecured", "role": "user"}));
    lab.good("auth", json!({"type": "secured", "credentials": "secret", "role": "admin"}));
}

#[test]
fn an_outgoing_call_rings_and_is_taken() {
    let mut lab = Lab::new("");
    let events = lab.good("call", json!({"peerId": "john.smith@example.org"}));
    assert_eq!(events, ["inviteSent", "appStateChanged 4"]);
    assert_eq!(lab.get("getConferences", "direction"), "outgoing");
    assert!(lab.refused("call", json!({"peerId": "x@example.org"})).contains("state 4"));
    let events = lab.pass(RING);
    assert_eq!(names(&events), ["conferenceCreated", "appStateChanged 5", "newParticipantInConference"]);
    assert_eq!(events[0]["peerId"], "john.smith@example.org");
    assert_eq!(lab.get("getConferences", "confState"), 1);
    // It can be hung up for all: there is nobody else's conference to end.
    assert_eq!(lab.good("hangUp", json!({"forAll": true})), ["appStateChanged 6"]);
    assert_eq!(names(&lab.pass(SOON)), ["conferenceDeleted", "appStateChanged 3"]);
    let calls = lab.ask("getCallHistory", json!({"count": 5})).0["calls"].clone();
    assert_eq!((&calls[0]["type"], &calls[0]["peerDn"]), (&json!(1), &json!("John Smith")));
}

#[test]
fn a_call_is_refused_with_every_cause_there_is() {
    let mut lab = Lab::new("");
    for cause in Cause::all() {
        lab.happen(&format!("behave john.smith@example.org {}", cause.name()));
        lab.good("call", json!({"peerId": "john.smith"}));
        let events = lab.pass(RING);
        assert_eq!(names(&events), ["rejectReceived", "appStateChanged 3"], "{}", cause.name());
        assert_eq!(events[0]["cause"], cause.0);
        assert_eq!(events[0]["peerDn"], "John Smith");
    }
    for (who, cause) in [("robert.taylor", 2), ("laura.martin", 3), ("thomas.green", 0), ("no.such.user", 5)]
    {
        lab.good("call", json!({"peerId": who}));
        assert_eq!(lab.pass(RING)[0]["cause"], cause, "{who}");
    }
}

#[test]
fn nobody_answers_and_the_caller_gives_up() {
    let mut lab = Lab::new("");
    lab.good("call", json!({"peerId": "nina.kumar"}));
    assert!(lab.pass(Duration::from_secs(29)).is_empty());
    let events = lab.pass(Duration::from_secs(2));
    assert_eq!((&events[0]["event"], &events[0]["cause"]), (&json!("rejectReceived"), &json!(16)));
    lab.good("call", json!({"peerId": "nina.kumar"}));
    let (_, events) = lab.ask("hangUp", json!({"forAll": false}));
    assert_eq!(names(&events), ["stopCalling", "appStateChanged 3"]);
    assert_eq!(events[0]["side"], 0);
    // What was cancelled does not come back.
    assert!(lab.pass(Duration::from_secs(60)).is_empty());
}

#[test]
fn an_incoming_call_is_accepted_rejected_or_given_up() {
    let mut lab = Lab::new("");
    let events = lab.happen("ring maria");
    assert_eq!(names(&events), ["inviteReceived", "appStateChanged 4"]);
    assert!(events[0].get("confTitle").is_none());
    assert_eq!(lab.get("getConferences", "direction"), "incoming");
    assert_eq!(
        lab.good("accept", json!({})),
        ["conferenceCreated", "appStateChanged 5", "newParticipantInConference"]
    );
    assert_eq!(names(&lab.happen("leave")), ["participantLeftConference", "appStateChanged 6"]);
    lab.pass(SOON);

    lab.happen("ring maria");
    let (_, events) = lab.ask("reject", json!({}));
    assert_eq!(names(&events), ["rejectSent", "appStateChanged 3"]);

    lab.happen("ring maria");
    let events = lab.happen("give_up");
    assert_eq!(names(&events), ["stopCalling", "appStateChanged 3"]);
    assert_eq!(events[0]["side"], 1);

    lab.happen("ring maria");
    assert_eq!(names(&lab.pass(Duration::from_secs(31))), ["stopCalling", "appStateChanged 3"]);
    assert!(lab.refused("accept", json!({})).contains("state 3"));
}

#[test]
fn who_calls_while_the_terminal_is_busy_is_a_missed_call() {
    let mut lab = Lab::new("");
    lab.good("call", json!({"peerId": "john.smith"}));
    assert!(lab.happen("ring maria").is_empty());
    let calls = lab.ask("getCallHistory", json!({"count": 1})).0["calls"].clone();
    assert_eq!(
        (&calls[0]["type"], &calls[0]["peerDn"], &calls[0]["viewed"]),
        (&json!(2), &json!("Maria Garcia"), &json!(false))
    );
}

#[test]
fn settings_decide_who_gets_through() {
    let mut lab = Lab::new("settings: {autoAccept: true, rejectCallsNotFromAB: true}");
    let events = lab.happen("ring stranger@example.net");
    assert_eq!((&events[0]["event"], &events[0]["cause"]), (&json!("rejectSent"), &json!(14)));
    lab.happen("ring maria");
    assert!(names(&lab.pass(SOON)).contains(&"appStateChanged 5".to_owned()));
    lab.good("hangUp", json!({}));
    lab.pass(SOON);
    lab.good("block", json!({"peerId": "maria.garcia"}));
    assert!(lab.happen("ring maria").is_empty());
}

#[test]
fn a_terminal_connects_and_logs_in() {
    let mut lab = Lab::new("{start: none, password: secret}");
    assert_eq!(lab.state(), 0);
    assert!(lab.refused("login", json!({"login": "room", "password": "secret"})).contains("connectToServer"));
    let server = json!({"server": "192.0.2.1", "port": 4307});
    assert_eq!(lab.good("connectToServer", server.clone()), ["appStateChanged 1"]);
    assert_eq!(names(&lab.pass(SOON)), ["serverConnected", "appStateChanged 2"]);
    for (login, password, result) in [("other", "secret", 2), ("room", "wrong", 3)] {
        lab.good("login", json!({"login": login, "password": password, "encryptPassword": true}));
        assert_eq!(lab.pass(SOON)[0]["result"], result);
    }
    assert_eq!(lab.state(), 2);
    lab.good("login", json!({"login": "room@example.org", "password": "secret", "encryptPassword": true}));
    let events = lab.pass(SOON);
    let wanted = ["login", "appStateChanged 3", "abReceivedAfterLogin", "tariffRestrictionsChanged"];
    assert_eq!(names(&events), wanted);
    assert_eq!(lab.get("getSystemInfo", "authInfo")["peerDn"], "Meeting Room");
    assert_eq!(lab.good("logout", json!({})), ["logout", "appStateChanged 2"]);
    assert!(lab.get("getSystemInfo", "authInfo").is_null());

    lab.good("connectToServer", json!({"server": "nowhere.invalid"}));
    assert_eq!(names(&lab.pass(SOON)), ["serverDisconnected", "appStateChanged 0"]);
    lab.good("connectToServer", server.clone());
    lab.pass(SOON);
    assert_eq!(names(&lab.happen("lose_server")), ["serverDisconnected", "appStateChanged 0"]);
    lab.good("connectToServer", server);
    assert_eq!(names(&lab.pass(SOON)), ["serverDisconnected", "appStateChanged 0"]);
    assert_eq!(names(&lab.happen("find_server")), ["appStateChanged 1"]);
    assert_eq!(names(&lab.pass(SOON)), ["serverConnected", "appStateChanged 2"]);
}

#[test]
fn a_lost_server_ends_the_call() {
    let mut lab = Lab::new("");
    lab.good("call", json!({"peerId": "john.smith"}));
    lab.pass(RING);
    let events = names(&lab.happen("lose_server"));
    assert_eq!(events, ["conferenceDeleted", "serverDisconnected", "appStateChanged 0"]);
}
