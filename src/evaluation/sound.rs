//! What happens to a recording before it is heard: the room's echo, distance and noise; and where its speech ends.
//! Pure, and the same for the same seed.

use std::collections::VecDeque;

use crate::audio::SAMPLE_RATE;

/// Samples of 10 ms.
const FRAME: usize = SAMPLE_RATE as usize / 100;

/// A kind of noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Noise {
    /// The same power at each frequency.
    White,
    /// Less power the higher the frequency, as in most rooms.
    #[default]
    Pink,
    /// A fan or a projector: rumble and a hum of 120 Hz.
    Fan,
    /// Other people talking: the recordings of other items, several at a time.
    Babble,
}

/// What the room does to the sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// The time in which an echo loses 60 dB, in seconds; 0.3 is a furnished office, 0.8 a bare hall.
    pub echo_s: f32,
    /// From the mouth to the microphone, in metres.
    pub distance_m: f32,
}

/// The acoustics of a run.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Condition {
    /// How far speech is above the noise, in dB; none for the recording as it is.
    pub snr_db: Option<f32>,
    /// The noise.
    pub noise: Noise,
    /// The room; none for the recording as it is.
    pub room: Option<Room>,
}

impl Condition {
    /// A short name for tables.
    pub fn name(&self) -> String {
        let room = self.room.map(|room| format!("echo {} s, {} m", room.echo_s, room.distance_m));
        let noise = self.snr_db.map(|snr| {
            let noise = match self.noise {
                Noise::White => "white",
                Noise::Pink => "pink",
                Noise::Fan => "fan",
                Noise::Babble => "babble",
            };
            format!("{snr} dB {noise}")
        });
        let parts: Vec<String> = [room, noise].into_iter().flatten().collect();
        if parts.is_empty() { "as recorded".to_owned() } else { parts.join(", ") }
    }

    /// The recording as it is heard under this condition, with `lead` and `trail` samples of the room around it.
    /// `talk` is what the babble is made of.
    pub fn apply(
        &self,
        recording: &[i16],
        lead: usize,
        trail: usize,
        talk: &[&[i16]],
        seed: u64,
    ) -> Vec<i16> {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut sound: Vec<f32> = std::iter::repeat_n(0.0, lead)
            .chain(recording.iter().map(|sample| f32::from(*sample)))
            .chain(std::iter::repeat_n(0.0, trail))
            .collect();
        let loudness = loudness(recording);
        if let Some(room) = self.room {
            let echoes = room.impulse_response(&mut rng);
            sound = convolved(&sound, &echoes);
            // A microphone in the ceiling is turned up: the level of the speech stays.
            let now = loudness_of(&sound[lead..lead + recording.len()]);
            let gain = if now > 0.0 { loudness / now } else { 1.0 };
            sound.iter_mut().for_each(|sample| *sample *= gain);
        }
        if let Some(snr) = self.snr_db {
            let noise = self.noise.make(sound.len(), talk, &mut rng);
            let level = power(&noise).sqrt();
            let gain = if level > 0.0 { loudness / level * 10f32.powf(-snr / 20.0) } else { 0.0 };
            sound.iter_mut().zip(&noise).for_each(|(sample, noise)| *sample += noise * gain);
        }
        quantised(&sound)
    }
}

