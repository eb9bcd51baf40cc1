//! Running a speech program: arguments without a shell, text by stdin, sound from stdout, a time limit.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::SpeechError;

/// More than any reply needs; a program that writes without end does not fill the memory.
const LARGEST: u64 = 32 * 1024 * 1024;
/// How much of stderr an error message shows.
const SHOWN: usize = 300;

/// Runs `command` with `input` on its stdin and returns its stdout.
pub(super) fn run(
    command: &mut Command,
    input: &str,
    timeout: Duration,
    remedy: &'static str,
) -> Result<Vec<u8>, SpeechError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let deadline = Instant::now() + timeout;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Running(command.spawn().map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => SpeechError::NotFound { program: program.clone(), remedy },
        _ => SpeechError::Start { program: program.clone(), source },
    })?);
    let failed = |source| SpeechError::Start { program: program.clone(), source };
    let stdout = collect(child.0.stdout.take()).map_err(failed)?;
    let stderr = collect(child.0.stderr.take()).map_err(failed)?;
    feed(child.0.stdin.take(), input).map_err(failed)?;

    // A grandchild may hold the pipe open after the program ended, so every wait has the deadline.
    let late = || SpeechError::Timeout { program: program.clone(), timeout };
    let left = |deadline: Instant| deadline.saturating_duration_since(Instant::now());
    let sound = stdout.recv_timeout(left(deadline)).map_err(|_| late())?;
    let errors = stderr.recv_timeout(left(deadline)).map_err(|_| late())?;
    let status = loop {
        if let Some(status) = child.0.try_wait().map_err(failed)? {
            break status;
        }
        if left(deadline).is_zero() {
            return Err(late());
        }
        thread::sleep(Duration::from_millis(1));
    };
    if status.success() {
        return Ok(sound);
    }
    let text = String::from_utf8_lossy(&errors);
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN).collect();
    Err(SpeechError::Failed { program, status: status.to_string(), stderr: text })
}

/// A program that is ended when nobody waits for it any more.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            // Both fail only when the program is gone already.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> io::Result<Receiver<Vec<u8>>> {
    let (done, result) = mpsc::sync_channel(1);
    thread::Builder::new().name("heyroom-speech-out".to_owned()).spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What came before an error is judged as it is.
            let _ = pipe.by_ref().take(LARGEST).read_to_end(&mut bytes);
        }
        let _ = done.send(bytes);
    })?;
    Ok(result)
}

/// Writes in a thread: a program that does not read its stdin shall not block us.
fn feed(pipe: Option<impl Write + Send + 'static>, input: &str) -> io::Result<()> {
    let input = input.to_owned();
    thread::Builder::new().name("heyroom-speech-in".to_owned()).spawn(move || {
        if let Some(mut pipe) = pipe {
            // A program that takes its text from the arguments closes its stdin unread.
            let _ = pipe.write_all(input.as_bytes());
        }
    })?;
    Ok(())
}
