//! Keeps the terminal logged in on a TrueConf Server: once per occasion, not on each event.

use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::sync::{broadcast, watch};

use super::enums::{AppState, LoginResult};
use super::error::Error;
use super::events::Event;
use super::link::Link;
use super::options::ServerLogin;
use super::state::State;
use super::subscription::Notice;
use super::value::Object;

/// How long the terminal may take to show that it connects or that a login ended.
const PATIENCE: Duration = Duration::from_secs(30);
/// First pause after a failure that may pass; doubled up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Runs as long as the connection. Returns only when the state can no longer be observed.
pub(super) async fn keep_logged_in(
    login: &ServerLogin,
    link: &Link,
    mut state: watch::Receiver<State>,
    mut notices: broadcast::Receiver<Notice>,
) {
    let mut pause = FIRST_PAUSE;
    loop {
        let now = state.borrow_and_update().app_state;
        let outcome = match now {
            Some(AppState::None) => connect(login, link, &mut state).await,
            Some(AppState::Login) => log_in(login, link, &mut state, &mut notices).await,
            Some(_) | None => {
                if now.is_some_and(|state| state.is_logged_in()) {
                    pause = FIRST_PAUSE;
                }
                if state.changed().await.is_err() {
                    return;
                }
                continue;
            }
        };
        match outcome {
            Outcome::Done => {}
            Outcome::Later => {
                // Unless the state changes by itself: somebody may act at the terminal.
                let _ = tokio::time::timeout(pause, state.wait_for(|state| state.app_state != now)).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Outcome::Never => {
                if state.wait_for(|state| state.app_state != now).await.is_err() {
                    return;
                }
            }
        }
    }
}

enum Outcome {
    Done,
    /// It may work after a pause.
    Later,
    /// It will not work before something changes.
    Never,
}

async fn connect(login: &ServerLogin, link: &Link, state: &mut watch::Receiver<State>) -> Outcome {
    let params = Object::from_iter([
        ("server".to_owned(), Value::from(login.server.as_str())),
        ("port".to_owned(), Value::from(login.port)),
    ]);
    tracing::info!("the room connects to the server {}:{}", login.server, login.port);
    if let Err(error) = link.request("connectToServer", params, PATIENCE).await {
        tracing::warn!("the room does not connect to the server {}: {error}", login.server);
        return Outcome::Later;
    }
    // Leaving "none" is not enough: a server that is not there leads back to it.
    let arrived =
        |state: &State| !matches!(state.app_state, Some(AppState::None | AppState::Connecting) | None);
    match tokio::time::timeout(PATIENCE, state.wait_for(arrived)).await {
        Ok(_) => Outcome::Done,
        Err(_) => {
            tracing::warn!("the room did not reach the server {}:{}", login.server, login.port);
            Outcome::Later
        }
    }
}

async fn log_in(
    login: &ServerLogin,
    link: &Link,
    state: &mut watch::Receiver<State>,
    notices: &mut broadcast::Receiver<Notice>,
) -> Outcome {
    *notices = notices.resubscribe();
    let params = Object::from_iter([
        ("login".to_owned(), Value::from(login.login.as_str())),
        ("password".to_owned(), Value::from(login.password.expose_secret())),
        ("encryptPassword".to_owned(), Value::from(true)),
    ]);
    tracing::info!("the room logs in as {}", login.login);
    match link.request("login", params, PATIENCE).await {
        Ok(_) => {}
        Err(Error::Refused { text, .. }) => {
            tracing::warn!("the room refused to log in as {}: {text}", login.login);
            return Outcome::Later;
        }
        Err(_) => return Outcome::Later,
    }
    let left = async { state.wait_for(|state| state.app_state != Some(AppState::Login)).await.is_ok() };
    let result = tokio::time::timeout(PATIENCE, async {
        tokio::select! {
            _ = left => Some(LoginResult::Success),
            result = login_result(notices) => result,
        }
    });
    match result.await {
        Ok(Some(LoginResult::Success)) => {
            // The event may come before the state does.
            let left = state.wait_for(|state| state.app_state != Some(AppState::Login));
            match tokio::time::timeout(PATIENCE, left).await {
                Ok(_) => Outcome::Done,
                Err(_) => Outcome::Later,
            }
        }
        Ok(Some(failure)) => {
            tracing::warn!("{} cannot log in on {}: {failure}", login.login, login.server);
            match failure {
                LoginResult::ServerBusy | LoginResult::OnlineLimit | LoginResult::AlreadyLoggedIn => {
                    Outcome::Later
                }
                _ => Outcome::Never,
            }
        }
        Ok(None) | Err(_) => {
            tracing::warn!("the room did not say whether {} is logged in", login.login);
            Outcome::Later
        }
    }
}

async fn login_result(notices: &mut broadcast::Receiver<Notice>) -> Option<LoginResult> {
    loop {
        match notices.recv().await {
            Ok(Notice::Event(event)) => {
                if let Event::Login(login) = &*event {
                    return login.result;
                }
            }
            Ok(Notice::Reconnected | Notice::Closed) | Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return None,
        }
    }
}
