//! Measures the voice activity detector: `cargo run --release --example vad_eval DIR...` takes folders of
//! WAV files with one utterance each, mixes them with noise, and compares what the detector says with
//! where speech is in the clean recording.
//!
//! "start" and "end" are the errors of the moments that the detector reports, in ms (positive is late).
//! "decided" is how late the reaction comes: how long after the first sound speech was reported. "missed"
//! counts utterances never found, "split" those with a pause longer than 500 ms that is not there, "false"
//! the share of noise alone that was taken for speech.

use std::path::PathBuf;

use heyroom::audio::{FRAME_SAMPLES, Vad, VadReport, VadSettings, WavOptions, WavSource};

const LEAD: usize = 16_000 * 3;
const TRAIL: usize = 16_000 * 2;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = VadSettings::default();
    let mut files: Vec<PathBuf> = Vec::new();
    for directory in std::env::args_os().skip(1) {
        for entry in std::fs::read_dir(directory)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "wav") {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut clips = Vec::new();
    for file in &files {
        let samples = WavSource::open(file, WavOptions::default())?.read_all()?;
        if let Some(clip) = Clip::new(samples) {
            clips.push(clip);
        }
    }
    println!("{} of {} files have a clear utterance", clips.len(), files.len());
    println!(
        "noise     SNR  missed split  start p50  p90 | end p10  p50  p90 p98 | decided p50  p90 | false %"
    );
    for noise in [Noise::White, Noise::Pink, Noise::Hum, Noise::Babble] {
        for snr in [40.0, 20.0, 10.0, 5.0] {
            report(&clips, noise, snr, settings);
        }
    }
    Ok(())
}

/// An utterance and where its speech is.
struct Clip {
    samples: Vec<f32>,
    start: usize,
    end: usize,
    power: f32,
    /// It has a pause of its own that is as long as one that splits it.
    pauses: bool,
}

impl Clip {
    /// Finds the speech with knowledge of the whole recording: what is within 30 dB of its loud parts and
    /// 12 dB above its quiet ones.
    fn new(samples: Vec<i16>) -> Option<Self> {
        let samples: Vec<f32> = samples.into_iter().map(|s| f32::from(s) / 32_768.0).collect();
        // A first difference takes out hum and brings hisses forward.
        let energies: Vec<f32> = samples
            .chunks(FRAME_SAMPLES)
            .map(|frame| frame.windows(2).map(|p| (p[1] - 0.9 * p[0]).powi(2)).sum::<f32>() / 160.0 + 1e-12)
            .collect();
        let mut sorted = energies.clone();
        sorted.sort_by(f32::total_cmp);
        let (quiet, loud) = (sorted[sorted.len() / 20], sorted[sorted.len() * 9 / 10]);
        let threshold = (quiet * 16.0).max(loud * 1e-3);
        if quiet * 300.0 > loud {
            return None;
        }
        let active: Vec<bool> = energies.iter().map(|&energy| energy > threshold).collect();
        let run = |at: usize| active[at..].iter().take(4).filter(|&&a| a).count() >= 3;
        let first = (0..active.len()).find(|&at| run(at))?;
        let last = (0..active.len())
            .rev()
            .find(|&at| active[at] && active[..at].iter().rev().take(3).filter(|&&a| a).count() >= 2)?;
        let (start, end) = (first * FRAME_SAMPLES, (last + 1) * FRAME_SAMPLES);
        let voiced: Vec<f32> = samples[start..end].iter().map(|s| s * s).collect();
        let power = voiced.iter().sum::<f32>() / voiced.len() as f32;
        let longest = active[first..=last].split(|&a| a).map(<[bool]>::len).max().unwrap_or(0);
        Some(Self { samples, start, end, power, pauses: longest > 35 })
    }
}

#[derive(Debug, Clone, Copy)]
enum Noise {
    White,
    Pink,
    /// Mains hum and a fan.
    Hum,
    /// Six other speakers at once.
    Babble,
}

