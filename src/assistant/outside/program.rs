//! Starts a program of the operator: no shell, a clean environment, a time limit, an end to its output.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

use super::OutsideError;

/// What a program finds of heyroom's environment: what programs need to run at all. Everything else may be a secret.
const ENVIRONMENT: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "PULSE_SERVER",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "TEMP",
    "TMP",
    "USERPROFILE",
    "USERNAME",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "PROGRAMFILES",
];
/// As much of its output is kept for the log; the rest is read and dropped.
const OUTPUT: usize = 4096;

/// The program, for messages: its arguments hold what was said.
pub(super) fn name(words: &[String]) -> &str {
    words.first().map(String::as_str).unwrap_or_default()
}

/// Runs the program and waits for its end. Works in the folder of the grammar file.
pub(super) async fn run(
    words: &[String],
    grammar: Option<&Path>,
    timeout: Duration,
) -> Result<(), OutsideError> {
    let program = name(words).to_owned();
    let mut command = Command::new(&program);
    command.args(words.iter().skip(1));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command.env_clear();
    let passed = |name: &str| {
        ENVIRONMENT.iter().any(|known| known.eq_ignore_ascii_case(name)) || name.starts_with("LC_")
    };
    for (name, value) in std::env::vars_os() {
        if name.to_str().is_some_and(passed) {
            command.env(name, value);
        }
    }
    if let Some(folder) =
        grammar.and_then(|file| std::fs::canonicalize(file).ok()).as_deref().and_then(Path::parent)
    {
        command.current_dir(folder);
    }
    // Its own group, so that a time-out reaches what it starts in turn.
    #[cfg(unix)]
    command.process_group(0);
    let mut child =
        command.spawn().map_err(|reason| OutsideError::NotStarted { program: program.clone(), reason })?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let ended = async {
        let (status, out, err) = tokio::join!(child.wait(), last_of(stdout), last_of(stderr));
        (status, out, err)
    };
    let Ok((status, out, err)) = tokio::time::timeout(timeout, ended).await else {
        end(&mut child).await;
        let what = format!("the program {program}");
        return Err(OutsideError::TooSlow { what, seconds: timeout.as_secs_f64() });
    };
    let status = status.map_err(|reason| OutsideError::NotStarted { program: program.clone(), reason })?;
    tracing::debug!("the program {program} ended ({status}); it wrote: {}", out.trim());
    if status.success() {
        return Ok(());
    }
    Err(OutsideError::Failed { program, status, output: if err.trim().is_empty() { out } else { err } })
}

/// Reads to the end and keeps the last part.
async fn last_of(pipe: Option<impl AsyncRead + Unpin>) -> String {
    let mut kept = Vec::new();
    if let Some(mut pipe) = pipe {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = pipe.read(&mut buffer).await {
            kept.extend_from_slice(buffer.get(..read).unwrap_or_default());
            let surplus = kept.len().saturating_sub(OUTPUT);
            kept.drain(..surplus);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

async fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) =
        child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
    {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    // On other systems the program itself is ended, what it started is not.
    let _ = child.kill().await;
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    async fn sh(script: &str, arguments: &[&str], timeout: Duration) -> Result<(), OutsideError> {
        let mut all = words(&["sh", "-c", script, "sh"]);
        all.extend(words(arguments));
        run(&all, None, timeout).await
    }

    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn the_exit_status_decides_and_what_is_said_is_one_argument() {
        sh("exit 0", &[], LONG).await.unwrap();
        let nasty = "x; exit 7 $(exit 8) `exit 9` \" '";
        sh("test \"$#\" = 1 && test \"$1\" = \"$(printf %s \"$1\")\"", &[nasty], LONG).await.unwrap();
        let failed = sh("echo no such light >&2; exit 3", &[], LONG).await.unwrap_err().to_string();
        assert!(failed.contains("the program sh failed") && failed.ends_with(": no such light"), "{failed}");
        let missing = run(&words(&["/no/such/program"]), None, LONG).await.unwrap_err();
        assert!(matches!(missing, OutsideError::NotStarted { .. }), "{missing}");
    }

    #[tokio::test]
    async fn no_secret_is_inherited() {
        // Cargo sets variables for its tests; none of them is one that programs need.
        assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
        sh("test -z \"$CARGO_MANIFEST_DIR\" && test -n \"$PATH\"", &[], LONG).await.unwrap();
    }

    #[tokio::test]
    async fn much_output_is_no_harm() {
        let failed = sh("head -c 5000000 /dev/zero | tr '\\0' x; echo end; exit 1", &[], LONG).await;
        let Err(OutsideError::Failed { output, .. }) = failed else { panic!("{failed:?}") };
        assert!(output.len() <= OUTPUT && output.ends_with("end\n"), "{}", output.len());
    }

    #[tokio::test]
    async fn what_takes_too_long_is_ended_with_all_that_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        // The shell waits for a program of its own, which holds the pipes open.
        let script = format!("sleep 600 & echo $! > {}; wait", file.display());
        let slow = sh(&script, &[], Duration::from_secs(3)).await.unwrap_err();
        assert!(matches!(slow, OutsideError::TooSlow { .. }), "{slow}");
        let pid = std::fs::read_to_string(file).unwrap();
        let stat = || std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        // A signal is delivered when the system gets round to it.
        let ended = async {
            while !(stat().is_empty() || stat().contains(") Z")) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(LONG, ended).await.unwrap_or_else(|_| panic!("still there: {}", stat()));
    }
}
