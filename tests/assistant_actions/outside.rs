//! Programs and HTTP requests of the operator.

use std::path::Path;

use heyroom::{
    assistant::outside::Permissions,
    grammar::{Match, Pack},
};
use tokio::sync::mpsc;

use crate::lab::{Lab, came, matched};

/// A grammar file of the operator.
fn operators(folder: &Path, content: &str) -> Match {
    use std::os::unix::fs::PermissionsExt;
    let file = folder.join("en.yaml");
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let text = format!(
        "language: en\nintents:\n  X:\n    data: [{{sentences: [\"go\"]}}]\n    actions: [{content}]\n"
    );
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    matched(&Pack::load(folder, "en").unwrap())
}

#[tokio::test]
async fn programs_run_only_from_files_of_the_operator_and_when_switched_on() {
    use std::os::unix::fs::PermissionsExt;
    let mut lab = Lab::new().await;
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let touch = format!("{{shell: [touch, \"{}\"]}}", trace.display());
    let command = operators(folder.path(), &touch);
    assert_eq!(lab.perform(command.clone()).await.said, ["not allowed"], "off unless switched on");
    lab.performer.settings.permissions = Permissions { shell: true, http: false };
    assert_eq!(lab.go(&format!("actions: [{touch}]")).await.said, ["not allowed"], "not from a file");
    let file = folder.path().join("en.yaml");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
    assert_eq!(lab.perform(command.clone()).await.said, ["not allowed"], "anybody may have written it");
    assert!(!trace.exists());
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(lab.perform(command).await, came(vec![], &[]));
    assert!(trace.exists());
    let fails = operators(folder.path(), "{shell: [\"false\"]}, {say: \"it failed\", when: failed}");
    assert_eq!(lab.perform(fails).await.said, ["it failed"]);
}

#[tokio::test]
async fn http_requests_tell_by_their_status_how_they_went() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let (told, mut got) = mpsc::unbounded_channel();
    let elsewhere = url.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = server.accept().await {
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            loop {
                let read = socket.read(&mut buffer).await.unwrap_or(0);
                request.extend_from_slice(&buffer[..read]);
                let text = String::from_utf8_lossy(&request).into_owned();
                if read == 0
                    || text.contains("\r\n\r\n{")
                    || (text.contains("\r\n\r\n") && text.starts_with("GET"))
                {
                    break;
                }
            }
            let text = String::from_utf8_lossy(&request).into_owned();
            let status = if text.contains("/broken") {
                "500 Broken".to_owned()
            } else if text.contains("/moved") {
                format!("302 Found\r\nlocation: {elsewhere}/light")
            } else {
                "204 No Content".to_owned()
            };
            let _ = socket
                .write_all(
                    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").as_bytes(),
                )
                .await;
            let _ = told.send(text);
        }
    });
    let mut lab = Lab::new().await;
    let folder = tempfile::tempdir().unwrap();
    let light = format!(
        "{{http: \"{url}/light\", method: post, headers: {{X-Key: secret}}, body: {{on: true, muted: \"{{state.mic_muted}}\"}}}}"
    );
    let light = operators(folder.path(), &light);
    lab.performer.settings.permissions = Permissions { shell: true, http: false };
    assert_eq!(lab.perform(light.clone()).await.said, ["not allowed"]);
    lab.performer.settings.permissions.http = true;
    assert_eq!(lab.perform(light).await, came(vec![], &[]));
    let request = got.recv().await.unwrap();
    assert!(
        request.starts_with("POST /light HTTP/1.1") && request.ends_with(r#"{"on":true,"muted":false}"#),
        "{request}"
    );
    assert!(
        request.to_lowercase().contains("x-key: secret") && request.contains("application/json"),
        "{request}"
    );
    for path in ["broken", "moved"] {
        let found = operators(folder.path(), &format!("{{http: \"{url}/{path}\"}}"));
        assert_eq!(lab.perform(found).await.said, ["failed"], "{path}");
    }
}