fn noise(kind: Noise, count: usize, clips: &[Clip], seed: u64) -> Vec<f32> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut white = move || random.f32() * 2.0 - 1.0;
    let mut sound: Vec<f32> = match kind {
        Noise::White => (0..count).map(|_| white()).collect(),
        Noise::Pink => {
            let mut rows = [0.0f32; 12];
            (0..count)
                .map(|i| {
                    let row = (i + 1).trailing_zeros() as usize % rows.len();
                    rows[row] = white();
                    rows.iter().sum::<f32>() + white()
                })
                .collect()
        }
        Noise::Hum => {
            let mut low = 0.0;
            (0..count)
                .map(|i| {
                    low = 0.98 * low + 0.02 * white();
                    let phase = std::f32::consts::TAU * 50.0 * i as f32 / 16_000.0;
                    low * 3.0 + 0.3 * phase.sin() + 0.1 * (3.0 * phase).sin() + 0.03 * white()
                })
                .collect()
        }
        Noise::Babble => {
            let mut sound = vec![0.0; count];
            for talker in 0..6 {
                let mut at = 0;
                let mut number = seed as usize * 31 + talker * 57;
                while at < count {
                    let clip = &clips[number % clips.len()];
                    let scale = 1.0 / clip.power.sqrt();
                    for (out, sample) in sound[at..].iter_mut().zip(&clip.samples[clip.start..clip.end]) {
                        *out += sample * scale;
                    }
                    at += clip.end - clip.start;
                    number += 1;
                }
            }
            sound
        }
    };
    let power = sound.iter().map(|s| s * s).sum::<f32>() / count as f32;
    sound.iter_mut().for_each(|s| *s /= power.sqrt());
    sound
}

fn judge(vad: &mut Vad, samples: &[f32]) -> Vec<VadReport> {
    let pcm: Vec<i16> = samples.iter().map(|s| (s * 32_768.0).clamp(-32_768.0, 32_767.0) as i16).collect();
    pcm.as_chunks::<FRAME_SAMPLES>().0.iter().map(|frame| vad.samples(frame)).collect()
}

fn report(clips: &[Clip], kind: Noise, snr: f32, settings: VadSettings) {
    let (mut missed, mut split, mut false_frames, mut noise_frames) = (0, 0, 0, 0);
    let (mut starts, mut ends, mut decided) = (Vec::new(), Vec::new(), Vec::new());
    for (number, clip) in clips.iter().enumerate() {
        let count = LEAD + clip.samples.len() + TRAIL;
        let gain = (clip.power / 10f32.powf(snr / 10.0)).sqrt();
        let mut sound: Vec<f32> = noise(kind, count, clips, number as u64).iter().map(|s| s * gain).collect();
        for (out, sample) in sound[LEAD + clip.start..].iter_mut().zip(&clip.samples[clip.start..clip.end]) {
            *out += sample;
        }
        let reports = judge(&mut Vad::new(settings), &sound);
        let ms = |sample: usize| (sample / 16) as i64;
        let (start, end) = (ms(LEAD + clip.start), ms(LEAD + clip.end));
        // The first two seconds teach it the room.
        for (frame, report) in reports.iter().enumerate().skip(200) {
            let at = frame as i64 * 10;
            if at + 10 < start - 100 || at > end + 500 {
                noise_frames += 1;
                false_frames += usize::from(report.speech);
            }
        }
        let during = |at: i64| at > start - 60 && at < end;
        let hit = reports.iter().enumerate().find(|(frame, r)| r.speech && during((*frame as i64 + 1) * 10));
        let Some((frame, first)) = hit else {
            missed += 1;
            continue;
        };
        let now = (frame as i64 + 1) * 10;
        decided.push(now - start);
        starts.push(now - i64::from(first.since_ms) - start);
        // Where a rule of 500 ms of silence would put the end.
        let over = reports.iter().enumerate().skip(frame).find(|(_, r)| r.pause_ms >= 500 && !r.speech);
        let last =
            over.map_or(reports.len() as i64 * 10, |(f, r)| (f as i64 + 1) * 10 - i64::from(r.pause_ms));
        if clip.pauses {
            continue;
        }
        if last < end - 400 {
            split += 1;
        } else {
            ends.push(last - end);
        }
    }
    for list in [&mut starts, &mut ends, &mut decided] {
        list.sort_unstable();
        if list.is_empty() {
            list.push(0);
        }
    }
    let at = |list: &[i64], part: usize| list[(list.len() - 1) * part / 100];
    println!(
        "{:8} {snr:4}  {missed:6} {split:5}  {:9} {:4} | {:7} {:4} {:4} {:4} | {:11} {:4} | {:6.2}",
        format!("{kind:?}"),
        at(&starts, 50),
        at(&starts, 90),
        at(&ends, 10),
        at(&ends, 50),
        at(&ends, 90),
        at(&ends, 98),
        at(&decided, 50),
        at(&decided, 90),
        100.0 * false_frames as f64 / noise_frames.max(1) as f64,
    );
}
