//! Reading WAV files as they come in practice: all PCM widths, float, extensible headers, extra chunks,
//! and the "unknown length" headers that programs write into a pipe. Any bytes give samples or a plain
//! error.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// Data lengths from here on mean "not known yet": pipes carry 0x7FFFF000 (espeak-ng), 0x7FFFFFFF
/// (sox) or 0xFFFFFFFF (ffmpeg).
const UNKNOWN_LENGTH: u32 = 0x7FFF_F000;

const READ_BYTES: usize = 32 * 1024;

/// Why a WAV file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    /// The file cannot be opened or read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The path is a directory.
    #[error("{} is a directory, not a WAV file", .0.display())]
    Directory(PathBuf),
    /// The content is no sound that can be used.
    #[error("{}: {fault}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: WavFault,
    },
}

/// What the content of a text file looks like.
const TEXT: &str = "text";

/// What is wrong with the content of a WAV file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WavFault {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// The file does not begin with a RIFF/WAVE header.
    #[error("not a WAV file{}; {}", looks_like(.hint), remedy(.hint))]
    NotWav {
        /// What the content looks like, if it is known ("FLAC"); empty otherwise.
        hint: &'static str,
    },
    /// The file ends inside its header.
    #[error("the WAV header is cut off: {missing} is missing")]
    HeaderCut {
        /// The part that is missing.
        missing: &'static str,
    },
    /// The header contradicts itself.
    #[error("broken WAV header: {0}")]
    BadHeader(String),
    /// Not PCM and not float.
    #[error("unsupported WAV encoding {encoding}; convert it to PCM with: sox FILE -e signed -b 16 out.wav")]
    Encoding {
        /// The encoding by name and number.
        encoding: String,
    },
    /// The header announces more samples than there are.
    #[error(
        "the file is cut short: its header announces {announced} samples per channel, {missing} of them are \
         missing; copy or record it again"
    )]
    Truncated {
        /// Samples per channel by the header.
        announced: u64,
        /// Samples per channel that are not there.
        missing: u64,
    },
    /// A right header without a single sample.
    #[error("the file holds no sound: a WAV header with 0 samples")]
    NoSamples,
}

/// Text is no sound in any other form.
fn remedy(hint: &str) -> &'static str {
    if hint == TEXT { "name a recording" } else { "convert it with: sox FILE -b 16 out.wav" }
}

fn looks_like(hint: &str) -> String {
    if hint.is_empty() { String::new() } else { format!(" (it looks like {hint})") }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    U8,
    I16,
    I24,
    I32,
    F32,
    F64,
}

/// What a WAV file's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WavFormat {
    /// Samples per second and channel.
    pub rate: u32,
    /// Number of interleaved channels.
    pub channels: u16,
    /// Samples per channel; `None` when the header was written into a pipe and does not know.
    pub samples: Option<u64>,
    encoding: Encoding,
}

impl WavFormat {
    fn width(self) -> usize {
        match self.encoding {
            Encoding::U8 => 1,
            Encoding::I16 => 2,
            Encoding::I24 => 3,
            Encoding::I32 | Encoding::F32 => 4,
            Encoding::F64 => 8,
        }
    }

    fn group(self) -> usize {
        self.width() * usize::from(self.channels)
    }
}

/// Reads interleaved samples from WAV data.
#[derive(Debug)]
pub struct WavReader<R> {
    input: R,
    format: WavFormat,
    /// Bytes of sound left; `None` reads to the end.
    left: Option<u64>,
    delivered: u64,
    buffer: Vec<u8>,
}

impl WavReader<BufReader<File>> {
    /// Opens a file and checks its header against its size.
    ///
    /// # Errors
    ///
    /// [`WavError`], which names the file and the way out.
    pub fn open(path: &Path) -> Result<Self, WavError> {
        let io = |source| WavError::Io { path: path.to_owned(), source };
        let content = |fault| WavError::Content { path: path.to_owned(), fault };
        let metadata = std::fs::metadata(path).map_err(io)?;
        if metadata.is_dir() {
            return Err(WavError::Directory(path.to_owned()));
        }
        let mut counted = Counted { inner: BufReader::new(File::open(path).map_err(io)?), read: 0 };
        let (format, left) = match read_header(&mut counted) {
            Ok(header) => header,
            Err(HeaderError::Io(error)) => return Err(io(error)),
            Err(HeaderError::Fault(fault)) => return Err(content(fault)),
        };
        if metadata.is_file() {
            let there = metadata.len().saturating_sub(counted.read);
            check_length(format, left, there).map_err(content)?;
        }
        Ok(Self::with(counted.inner, format, left))
    }
}

impl<R: Read> WavReader<R> {
    /// Reads the header of WAV data that is not a file. A data chunk that ends early is told by
    /// [`WavReader::read`] at its end.
    ///
    /// # Errors
    ///
    /// An `InvalidData` error around a [`WavFault`], or what reading gives.
    pub fn new(mut input: R) -> io::Result<Self> {
        let (format, left) = read_header(&mut input)?;
        Ok(Self::with(input, format, left))
    }