impl Noise {
    fn make(self, length: usize, talk: &[&[i16]], rng: &mut fastrand::Rng) -> Vec<f32> {
        match self {
            Self::White => (0..length).map(|_| bell(rng)).collect(),
            Self::Pink => {
                // Six low passes with corner frequencies a factor of about 3 apart, after Paul Kellet.
                const POLES: [(f32, f32); 6] = [
                    (0.998_86, 0.055_517_9),
                    (0.993_32, 0.075_075_9),
                    (0.969_00, 0.153_852),
                    (0.866_50, 0.310_485_6),
                    (0.550_00, 0.532_952_2),
                    (-0.761_6, -0.016_898),
                ];
                let mut states = [0.0f32; POLES.len()];
                let mut next = || {
                    let white = bell(rng);
                    for (state, (pole, gain)) in states.iter_mut().zip(POLES) {
                        *state = pole * *state + gain * white;
                    }
                    states.iter().sum::<f32>() + 0.536_2 * white
                };
                (0..length).map(|_| next()).collect()
            }
            Self::Fan => {
                let mut low = 0.0f32;
                let mut next = |at: usize| {
                    low = 0.97 * low + 0.03 * bell(rng);
                    let phase = at as f32 / SAMPLE_RATE as f32 * std::f32::consts::TAU * 120.0;
                    low + 0.03 * phase.sin() + 0.01 * (2.0 * phase).sin()
                };
                (0..length).map(&mut next).collect()
            }
            Self::Babble => {
                const VOICES: usize = 6;
                let mut sum = vec![0.0; length];
                let usable: Vec<&&[i16]> = talk.iter().filter(|talk| loudness(talk) > 0.0).collect();
                for _ in 0..VOICES.min(usable.len() * 2) {
                    let mut at = 0;
                    let mut skip = rng.usize(0..SAMPLE_RATE as usize);
                    while at < length {
                        let voice = usable[rng.usize(..usable.len())];
                        let gain = 1000.0 / loudness(voice);
                        for sample in voice.iter().skip(std::mem::take(&mut skip)) {
                            if at == length {
                                break;
                            }
                            sum[at] += f32::from(*sample) * gain;
                            at += 1;
                        }
                        at += 1;
                    }
                }
                sum
            }
        }
    }
}

impl Room {
    /// How the room answers a clap: the direct sound, and echoes that grow dense and fade. The further away the mouth,
    /// the less direct sound there is beside them: both are equally loud at the critical distance of a room of 60 m³.
    fn impulse_response(self, rng: &mut fastrand::Rng) -> Vec<f32> {
        const VOLUME_M3: f32 = 60.0;
        let echo = self.echo_s.max(0.05);
        let critical = 0.057 * (VOLUME_M3 / echo).sqrt();
        let energy = (self.distance_m / critical).powi(2);
        let length = (echo * SAMPLE_RATE as f32) as usize;
        let decay = 6.9078 / (echo * SAMPLE_RATE as f32); // 60 dB of amplitude: ln(1000)
        let first = SAMPLE_RATE as usize / 250; // 4 ms: the table's echo
        let mut tail: Vec<f32> = (0..length)
            .map(|at| if at < first { 0.0 } else { bell(rng) * (-decay * at as f32).exp() })
            .collect();
        let gain = (energy / power_sum(&tail).max(f32::MIN_POSITIVE)).sqrt();
        tail.iter_mut().for_each(|sample| *sample *= gain);
        if let Some(direct) = tail.first_mut() {
            *direct = 1.0;
        }
        tail
    }
}

/// When speech ends, in samples: the last 10 ms that stand out of the recording's own noise and are not much fainter than
/// its loud parts. Looks at the whole recording, which nobody who listens live can do; so it is the truth to measure
/// against. The length of the recording if there is no sound in it.
pub fn speech_end(recording: &[i16]) -> usize {
    let mut levels: VecDeque<f32> = VecDeque::new();
    let smoothed: Vec<f32> = recording
        .chunks(FRAME)
        .map(|frame| {
            let samples: Vec<f32> = frame.iter().map(|sample| f32::from(*sample)).collect();
            levels.push_back(power(&samples));
            if levels.len() > 2 {
                levels.pop_front();
            }
            10.0 * (levels.iter().sum::<f32>() / levels.len() as f32 + 1.0).log10()
        })
        .collect();
    let mut sorted = smoothed.clone();
    sorted.sort_by(f32::total_cmp);
    let at = |share: f32| sorted.get((share * sorted.len() as f32) as usize).copied().unwrap_or(0.0);
    let (noise, loud) = (at(0.1), at(0.95));
    let threshold = (noise + 9.0).min(loud - 3.0).max(loud - 32.0);
    match smoothed.iter().rposition(|level| *level > threshold) {
        Some(frame) if loud > 0.0 => ((frame + 1) * FRAME).min(recording.len()),
        _ => recording.len(),
    }
}

/// The level of the speech in a recording: that of its frames within 30 dB of the loud ones.
fn loudness(recording: &[i16]) -> f32 {
    loudness_of(&recording.iter().map(|sample| f32::from(*sample)).collect::<Vec<_>>())
}

