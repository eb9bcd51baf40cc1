//! Gives memory back to the system. A recogniser for ten thousand names is made of half a gigabyte of small pieces, of
//! which a twentieth is needed afterwards; the C library would keep the rest for a program that wants nothing more.

/// Returns to the system what the C library holds in reserve. Takes up to tens of milliseconds; not for the audio
/// thread.
pub fn give_back_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: takes no pointers, and may be called at any time from any thread (malloc_trim(3)).
    unsafe {
        libc::malloc_trim(0);
    }
}