    fn with(input: R, format: WavFormat, left: Option<u64>) -> Self {
        let whole = READ_BYTES / format.group() * format.group();
        Self { input, format, left, delivered: 0, buffer: vec![0; whole.max(format.group())] }
    }

    /// What the header says.
    pub fn format(&self) -> WavFormat {
        self.format
    }

    /// Appends the next interleaved samples (full scale -1 to 1) to `out`; returns how many samples per
    /// channel, 0 at the end.
    ///
    /// # Errors
    ///
    /// What reading gives; [`WavFault::Truncated`] inside `UnexpectedEof` when the data ends before the
    /// announced length.
    pub fn read(&mut self, out: &mut Vec<f32>) -> io::Result<usize> {
        let room = self.buffer.len() as u64;
        let want = self.left.map_or(room, |left| left.min(room)) as usize;
        let mut filled = 0;
        while filled < want {
            match self.input.read(&mut self.buffer[filled..want]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let group = self.format.group();
        let groups = filled / group;
        if let Some(left) = &mut self.left {
            *left -= filled as u64;
            if filled < want && *left >= group as u64 && groups == 0 {
                let missing = left.div_ceil(group as u64);
                self.left = Some(0);
                let fault = WavFault::Truncated { announced: self.delivered + missing, missing };
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, fault));
            }
        }
        self.delivered += groups as u64;
        decode(self.format.encoding, &self.buffer[..groups * group], out);
        Ok(groups)
    }

    /// Reads the whole rest of the sound.
    ///
    /// # Errors
    ///
    /// As [`WavReader::read`].
    pub fn read_to_end(&mut self) -> io::Result<Vec<f32>> {
        let mut out = Vec::new();
        while self.read(&mut out)? > 0 {}
        Ok(out)
    }
}

fn decode(encoding: Encoding, bytes: &[u8], out: &mut Vec<f32>) {
    match encoding {
        Encoding::U8 => out.extend(bytes.iter().map(|&b| (f32::from(b) - 128.0) / 128.0)),
        Encoding::I16 => {
            out.extend(bytes.as_chunks().0.iter().map(|&b| f32::from(i16::from_le_bytes(b)) / 32_768.0));
        }
        Encoding::I24 => out.extend(
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|&[a, b, c]| i32::from_le_bytes([0, a, b, c]) as f32 / 2_147_483_648.0),
        ),
        Encoding::I32 => {
            out.extend(bytes.as_chunks().0.iter().map(|&b| i32::from_le_bytes(b) as f32 / 2_147_483_648.0));
        }
        Encoding::F32 => out.extend(bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b))),
        Encoding::F64 => out.extend(bytes.as_chunks().0.iter().map(|&b| f64::from_le_bytes(b) as f32)),
    }
}

fn check_length(format: WavFormat, left: Option<u64>, there: u64) -> Result<(), WavFault> {
    let group = format.group() as u64;
    match left {
        Some(announced) if announced / group > there / group => Err(WavFault::Truncated {
            announced: announced / group,
            missing: announced / group - there / group,
        }),
        Some(announced) if announced < group => Err(WavFault::NoSamples),
        None if there < group => Err(WavFault::NoSamples),
        _ => Ok(()),
    }
}

/// Counts what the header took, to know what the file has left for the sound.
struct Counted<R> {
    inner: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += count as u64;
        Ok(count)
    }
}

enum HeaderError {
    Io(io::Error),
    Fault(WavFault),
}

impl From<WavFault> for HeaderError {
    fn from(fault: WavFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<HeaderError> for io::Error {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::Io(error) => error,
            HeaderError::Fault(fault) => Self::new(io::ErrorKind::InvalidData, fault),
        }
    }
}

/// Fills `buffer` as far as the data goes.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> Result<usize, HeaderError> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(HeaderError::Io(error)),
        }
    }
    Ok(filled)
}

