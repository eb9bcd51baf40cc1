//! The speech engines: espeak-ng, the voice of Windows, a command of the operator.

use std::process::Command;
use std::time::Duration;

use super::process::run;
use super::{SPEECH_TIMEOUT, SpeechError, Synthesizer};
use crate::audio::Pcm;

/// espeak-ng: many languages, quick, robotic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EspeakNg {
    /// The program; looked up in PATH when it has no folder.
    pub program: String,
    /// A voice such as "en-us+f3" for all languages; `None` takes the one named as the language.
    pub voice: Option<String>,
    /// Words per minute, 80 to 450.
    pub speed: u32,
    /// Longest time for one reply.
    pub timeout: Duration,
}

impl Default for EspeakNg {
    fn default() -> Self {
        Self { program: "espeak-ng".to_owned(), voice: None, speed: 165, timeout: SPEECH_TIMEOUT }
    }
}

impl Synthesizer for EspeakNg {
    fn name(&self) -> &'static str {
        "espeak-ng"
    }

    fn synthesize(&self, text: &str, language: &str) -> Result<Pcm, SpeechError> {
        let voice = self.voice.clone().unwrap_or_else(|| espeak_voice(language));
        let mut command = Command::new(&self.program);
        command.arg("-v").arg(voice).arg("-s").arg(self.speed.clamp(80, 450).to_string());
        // After "--" a text that begins with "-" is text.
        command.args(["--stdout", "--", text]);
        let remedy = "install it with: sudo apt-get install espeak-ng (or configure another speech command)";
        sound(&self.program, &run(&mut command, "", self.timeout, remedy)?)
    }
}

/// espeak-ng names its voices by language codes in lower case, Chinese by the language's own.
fn espeak_voice(language: &str) -> String {
    let language = language.trim().to_lowercase().replace('_', "-");
    match language.as_str() {
        "" => "en".to_owned(),
        "zh" | "zh-cn" | "cn" => "cmn".to_owned(),
        _ => language,
    }
}

/// A program of the operator's choice, such as piper: writes WAV sound to its stdout.
///
/// `{text}` and `{language}` in an argument are replaced; without `{text}` the text comes by stdin, as one
/// line. No shell is involved: what people or address books say cannot become a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandSpeech {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Longest time for one reply.
    pub timeout: Duration,
}

impl CommandSpeech {
    /// A command with the usual time limit.
    pub fn new(command: Vec<String>) -> Self {
        Self { command, timeout: SPEECH_TIMEOUT }
    }
}

impl Synthesizer for CommandSpeech {
    fn name(&self) -> &str {
        self.command.first().map_or("", String::as_str)
    }

    fn synthesize(&self, text: &str, language: &str) -> Result<Pcm, SpeechError> {
        let [program, arguments @ ..] = self.command.as_slice() else { return Err(SpeechError::NoCommand) };
        let mut command = Command::new(program);
        // The language first: a text that holds "{language}" stays as it is.
        command.args(arguments.iter().map(|a| a.replace("{language}", language).replace("{text}", text)));
        let by_stdin = !arguments.iter().any(|argument| argument.contains("{text}"));
        let input = if by_stdin { format!("{text}\n") } else { String::new() };
        let remedy = "install it, or correct the speech command in the configuration";
        sound(program, &run(&mut command, &input, self.timeout, remedy)?)
    }
}

/// The voice of Windows, through PowerShell. Text and language come by stdin, never in the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemVoice {
    /// Longest time for one reply.
    pub timeout: Duration,
}

impl Default for SystemVoice {
    fn default() -> Self {
        // PowerShell alone takes a second to start.
        Self { timeout: SPEECH_TIMEOUT * 2 }
    }
}

/// Reads the language and the text, one line each, in UTF-8; writes WAV to stdout.
const SAPI: &str = "\
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.Speech
$in = New-Object IO.StreamReader([Console]::OpenStandardInput(), [Text.Encoding]::UTF8)
$language = $in.ReadLine(); $text = $in.ReadToEnd()
$voice = New-Object System.Speech.Synthesis.SpeechSynthesizer
try { $voice.SelectVoiceByHints('NotSet', 'NotSet', 0, [Globalization.CultureInfo]::GetCultureInfo($language)) } catch {}
$sound = New-Object IO.MemoryStream
$voice.SetOutputToWaveStream($sound)
$voice.Speak($text)
$voice.Dispose()
$bytes = $sound.ToArray()
$out = [Console]::OpenStandardOutput()
$out.Write($bytes, 0, $bytes.Length); $out.Flush()";