fn loudness_of(recording: &[f32]) -> f32 {
    let powers: Vec<f32> = recording.chunks(FRAME).map(power).collect();
    let most = powers.iter().copied().fold(0.0, f32::max);
    let (sum, count) = powers
        .iter()
        .filter(|power| **power > most / 1000.0)
        .fold((0.0, 0u32), |(sum, count), power| (sum + power, count + 1));
    if count == 0 { 0.0 } else { (sum / count as f32).sqrt() }
}

fn power(samples: &[f32]) -> f32 {
    power_sum(samples) / samples.len().max(1) as f32
}

fn power_sum(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| sample * sample).sum()
}

/// A random number with a variance of 1, nearly of normal distribution.
fn bell(rng: &mut fastrand::Rng) -> f32 {
    (0..3).map(|_| rng.f32() * 2.0 - 1.0).sum()
}

fn quantised(sound: &[f32]) -> Vec<i16> {
    sound.iter().map(|sample| sample.clamp(-32_768.0, 32_767.0).round() as i16).collect()
}

fn convolved(sound: &[f32], response: &[f32]) -> Vec<f32> {
    let mut out = vec![0.0; sound.len()];
    for (delay, gain) in response.iter().enumerate().filter(|(_, gain)| **gain != 0.0) {
        let Some(delayed) = out.get_mut(delay..) else { break };
        delayed.iter_mut().zip(sound).for_each(|(out, sample)| *out += sample * gain);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(ms: usize, amplitude: f32) -> Vec<i16> {
        (0..ms * 16).map(|at| (amplitude * (at as f32 * 0.2).sin()) as i16).collect()
    }

    #[test]
    fn the_end_of_speech_is_found_in_noise() {
        let mut rng = fastrand::Rng::with_seed(3);
        let mut sound = vec![0; 16 * 300];
        sound.extend(tone(700, 8_000.0));
        sound.extend(vec![0; 16 * 500]);
        for noise in [0.0, 20.0, 200.0] {
            let noisy: Vec<i16> =
                sound.iter().map(|sample| sample + (bell(&mut rng) * noise) as i16).collect();
            let end = speech_end(&noisy) / 16;
            assert!((990..=1_020).contains(&end), "{end} ms with noise {noise}");
        }
        assert_eq!(speech_end(&[0; 1600]), 1600);
        assert_eq!(speech_end(&[]), 0);
    }

    #[test]
    fn noise_has_the_level_that_is_asked_for() {
        let voice = tone(1_000, 8_000.0);
        for noise in [Noise::White, Noise::Pink, Noise::Fan, Noise::Babble] {
            let condition = Condition { snr_db: Some(10.0), noise, room: None };
            let heard = condition.apply(&voice, 16_000, 0, &[&tone(400, 3_000.0)], 1);
            let before: Vec<f32> = heard[..16_000].iter().map(|sample| f32::from(*sample)).collect();
            let snr = 20.0 * (loudness(&voice) / power(&before).sqrt()).log10();
            assert!((snr - 10.0).abs() < 1.0, "{noise:?}: {snr} dB");
            assert_eq!(heard, condition.apply(&voice, 16_000, 0, &[&tone(400, 3_000.0)], 1));
        }
        // Nothing to make the babble of.
        let condition = Condition { snr_db: Some(10.0), noise: Noise::Babble, room: None };
        assert_eq!(condition.apply(&voice, 0, 0, &[], 1), voice);
    }

    #[test]
    fn an_echo_lasts_longer_than_the_sound_and_fades() {
        let room = Room { echo_s: 0.5, distance_m: 3.0 };
        let condition = Condition { room: Some(room), ..Condition::default() };
        let heard = condition.apply(&tone(200, 8_000.0), 0, 16 * 800, &[], 1);
        let level = |from: usize, to: usize| loudness(&heard[from * 16..to * 16]);
        assert!(level(210, 260) > 10.0 * level(500, 550), "{} {}", level(210, 260), level(500, 550));
        assert!(level(210, 260) > 100.0);
        assert!((level(0, 200) / loudness(&tone(200, 8_000.0)) - 1.0).abs() < 0.3);
    }
}
