//! WAV files as sources of sound: good ones of all kinds, broken ones of all kinds.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use heyroom::audio::{AudioEvent, Frame, Pace, WavOptions, WavReader, WavSource};
use proptest::prelude::*;
use tempfile::TempDir;

const NO_SILENCE: WavOptions = WavOptions { pace: Pace::Full, lead: Duration::ZERO, trail: Duration::ZERO };

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut out = name.to_vec();
    out.extend((body.len() as u32).to_le_bytes());
    out.extend(body);
    if body.len() % 2 == 1 {
        out.push(0);
    }
    out
}

fn format(tag: u16, channels: u16, rate: u32, bits: u16) -> Vec<u8> {
    let align = channels * bits.div_ceil(8);
    let mut out = Vec::new();
    out.extend(tag.to_le_bytes());
    out.extend(channels.to_le_bytes());
    out.extend(rate.to_le_bytes());
    out.extend((rate * u32::from(align)).to_le_bytes());
    out.extend(align.to_le_bytes());
    out.extend(bits.to_le_bytes());
    out
}

fn wav(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body: Vec<u8> = chunks.concat();
    let mut out = b"RIFF".to_vec();
    out.extend((body.len() as u32 + 4).to_le_bytes());
    out.extend(b"WAVE");
    out.extend(body);
    out
}

/// 16-bit mono of `samples` at 16 kHz.
fn plain(samples: &[i16]) -> Vec<u8> {
    let data: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    wav(&[chunk(b"fmt ", &format(1, 1, 16_000, 16)), chunk(b"data", &data)])
}

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

fn samples(path: &Path) -> Vec<i16> {
    WavSource::open(path, NO_SILENCE).unwrap().read_all().unwrap()
}

fn fault(path: &Path) -> String {
    WavSource::open(path, NO_SILENCE).map(|_| ()).unwrap_err().to_string()
}

fn frames(path: &Path, options: WavOptions) -> Vec<Frame> {
    let input = WavSource::open(path, options).unwrap().start().unwrap();
    let mut frames = Vec::new();
    let mut ended = false;
    for event in input {
        assert!(!ended, "nothing follows the end");
        match event {
            AudioEvent::Frames(more) => frames.extend(more),
            AudioEvent::End => ended = true,
            other => panic!("unexpected {other:?}"),
        }
    }
    assert!(ended);
    frames
}

#[test]
fn every_width_gives_the_same_sound() {
    let files = Files::new();
    let values = [0.0, 0.5, -0.5, 0.25, -1.0];
    type Kind = (u16, u16, fn(f64) -> Vec<u8>);
    let kinds: [Kind; 6] = [
        (1, 8, |v| vec![(v * 128.0 + 128.0) as u8]),
        (1, 16, |v| ((v * 32_768.0) as i16).to_le_bytes().to_vec()),
        (1, 24, |v| ((v * 8_388_608.0) as i32).to_le_bytes()[..3].to_vec()),
        (1, 32, |v| ((v * 2_147_483_648.0) as i32).to_le_bytes().to_vec()),
        (3, 32, |v| (v as f32).to_le_bytes().to_vec()),
        (3, 64, |v| v.to_le_bytes().to_vec()),
    ];
    for (tag, bits, encode) in kinds {
        let data: Vec<u8> = values.iter().flat_map(|&v| encode(v)).collect();
        let bytes = wav(&[chunk(b"fmt ", &format(tag, 1, 16_000, bits)), chunk(b"data", &data)]);
        let path = files.put("a.wav", &bytes);
        assert_eq!(samples(&path), [0, 16_384, -16_384, 8_192, -32_768], "{bits} bits of tag {tag}");
    }
}

