//! What the room examples share: where the room is.

use heyroom::room::{Auth, Client, Error, Options};

/// Connects to the room named by `HEYROOM_ROOM` (else the terminal on this computer), with the PIN in
/// `HEYROOM_ROOM_PIN` if there is one.
pub async fn connect() -> Result<Client, Error> {
    let address = std::env::var("HEYROOM_ROOM").unwrap_or_else(|_| "127.0.0.1".to_owned());
    let mut options = Options::new(address.parse()?);
    if let Ok(pin) = std::env::var("HEYROOM_ROOM_PIN") {
        options.auth = Auth::Pin(pin.into());
    }
    Client::connect(options).await
}
