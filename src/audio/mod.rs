//! Sound in and out: capture, WAV files, resampling, voice activity, playback. Knows neither words nor rooms.
