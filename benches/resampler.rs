//! Ten seconds of 48 kHz and 44.1 kHz stereo to 16 kHz mono: heyroom's resampler against plain linear
//! interpolation, which aliases, and rubato's sinc filter.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use heyroom::audio::Resampler;
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Async, FixedAsync, Resampler as _, SincInterpolationParameters, WindowFunction};

const SECONDS: usize = 10;

fn stereo(rate: usize) -> Vec<f32> {
    (0..rate * SECONDS)
        .flat_map(|i| [(i as f32 * 0.05).sin() * 0.4, (i as f32 * 0.021).sin() * 0.3])
        .collect()
}

fn linear(sound: &[f32], rate: usize, out: &mut Vec<i16>) {
    let mono: Vec<f32> = sound.chunks_exact(2).map(|pair| f32::midpoint(pair[0], pair[1])).collect();
    let step = rate as f32 / 16_000.0;
    let count = mono.len() * 16_000 / rate;
    out.extend((0..count).map(|i| {
        let at = i as f32 * step;
        let (whole, part) = (at as usize, at.fract());
        let (a, b) = (mono[whole], mono[(whole + 1).min(mono.len() - 1)]);
        ((a + (b - a) * part) * 32_768.0) as i16
    }));
}

fn sinc(sound: &[f32], resampler: &mut Async<f32>, block: &mut [f32], out: &mut Vec<i16>) {
    let mono: Vec<f32> = sound.chunks_exact(2).map(|pair| f32::midpoint(pair[0], pair[1])).collect();
    let mut at = 0;
    while mono.len() - at >= resampler.input_frames_next() {
        let (need, room) = (resampler.input_frames_next(), block.len());
        let (Ok(input), Ok(mut output)) = (
            InterleavedSlice::new(&mono[at..at + need], 1, need),
            InterleavedSlice::new_mut(&mut *block, 1, room),
        ) else {
            return;
        };
        let Ok((_, made)) = resampler.process_into_buffer(&input, &mut output, None) else { return };
        out.extend(block[..made].iter().map(|s| (s * 32_768.0) as i16));
        at += need;
    }
}

fn resamplers(c: &mut Criterion) {
    for rate in [48_000usize, 44_100] {
        let sound = stereo(rate);
        let mut out = Vec::with_capacity(16_000 * (SECONDS + 1));
        let mut group = c.benchmark_group(format!("{rate} Hz stereo, {SECONDS} s"));
        group.throughput(Throughput::Elements((rate * SECONDS) as u64));
        group.sample_size(20);
        if let Ok(mut resampler) = Resampler::new(rate as u32, 2) {
            group.bench_function("heyroom", |b| {
                b.iter(|| {
                    out.clear();
                    // As it comes from a microphone: 10 ms at a time.
                    for chunk in sound.chunks(rate / 100 * 2) {
                        resampler.push(chunk, &mut out);
                    }
                    resampler.flush(&mut out);
                    black_box(&out);
                });
            });
        }
        group.bench_function("linear interpolation", |b| {
            b.iter(|| {
                out.clear();
                linear(black_box(&sound), rate, &mut out);
                black_box(&out);
            });
        });
        let parameters = SincInterpolationParameters::new(128, WindowFunction::BlackmanHarris2);
        let ratio = 16_000.0 / rate as f64;
        if let Ok(mut resampler) = Async::new_sinc(ratio, 1.0, &parameters, rate / 100, 1, FixedAsync::Input)
        {
            let mut block = vec![0.0; resampler.output_frames_max()];
            group.bench_function("rubato sinc, 128 taps", |b| {
                b.iter(|| {
                    out.clear();
                    sinc(black_box(&sound), &mut resampler, &mut block, &mut out);
                    black_box(&out);
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, resamplers);
criterion_main!(benches);
