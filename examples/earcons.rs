//! Makes heyroom's signal sounds: `cargo run --example earcons [DIR]` writes them as WAV files.
//!
//! Each is one to three notes of a soft mallet: a sine with two quickly fading overtones. They differ in
//! the direction of the melody, in the number of notes and in register, so that they can be told apart by
//! ear without being learnt, and stay between 500 and 2000 Hz, where small loudspeakers are good.

use std::f64::consts::TAU;
use std::path::PathBuf;

const RATE: u32 = 48_000;

/// A note: when it begins and how long it rings, in ms; its pitch in Hz; its loudness.
struct Note(f64, f64, f64, f64);

fn main() -> Result<(), hound::Error> {
    let directory = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("assets/earcons"), PathBuf::from);
    std::fs::create_dir_all(&directory)?;
    let (d5, e5, a5, b5, d6, e6, a6) = (587.33, 659.26, 880.0, 987.77, 1174.66, 1318.51, 1760.0);
    let earcons: [(&str, f64, Vec<Note>); 5] = [
        // A rising fifth: "yes?"
        ("awake", 190.0, vec![Note(0.0, 110.0, d5, 0.8), Note(70.0, 120.0, a5, 1.0)]),
        // A bright chord, once: done.
        (
            "done",
            180.0,
            vec![Note(0.0, 180.0, a5, 0.7), Note(12.0, 165.0, e6, 0.6), Note(24.0, 150.0, a6, 0.3)],
        ),
        // A falling minor third, twice as slow: it did not work.
        ("error", 250.0, vec![Note(0.0, 130.0, b5 / 1.5, 0.9), Note(105.0, 145.0, e5 / 1.2, 1.0)]),
        // One short note: go on, I am listening.
        ("listening", 90.0, vec![Note(0.0, 90.0, d6, 0.8)]),
        // Three equal notes: look here.
        (
            "alert",
            250.0,
            vec![Note(0.0, 80.0, b5, 1.0), Note(80.0, 80.0, b5, 1.0), Note(160.0, 90.0, b5, 1.0)],
        ),
    ];
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    for (name, length, notes) in earcons {
        let sound = render(length, &notes);
        let peak = sound.iter().fold(0.0f64, |peak, sample| peak.max(sample.abs()));
        // -9 dBFS: present, and no start for anybody beside the loudspeaker.
        let gain = 10f64.powf(-9.0 / 20.0) / peak;
        let mut writer = hound::WavWriter::create(directory.join(format!("{name}.wav")), spec)?;
        for sample in sound {
            writer.write_sample((sample * gain * 32_767.0).round() as i16)?;
        }
        writer.finalize()?;
    }
    Ok(())
}

fn render(length: f64, notes: &[Note]) -> Vec<f64> {
    let count = (f64::from(RATE) * length / 1000.0) as usize;
    let mut sound = vec![0.0; count];
    for &Note(start, ring, hertz, loudness) in notes {
        let begin = (f64::from(RATE) * start / 1000.0) as usize;
        for (i, sample) in sound.iter_mut().enumerate().skip(begin) {
            let ms = (i - begin) as f64 * 1000.0 / f64::from(RATE);
            if ms >= ring {
                break;
            }
            let attack = fade(ms / 8.0);
            let release = fade((ring - ms) / 25.0);
            let phase = TAU * hertz * ms / 1000.0;
            let body = phase.sin() * (-ms / 90.0).exp();
            let second = 0.25 * (2.0 * phase).sin() * (-ms / 45.0).exp();
            let fourth = 0.10 * (4.0 * phase).sin() * (-ms / 18.0).exp();
            *sample += loudness * attack * release * (body + second + fourth);
        }
    }
    sound
}

/// From 0 to 1 without a corner.
fn fade(part: f64) -> f64 {
    let part = part.clamp(0.0, 1.0);
    0.5 - 0.5 * (part * TAU / 2.0).cos()
}
