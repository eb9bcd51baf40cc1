//! The library python-trueconf-room from PyPI, unchanged, against `heyroom simulate` in another process.
#![allow(clippy::expect_used, reason = "a test may end with a panic")]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::LazyLock,
};

/// What is installed; the versions are those that the library itself asks for.
const PACKAGES: [&str; 3] = ["python-trueconf-room==1.0.0", "websocket-client==0.58.0", "requests==2.34.2"];

/// The Python of the environment; the tests of one process make it once.
static PYTHON: LazyLock<PathBuf> = LazyLock::new(python);

/// The Python of a virtual environment with the library, made once and then kept under the target folder.
fn python() -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("foreign-client");
    let python = home.join("bin/python");
    if python.exists() {
        return python;
    }
    // Made under another name first, so that no other test sees half of it.
    let draft = home.with_extension(std::process::id().to_string());
    run(Command::new("python3").args(["-m", "venv"]).arg(&draft), "install python3 with its venv module");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let draft_python = draft.join("bin/python");
    run(Command::new(draft_python).args(pip).args(PACKAGES), "this test needs PyPI once; later runs do not");
    if let Err(error) = fs::rename(&draft, &home) {
        assert!(python.exists(), "cannot move {} to {}: {error}", draft.display(), home.display());
        fs::remove_dir_all(&draft).expect("the draft of the environment can be removed");
    }
    python
}

fn run(command: &mut Command, remedy: &str) {
    match command.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => panic!("{command:?}: {}\n{}", remedy, String::from_utf8_lossy(&output.stderr)),
        Err(error) => panic!("{command:?}: {error}; {remedy}"),
    }
}

/// `heyroom simulate` on a free port.
struct Terminal {
    process: Child,
    port: u16,
}

impl Terminal {
    fn start(pin: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the scenario");
        let scenario = folder.path().join("quick.yaml");
        fs::write(&scenario, "timing: {ring: 200ms, restart: 200ms}\n").expect("the scenario is written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_heyroom"));
        command.args(["simulate", "--port", "0", "--json", "--scenario"]).arg(&scenario);
        command.env_remove("HEYROOM_PIN");
        if let Some(pin) = pin {
            let file = folder.path().join("pin");
            fs::write(&file, format!("{pin}\n")).expect("the PIN is written");
            command.arg("--pin-file").arg(file);
        }
        let mut process =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("heyroom starts");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut first = String::new();
        lines.read_line(&mut first).expect("the simulator says where it listens");
        let listening: serde_json::Value = serde_json::from_str(&first).expect("a JSON line");
        let url = listening["ws"].as_str().expect("a URL");
        let port = url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        // The pipe must not fill up.
        std::thread::spawn(move || {
            let mut rest = String::new();
            while lines.read_line(&mut rest).is_ok_and(|read| read > 0) {
                rest.clear();
            }
        });
        Self { process, port }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.process.kill().expect("the simulator can be ended");
        self.process.wait().expect("the simulator ends");
    }
}

/// Runs one of the scripts beside this file; what it printed.
fn script(name: &str, arguments: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign_client").join(name);
    // The library writes a log into the working directory.
    let folder = tempfile::tempdir().expect("a working directory");
    let output = Command::new(&*PYTHON)
        .arg(script)
        .args(arguments)
        .current_dir(folder.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    let _ = std::io::stderr().write_all(&output.stderr);
    assert!(output.status.success(), "{name}: {}\n{text}\n{errors}", output.status);
    text
}

#[test]
fn a_foreign_application_connects_calls_mutes_and_hangs_up() {
    let terminal = Terminal::start(Some("4711"));
    let said = script("basics.py", &[&terminal.port.to_string(), "4711"]);
    assert!(said.contains("all is well"), "{said}");
}

#[test]
fn a_foreign_application_with_a_wrong_pin_is_refused() {
    let terminal = Terminal::start(Some("4711"));
    let said = script("wrong_pin.py", &[&terminal.port.to_string(), "4712"]);
    assert!(said.contains("refused as it should be"), "{said}");
}

#[test]
fn every_method_of_the_foreign_library_is_answered_as_it_expects() {
    let terminal = Terminal::start(None);
    let said = script("every_method.py", &[&terminal.port.to_string()]);
    assert!(said.contains("211 methods of the library were called"), "{said}");
}
