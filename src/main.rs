//! The `heyroom` program; everything is in the library.

fn main() -> std::process::ExitCode {
    heyroom::cli::main()
}
