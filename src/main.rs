//! The program: everything is in the library, so that tests reach it.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Trees are walked by recursion; the tallest that is read (`base::nesting`) has room in this. Only what is used is taken.
const STACK_BYTES: usize = 1 << 30;

fn main() -> ExitCode {
    match std::thread::Builder::new().stack_size(STACK_BYTES).spawn(amend::cli::main) {
        Ok(running) => running.join().unwrap_or(ExitCode::from(101)),
        Err(_) => amend::cli::main(),
    }
}
