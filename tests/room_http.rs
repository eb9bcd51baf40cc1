//! The HTTP server of the terminal: pictures, uploads, tokens that expire.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod room_terminal;

use std::sync::{Arc, Mutex};

use heyroom::room::{Client, Error};
use room_terminal::{Terminal, answer, http_server};
use serde_json::json;

/// A terminal whose HTTP server takes only the newest token, and its requests by first line.
async fn terminal(http_port: u16) -> Terminal {
    let issued = Mutex::new(0);
    Terminal::with(move |request| {
        let fields = match request["method"].as_str() {
            Some("auth") => json!({"token": "api", "tokenForHttpServer": "token-0"}),
            Some("getAppState") => json!({"appState": 3, "embeddedHttpPort": http_port}),
            Some("getTokenForHttpServer") => {
                let mut issued = issued.lock().unwrap();
                *issued += 1;
                json!({"token": format!("token-{issued}")})
            }
            _ => json!({}),
        };
        vec![answer(request, &fields)]
    })
    .await
}

#[tokio::test]
async fn the_self_view_comes_with_a_token_and_a_stale_token_is_renewed() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let port = http_server({
        let seen = seen.clone();
        move |request| {
            seen.lock().unwrap().push(request.lines().next().unwrap().to_owned());
            if request.contains("token=token-1") {
                ("200 OK", "Content-Type: image/jpeg\r\n".to_owned(), b"\xff\xd8picture".to_vec())
            } else {
                ("403 Forbidden", String::new(), vec![])
            }
        }
    })
    .await;
    let terminal = terminal(port).await;
    let client = Client::connect(terminal.options()).await.unwrap();
    for _ in 0..2 {
        let picture = client.self_view().await.unwrap();
        assert_eq!(
            (picture.media_type.as_str(), picture.bytes.as_slice()),
            ("image/jpeg", &b"\xff\xd8picture"[..])
        );
    }
    // The first token was refused once; its successor served both pictures.
    assert_eq!(
        *seen.lock().unwrap(),
        [
            "GET /frames/?peerId=%23self%3A0&token=token-0 HTTP/1.1",
            "GET /frames/?peerId=%23self%3A0&token=token-1 HTTP/1.1",
            "GET /frames/?peerId=%23self%3A0&token=token-1 HTTP/1.1",
        ]
    );
}

#[tokio::test]
async fn no_picture_is_an_error_that_does_not_show_the_token() {
    for (status, body, reason) in [
        ("404 Not Found", &b""[..], "404"),
        ("500 Internal Server Error", b"", "500"),
        ("403 Forbidden", b"", "403"),
        ("200 OK", b"", "setBroadcastSelfie"),
    ] {
        let port = http_server(move |_| (status, String::new(), body.to_vec())).await;
        let terminal = terminal(port).await;
        let client = Client::connect(terminal.options()).await.unwrap();
        let error = client.self_view().await.unwrap_err();
        assert!(matches!(error, Error::Http { .. }), "{error:?}");
        let text = format!("{error} {error:?}");
        assert!(text.contains(reason) && text.contains(&port.to_string()), "{text}");
        assert!(!text.contains("token-"), "{text}");
    }
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let terminal = terminal(closed).await;
    let client = Client::connect(terminal.options()).await.unwrap();
    let text = client.self_view().await.unwrap_err().to_string();
    assert!(text.contains("refused") && !text.contains("token-"), "{text}");
}

#[tokio::test]
async fn an_uploaded_file_gets_an_id() {
    let port = http_server(|request| {
        let ok = request.starts_with("POST /files/?token=token-0 ")
            && request.contains("name=\"file\"; filename=\"slide _1_.png\"")
            && request.contains("\r\n\r\npicture\r\n--");
        if ok {
            ("200 OK", "FileId: 179748251\r\n".to_owned(), vec![])
        } else {
            ("400 Bad Request", String::new(), vec![])
        }
    })
    .await;
    let terminal = terminal(port).await;
    let client = Client::connect(terminal.options()).await.unwrap();
    assert_eq!(client.upload("slide \"1\".png", b"picture").await, Ok(179_748_251));
}
