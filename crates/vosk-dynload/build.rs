//! `vosk-sys` asks the linker for `-lvosk`. An empty archive satisfies it: the symbols are the
//! forwarders of `src/lib.rs`, and the real library is opened at run time.

use std::path::PathBuf;

fn main() {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let msvc = std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "msvc");
    let name = if msvc { "libvosk.lib" } else { "libvosk.a" };
    std::fs::write(out.join(name), b"!<arch>\n").expect("OUT_DIR is writable");
    // Unlike link arguments, a search path reaches the final link of every dependent package.
    println!("cargo:rustc-link-search=native={}", out.display());
    println!("cargo:rerun-if-changed=build.rs");
}
