//! The same answers as hassil 3.12.1, on random grammars and on the language packs of Home Assistant.
//!
//! Needs Python with hassil and the packs; if they are not installed, a virtual environment of its own is made with them
//! (which needs `python3 -m venv` and the network). `HEYROOM_HASSIL_PYTHON` names a Python that has them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The Python packages, as pip takes them.
const PACKAGES: [&str; 2] = ["hassil==3.12.1", "home-assistant-intents==2026.11.25"];

const WANTED: &str = "import importlib.metadata as m, sys
sys.exit(any(m.version(name) != version for name, version in (want.split('==') for want in sys.argv[1:])))";

fn has_hassil(python: &Path) -> bool {
    let output = Command::new(python).args(["-c", WANTED]).args(PACKAGES).output();
    output.is_ok_and(|output| output.status.success())
}

static PYTHON: LazyLock<PathBuf> = LazyLock::new(python);

/// A Python with the packages.
fn python() -> PathBuf {
    let named = std::env::var_os("HEYROOM_HASSIL_PYTHON").map(PathBuf::from);
    for python in named.into_iter().chain([PathBuf::from("python3")]) {
        if has_hassil(&python) {
            return python;
        }
    }
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hassil-3.12.1");
    let python = venv.join("bin/python");
    if !has_hassil(&python) {
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv), "install python3-venv");
        run(
            Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES),
            "check the network, or name a Python that has these packages in HEYROOM_HASSIL_PYTHON",
        );
    }
    python
}

fn run(command: &mut Command, remedy: &str) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; {remedy}"));
    assert!(output.status.success(), "{command:?}: {}; {remedy}", String::from_utf8_lossy(&output.stderr));
}

/// Runs a script of tests/hassil with the program and `arguments`; it must find no unexplained difference.
fn compare(script: &str, arguments: &[&str]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hassil").join(script);
    let output = Command::new(&*PYTHON)
        .arg(script)
        .arg(env!("CARGO_BIN_EXE_heyroom"))
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{error}"));
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
    assert!(report.contains("sentences compared"), "{report}");
}

#[test]
fn same_answers_on_random_grammars() {
    compare("compare.py", &["60", "21"]);
}

#[test]
fn same_answers_on_the_packs_of_home_assistant() {
    compare("packs.py", &["100", "7"]);
}