#[test]
fn extensible_headers_and_foreign_chunks_are_read() {
    let files = Files::new();
    let mut extensible = format(0xFFFE, 2, 16_000, 16);
    extensible.extend(22u16.to_le_bytes());
    extensible.extend(16u16.to_le_bytes());
    extensible.extend(3u32.to_le_bytes());
    extensible.extend([1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);
    let data: Vec<u8> = [100i16, 300, -100, -300].iter().flat_map(|s| s.to_le_bytes()).collect();
    let bytes = wav(&[
        chunk(b"JUNK", &[7; 29]),
        chunk(b"fmt ", &extensible),
        chunk(b"LIST", b"INFOISFT\x05\0\0\0Lavf\0"),
        chunk(b"data", &data),
        chunk(b"id3 ", &[1; 9]),
    ]);
    assert_eq!(samples(&files.put("a.wav", &bytes)), [200, -200]);
}

#[test]
fn a_length_that_a_pipe_did_not_know_reads_to_the_end() {
    let files = Files::new();
    for length in [0x7FFF_F000u32, 0x7FFF_FFFF, 0xFFFF_FFFF] {
        let mut bytes = plain(&[1, 2, 3, 4]);
        bytes[40..44].copy_from_slice(&length.to_le_bytes());
        bytes.push(9); // half a sample
        assert_eq!(samples(&files.put("a.wav", &bytes)), [1, 2, 3, 4], "{length:#x}");
    }
    // A recorder that was killed before it filled its header in.
    let mut bytes = plain(&[1, 2]);
    bytes[4..8].copy_from_slice(&[0; 4]);
    bytes[40..44].copy_from_slice(&[0; 4]);
    assert_eq!(samples(&files.put("a.wav", &bytes)), [1, 2]);
}

#[test]
fn a_second_of_any_format_is_a_hundred_frames() {
    let files = Files::new();
    for (rate, channels) in [(8_000, 1), (44_100, 2), (48_000, 6), (96_000, 1)] {
        let data = vec![128; rate as usize * usize::from(channels)];
        let bytes = wav(&[chunk(b"fmt ", &format(1, channels, rate, 8)), chunk(b"data", &data)]);
        let frames = frames(&files.put("a.wav", &bytes), NO_SILENCE);
        assert_eq!(frames.len(), 100, "{rate} Hz, {channels} channels");
        assert!(frames.iter().zip(0..).all(|(frame, number)| frame.index == number * 160));
    }
}

#[test]
fn silence_is_added_before_and_after() {
    let files = Files::new();
    let path = files.put("a.wav", &plain(&[1_000; 1_600]));
    let options = WavOptions {
        lead: Duration::from_millis(30),
        trail: Duration::from_millis(1_250),
        ..WavOptions::default()
    };
    let frames = frames(&path, options);
    let loud: Vec<bool> = frames.iter().map(|frame| frame.samples == [1_000; 160]).collect();
    assert_eq!(loud.len(), 3 + 10 + 125);
    assert!(loud[3..13].iter().all(|&l| l) && loud.iter().filter(|&&l| l).count() == 10);
}

#[test]
fn real_time_takes_its_time_and_does_not_drift() {
    let files = Files::new();
    let path = files.put("a.wav", &plain(&[5; 8_000]));
    let start = Instant::now();
    let options = WavOptions { pace: Pace::RealTime, ..NO_SILENCE };
    let frames = frames(&path, options);
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(499), "{took:?}");
    assert!(took < Duration::from_millis(900), "{took:?}");
    // The clock of the frames is exact, however late a thread woke up.
    for pair in frames.windows(2) {
        assert_eq!(pair[1].captured - pair[0].captured, Duration::from_millis(10));
    }
}

