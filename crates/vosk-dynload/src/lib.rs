//! libvosk, opened at run time under its link names.
//!
//! The `vosk` crate links against libvosk, so a program that uses it can neither be built nor
//! started without the library: not even to print its help. This crate defines every `vosk_*`
//! symbol that `vosk` needs and forwards it to a library that [`load`] opened. Until then each
//! forwarder gives the answer libvosk itself gives for a failure (a null pointer, -1, an empty
//! result), which the `vosk` crate understands.
//!
//! Use it with `use vosk_dynload as _;` (so that the symbols are linked) and call [`load`] once
//! before anything of `vosk`.

use std::{
    ffi::{c_char, c_float, c_int, c_short, c_void},
    fmt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use libloading::Library;

type Ptr = *mut c_void;
type Str = *const c_char;

const NULL: Ptr = std::ptr::null_mut();
const EMPTY_RESULT: Str = c"{\"text\":\"\"}".as_ptr();

static API: OnceLock<Api> = OnceLock::new();

/// Declares, per function of `vosk_api.h`: its signature and what to answer while no library is loaded.
macro_rules! forward {
    ($( $name:ident ( $($arg:ident : $type:ty),* ) $(-> $ret:ty)? = $missing:expr; )*) => {
        struct Api {
            path: PathBuf,
            $( $name: unsafe extern "C" fn($($type),*) $(-> $ret)?, )*
        }

        impl Api {
            /// Looks every function up; fails on the first one that `library` does not export.
            fn bind(path: PathBuf, library: Library) -> Result<Self, libloading::Error> {
                // Never unloaded: the function pointers below live as long as the program.
                let library: &'static Library = Box::leak(Box::new(library));
                // SAFETY: the signatures are those of vosk_api.h, stable since libvosk 0.3.
                unsafe { Ok(Self { path, $( $name: *library.get(concat!(stringify!($name), "\0"))?, )* }) }
            }
        }

        $(
            #[doc = concat!("`", stringify!($name), "` of `vosk_api.h`, forwarded to the loaded library.")]
            ///
            /// # Safety
            ///
            /// As for the function of libvosk itself.
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn $name($($arg: $type),*) $(-> $ret)? {
                match API.get() {
                    // SAFETY: the caller upholds what libvosk asks for.
                    Some(api) => unsafe { (api.$name)($($arg),*) },
                    None => $missing,
                }
            }
        )*
    };
}

forward! {
    vosk_model_new(path: Str) -> Ptr = NULL;
    vosk_model_free(model: Ptr) = ();
    vosk_model_find_word(model: Ptr, word: Str) -> c_int = -1;
    vosk_spk_model_new(path: Str) -> Ptr = NULL;
    vosk_spk_model_free(model: Ptr) = ();
    vosk_recognizer_new(model: Ptr, rate: c_float) -> Ptr = NULL;
    vosk_recognizer_new_spk(model: Ptr, rate: c_float, speaker: Ptr) -> Ptr = NULL;
    vosk_recognizer_new_grm(model: Ptr, rate: c_float, grammar: Str) -> Ptr = NULL;
    vosk_recognizer_set_spk_model(recognizer: Ptr, speaker: Ptr) = ();
    vosk_recognizer_set_max_alternatives(recognizer: Ptr, count: c_int) = ();
    vosk_recognizer_set_words(recognizer: Ptr, on: c_int) = ();
    vosk_recognizer_set_partial_words(recognizer: Ptr, on: c_int) = ();
    vosk_recognizer_set_nlsml(recognizer: Ptr, on: c_int) = ();
    vosk_recognizer_accept_waveform(recognizer: Ptr, data: Str, bytes: c_int) -> c_int = -1;
    vosk_recognizer_accept_waveform_s(recognizer: Ptr, data: *const c_short, samples: c_int) -> c_int = -1;
    vosk_recognizer_accept_waveform_f(recognizer: Ptr, data: *const c_float, samples: c_int) -> c_int = -1;
    vosk_recognizer_result(recognizer: Ptr) -> Str = EMPTY_RESULT;
    vosk_recognizer_partial_result(recognizer: Ptr) -> Str = EMPTY_RESULT;
    vosk_recognizer_final_result(recognizer: Ptr) -> Str = EMPTY_RESULT;
    vosk_recognizer_reset(recognizer: Ptr) = ();
    vosk_recognizer_free(recognizer: Ptr) = ();
    vosk_set_log_level(level: c_int) = ();
}

/// The file name of libvosk on this platform.
pub fn library_name() -> &'static str {
    if cfg!(windows) {
        "libvosk.dll"
    } else if cfg!(target_os = "macos") {
        "libvosk.dylib"
    } else {
        "libvosk.so"
    }
}

/// Opens libvosk: the first of `candidates` that is a working library wins.
///
/// A candidate may be the library itself, a folder that holds it, or a bare file name that the
/// system's loader resolves. A second call after a success does nothing.
///
/// # Errors
///
/// [`LoadError`] with every path tried and why it did not serve.
pub fn load(candidates: &[PathBuf]) -> Result<&'static Path, LoadError> {
    if let Some(api) = API.get() {
        return Ok(&api.path);
    }
    let mut tried = Vec::new();
    for candidate in candidates {
        let file = if candidate.is_dir() { candidate.join(library_name()) } else { candidate.clone() };
        if is_path(&file) && !file.exists() {
            tried.push((file, "no such file".to_owned()));
            continue;
        }
        // SAFETY: opening a library runs its initialisers; libvosk's only set up static tables.
        let opened = unsafe { Library::new(&file) };
        match opened.and_then(|library| Api::bind(file.clone(), library)) {
            Ok(api) => return Ok(&API.get_or_init(|| api).path),
            Err(error) => {
                // The reason is in the source: libloading's own text says only "dlopen failed".
                let reason = std::error::Error::source(&error).map_or(error.to_string(), ToString::to_string);
                tried.push((file, reason));
            }
        }
    }
    Err(LoadError { tried })
}

fn is_path(file: &Path) -> bool {
    file.components().count() > 1
}

/// No candidate was a usable libvosk.
#[derive(Debug)]
pub struct LoadError {
    /// Each path tried, with the loader's reason.
    pub tried: Vec<(PathBuf, String)>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "libvosk could not be loaded; tried:")?;
        for (path, reason) in &self.tried {
            write!(f, "\n  {}: {reason}", path.display())?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}
