//! The same answers as hassil 3.12.1, on random grammars and sentences.
//!
//! Needs Python with hassil 3.12.1; if it is not installed, a virtual environment of its own is made with it (which
//! needs `python3 -m venv` and the network). `HEYROOM_HASSIL_PYTHON` names a Python that has it.

use std::path::{Path, PathBuf};
use std::process::Command;

const WANTED: &str = "import importlib.metadata as m, sys; sys.exit(m.version('hassil') != '3.12.1')";

fn has_hassil(python: &Path) -> bool {
    Command::new(python).args(["-c", WANTED]).output().is_ok_and(|output| output.status.success())
}

/// A Python with hassil 3.12.1.
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
            Command::new(&python).args(["-m", "pip", "install", "--quiet", "hassil==3.12.1"]),
            "check the network, or name a Python that has hassil 3.12.1 in HEYROOM_HASSIL_PYTHON",
        );
    }
    python
}

fn run(command: &mut Command, remedy: &str) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; {remedy}"));
    assert!(output.status.success(), "{command:?}: {}; {remedy}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn same_answers_as_hassil() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hassil/compare.py");
    let output = Command::new(python())
        .arg(script)
        .args([env!("CARGO_BIN_EXE_heyroom"), "60", "21"])
        .output()
        .unwrap_or_else(|error| panic!("{error}"));
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
    assert!(report.contains("sentences compared"), "{report}");
}
