//! Writes what the core decides: `cargo xtask generate`. With `--check` it writes nothing and fails for a
//! stale file.

mod definitions;
mod files;
mod python;
mod schemas;

use std::process::ExitCode;

use files::Files;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let check = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["generate"] => false,
        ["generate", "--check"] => true,
        _ => {
            eprintln!("usage: cargo xtask generate [--check]");
            return ExitCode::from(2);
        }
    };
    let mut files = Files::of_the_repository();
    schemas::write(&mut files);
    python::write(&mut files);
    match files.finish(check).and_then(|()| python::asynchronous(check)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(said) => {
            eprintln!("{said}");
            ExitCode::FAILURE
        }
    }
}