/// Reads up to the first byte of sound. The length is in bytes, `None` when unknown.
fn read_header(input: &mut impl Read) -> Result<(WavFormat, Option<u64>), HeaderError> {
    let mut riff = [0; 12];
    let got = fill(input, &mut riff)?;
    if got == 0 {
        return Err(WavFault::Empty.into());
    }
    if got < 12 || !riff.starts_with(b"RIFF") || &riff[8..] != b"WAVE" {
        return Err(not_wav(&riff[..got]).into());
    }
    let mut format = None;
    loop {
        let mut head = [0; 8];
        let got = fill(input, &mut head)?;
        if got < 8 {
            let missing = if format.is_none() { "the format (fmt chunk)" } else { "the sound (data chunk)" };
            return Err(WavFault::HeaderCut { missing }.into());
        }
        let [i, j, k, l, a, b, c, d] = head;
        let length = u32::from_le_bytes([a, b, c, d]);
        match &[i, j, k, l] {
            b"fmt " => {
                if !(16..=1 << 16).contains(&length) {
                    return Err(WavFault::BadHeader(format!("a fmt chunk of {length} bytes")).into());
                }
                let mut chunk = vec![0; length as usize + (length & 1) as usize];
                if fill(input, &mut chunk)? < length as usize {
                    return Err(WavFault::HeaderCut { missing: "the format (fmt chunk)" }.into());
                }
                format = Some(read_format(&chunk)?);
            }
            b"data" => {
                let Some(format) = format else {
                    return Err(WavFault::BadHeader("the sound comes before its format".to_owned()).into());
                };
                // A pipe's writer cannot go back to fill the length in; a recorder that was killed did not.
                let unknown = length >= UNKNOWN_LENGTH || length == 0 && riff[4..8] == [0; 4];
                let left = (!unknown).then_some(u64::from(length));
                let samples = left.map(|bytes| bytes / format.group() as u64);
                return Ok((WavFormat { samples, ..format }, left));
            }
            _ => {
                let skip = u64::from(length) + u64::from(length & 1);
                let skipped =
                    io::copy(&mut input.by_ref().take(skip), &mut io::sink()).map_err(HeaderError::Io)?;
                if skipped < u64::from(length) {
                    return Err(WavFault::HeaderCut { missing: "the sound (data chunk)" }.into());
                }
            }
        }
    }
}

fn read_format(chunk: &[u8]) -> Result<WavFormat, WavFault> {
    let u16_at = |at: usize| chunk.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]));
    let (mut tag, channels, align, bits) = (u16_at(0), u16_at(2), u16_at(12), u16_at(14));
    let rate = u32::from(u16_at(4)) | (u32::from(u16_at(6)) << 16);
    if tag == 0xFFFE {
        // WAVE_FORMAT_EXTENSIBLE: the real tag begins the 16 bytes of the sub-format.
        if chunk.len() < 40 {
            return Err(WavFault::BadHeader("an extensible format without its sub-format".to_owned()));
        }
        tag = u16_at(24);
    }
    if channels == 0 {
        return Err(WavFault::BadHeader("0 channels".to_owned()));
    }
    if rate == 0 {
        return Err(WavFault::BadHeader("a sample rate of 0 Hz".to_owned()));
    }
    if tag != 1 && tag != 3 {
        return Err(WavFault::Encoding { encoding: encoding_name(tag) });
    }
    // Samples narrower than their container (20 in 24, 24 in 32 bits) are stored left-justified, so the
    // container's width is what counts.
    let width = if align == 0 { bits.div_ceil(8) } else { align / channels };
    if align != 0 && align % channels != 0 || bits == 0 || bits > width.saturating_mul(8) {
        let text = format!("{channels} channels of {bits} bits in blocks of {align} bytes");
        return Err(WavFault::BadHeader(text));
    }
    let encoding = match (tag, width) {
        (1, 1) => Encoding::U8,
        (1, 2) => Encoding::I16,
        (1, 3) => Encoding::I24,
        (1, 4) => Encoding::I32,
        (3, 4) => Encoding::F32,
        (3, 8) => Encoding::F64,
        (1, _) => return Err(WavFault::Encoding { encoding: format!("{bits}-bit PCM") }),
        _ => return Err(WavFault::Encoding { encoding: format!("{bits}-bit float") }),
    };
    Ok(WavFormat { rate, channels, samples: None, encoding })
}

fn encoding_name(tag: u16) -> String {
    let name = match tag {
        2 | 0x11 => "ADPCM",
        6 => "A-law",
        7 => "mu-law",
        0x31 => "GSM 6.10",
        0x50 => "MPEG",
        0x55 => "MP3",
        0xFF => "AAC",
        _ => "unknown to heyroom",
    };
    format!("{name} (format tag 0x{tag:04X})")
}

fn not_wav(start: &[u8]) -> WavFault {
    let hint = match start {
        [b'R', b'I', b'F', b'X', ..] => "big-endian WAV (RIFX)",
        [b'R', b'F', b'6', b'4', ..] | [b'B', b'W', b'6', b'4', ..] => "64-bit WAV (RF64)",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' '] => "an AVI video",
        [b'R', b'I', b'F', b'F', ..] if start.len() < 12 => {
            "a WAV file of which only the first bytes are there"
        }
        [b'f', b'L', b'a', b'C', ..] => "FLAC",
        [b'O', b'g', b'g', b'S', ..] => "Ogg",
        [b'I', b'D', b'3', ..] | [0xFF, 0xFB | 0xF3 | 0xF2, ..] => "MP3",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "MP4",
        _ if start.iter().all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace()) => TEXT,
        _ => "",
    };
    WavFault::NotWav { hint }
}