#[test]
fn a_reader_that_leaves_stops_the_source() {
    let files = Files::new();
    let path = files.put("a.wav", &plain(&vec![5; 16_000 * 60]));
    let options = WavOptions { pace: Pace::RealTime, ..NO_SILENCE };
    let input = WavSource::open(&path, options).unwrap().start().unwrap();
    let stopper = input.stopper();
    assert!(matches!(input.recv(), Ok(AudioEvent::Frames(_))));
    stopper.stop();
    let start = Instant::now();
    while input.recv().is_ok() {}
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn broken_files_are_named_with_the_fault_and_the_way_out() {
    let files = Files::new();
    let good = plain(&[0; 100]);
    let mut cut = good.clone();
    cut.truncate(44 + 150);
    let mut comes_first = wav(&[chunk(b"data", &[0; 4])]);
    comes_first.extend(chunk(b"fmt ", &format(1, 1, 16_000, 16)));
    let with = |body: Vec<u8>| wav(&[chunk(b"fmt ", &body), chunk(b"data", &[0; 64])]);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty.wav", vec![], "the file is empty"),
        ("text.wav", b"Dear reader, this is no sound.\n".to_vec(), "not a WAV file (it looks like text)"),
        ("flac.wav", b"fLaC\0\0\0\x22\0\0\0\0\0\0\0\0".to_vec(), "(it looks like FLAC)"),
        ("mp3.wav", b"ID3\x04\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), "(it looks like MP3)"),
        ("noise.wav", vec![200; 50], "not a WAV file; convert it with: sox"),
        ("start.wav", b"RIFF".to_vec(), "only the first bytes"),
        ("head.wav", good[..30].to_vec(), "the WAV header is cut off: the format"),
        (
            "nodata.wav",
            wav(&[chunk(b"fmt ", &format(1, 1, 16_000, 16))]),
            "the sound (data chunk) is missing",
        ),
        ("cut.wav", cut, "announces 100 samples per channel, 25 of them are missing"),
        ("none.wav", plain(&[]), "the file holds no sound"),
        ("order.wav", comes_first, "the sound comes before its format"),
        ("mulaw.wav", with(format(7, 1, 8_000, 8)), "unsupported WAV encoding mu-law (format tag 0x0007)"),
        ("adpcm.wav", with(format(2, 1, 8_000, 4)), "unsupported WAV encoding ADPCM"),
        ("mp3in.wav", with(format(0x55, 1, 44_100, 16)), "MP3"),
        ("nochannel.wav", with(format(1, 0, 16_000, 16)), "0 channels"),
        ("norate.wav", with(format(1, 1, 0, 16)), "a sample rate of 0 Hz"),
        ("slow.wav", with(format(1, 1, 300, 16)), "a sample rate of 300 Hz cannot be used"),
        ("nobits.wav", with(format(1, 1, 16_000, 0)), "0 bits"),
        ("wide.wav", with(format(1, 1, 16_000, 40)), "40-bit PCM"),
        ("half.wav", with(format(3, 1, 16_000, 16)), "16-bit float"),
    ];
    for (name, bytes, expected) in cases {
        let message = fault(&files.put(name, &bytes));
        assert!(message.contains(expected), "{name}: {message}");
        assert!(message.contains(name), "names the file: {message}");
    }
    assert!(fault(&files.0.path().join("gone.wav")).contains("gone.wav"));
    assert!(fault(files.0.path()).contains("is a directory"));
}

proptest! {
    #[test]
    fn any_bytes_give_sound_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_damage_gives_sound_or_an_error(
        tag in prop::sample::select(vec![1u16, 3, 7, 0xFFFE]),
        channels in 0u16..70,
        rate in any::<u32>(),
        bits in 0u16..70,
        damage in prop::collection::vec((0usize..120, any::<u8>()), 0..6),
        cut in 0usize..200,
    ) {
        let align = channels.wrapping_mul(bits.div_ceil(8));
        let mut body = Vec::new();
        body.extend(tag.to_le_bytes());
        body.extend(channels.to_le_bytes());
        body.extend(rate.to_le_bytes());
        body.extend(rate.to_le_bytes());
        body.extend(align.to_le_bytes());
        body.extend(bits.to_le_bytes());
        let mut bytes = wav(&[chunk(b"fmt ", &body), chunk(b"data", &[0x55; 90])]);
        for (at, value) in damage {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        bytes.truncate(bytes.len().saturating_sub(cut));
        if let Ok(sound) = read(&bytes) {
            prop_assert!(sound.len() <= bytes.len());
        }
    }

    #[test]
    fn sixteen_bits_come_through_unchanged(sound in prop::collection::vec(any::<i16>(), 1..500)) {
        let files = Files::new();
        prop_assert_eq!(samples(&files.put("a.wav", &plain(&sound))), sound);
    }
}

fn read(bytes: &[u8]) -> std::io::Result<Vec<f32>> {
    WavReader::new(bytes)?.read_to_end()
}