impl Synthesizer for SystemVoice {
    fn name(&self) -> &'static str {
        "Windows voice"
    }

    fn synthesize(&self, text: &str, language: &str) -> Result<Pcm, SpeechError> {
        let program = "powershell.exe";
        let mut command = Command::new(program);
        command.args(["-NoProfile", "-NonInteractive", "-Command", SAPI]);
        let remedy = "the system voice exists on Windows only; elsewhere install espeak-ng";
        sound(program, &run(&mut command, &format!("{language}\n{text}\n"), self.timeout, remedy)?)
    }
}

fn sound(program: &str, wav: &[u8]) -> Result<Pcm, SpeechError> {
    Pcm::from_wav(wav).map_err(|source| SpeechError::Sound { program: program.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_names_the_package() {
        let engine = EspeakNg { program: "no-such-espeak".to_owned(), ..EspeakNg::default() };
        let error = engine.synthesize("hello", "en").unwrap_err().to_string();
        assert!(error.contains("no-such-espeak") && error.contains("apt-get install espeak-ng"), "{error}");
        assert!(matches!(CommandSpeech::new(vec![]).synthesize("x", "en"), Err(SpeechError::NoCommand)));
    }

    #[cfg(unix)]
    mod with_programs {
        use std::time::Instant;

        use super::*;

        fn shell(script: &str, more: &[&str], timeout: Duration) -> CommandSpeech {
            let mut command: Vec<String> = ["sh", "-c", script].map(str::to_owned).to_vec();
            command.extend(more.iter().map(|&argument| argument.to_owned()));
            CommandSpeech { command, timeout }
        }

        /// A WAV header as a pipe's writer makes it, for 8-bit mono at 8 kHz.
        const HEADER: &str = r"printf 'RIFF\377\377\377\377WAVEfmt \020\000\000\000\001\000\001\000\100\037\000\000\100\037\000\000\001\000\010\000data\000\360\377\177'";

        #[test]
        fn text_comes_by_stdin_or_argument_and_is_never_a_command() {
            let text = "$(echo ouch) `id` \"; exit 3";
            let stdin = shell(&format!("{HEADER}; cat"), &[], SPEECH_TIMEOUT);
            let pcm = stdin.synthesize(text, "en").unwrap();
            let expected: Vec<i16> = format!("{text}\n").bytes().map(|b| (i16::from(b) - 128) << 8).collect();
            assert_eq!((pcm.rate(), pcm.samples()), (8_000, expected.as_slice()));

            let argument = shell(
                &format!("{HEADER}; printf '%s' \"$1$2\""),
                &["sh", "{text}", "{language}"],
                SPEECH_TIMEOUT,
            );
            assert_eq!(argument.synthesize(text, "en").unwrap().samples().len(), text.len() + 2);
        }

        #[test]
        fn a_hanging_program_is_ended() {
            let start = Instant::now();
            let hanging = shell("sleep 2 & exec sleep 60", &[], Duration::from_millis(200));
            let error = hanging.synthesize("hello", "en").unwrap_err();
            assert!(matches!(error, SpeechError::Timeout { .. }), "{error}");
            assert!(start.elapsed() < Duration::from_secs(10));
        }

        #[test]
        fn failures_are_told_in_the_programs_words() {
            let error = shell("echo no such voice >&2; exit 7", &[], SPEECH_TIMEOUT)
                .synthesize("x", "en")
                .unwrap_err();
            let error = error.to_string();
            assert!(error.contains("exit status: 7") && error.contains("no such voice"), "{error}");
            let error =
                shell("echo hello", &[], SPEECH_TIMEOUT).synthesize("x", "en").unwrap_err().to_string();
            assert!(error.contains("no usable WAV sound: not a WAV file"), "{error}");
            let error = shell("true", &[], SPEECH_TIMEOUT).synthesize("x", "en").unwrap_err().to_string();
            assert!(error.contains("the file is empty"), "{error}");
        }
    }
}
