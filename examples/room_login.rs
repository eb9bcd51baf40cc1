//! Connects the terminal to a TrueConf Server and logs in, now and whenever it is needed again.
//!
//! `HEYROOM_ROOM=ws://127.0.0.1:8765 cargo run --example room_login -- video.example user`, with the password in
//! `PASSWORD`.

use heyroom::room::{AppState, Auth, Client, Options, ServerLogin};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(server), Some(login)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("usage: room_login SERVER LOGIN, with the password in PASSWORD");
    };
    let address = std::env::var("HEYROOM_ROOM").unwrap_or_else(|_| "127.0.0.1".to_owned());
    let mut options = Options::new(address.parse()?);
    if let Ok(pin) = std::env::var("HEYROOM_ROOM_PIN") {
        options.auth = Auth::Pin(pin.into());
    }
    let password = std::env::var("PASSWORD").unwrap_or_default().into();
    options.server_login = Some(ServerLogin { server, port: 4307, login, password });

    let room = Client::connect(options).await?;
    let mut state = room.state();
    let mut last = None;
    loop {
        {
            let state = state.borrow_and_update();
            if state.app_state != last {
                last = state.app_state;
                println!("{}", last.map_or("unknown".to_owned(), |state| state.to_string()));
            }
            if let Some(failure) = state.login_failure {
                anyhow::bail!("the login failed: {failure}");
            }
            if let (Some(AppState::Idle), Some(own)) = (last, &state.own) {
                println!("logged in as {}", own.peer_id.as_deref().unwrap_or("somebody"));
                return Ok(());
            }
        }
        state.changed().await?;
    }
}
