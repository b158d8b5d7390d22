//! The greatest resident memory and the time of the program itself, `amend diff` on files, beside the size of one side.

mod schema;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use schema::{Change, by_hand, dump, statements};

fn main() {
    println!("{:>8} {:>10} {:>12} {:>10} {:>8} {:>8}", "tables", "case", "statements", "one side", "memory", "time");
    for tables in [1_000, 10_000] {
        let live = dump(tables, Change::Nothing);
        for (case, desired) in [("changed", dump(tables, Change::OneInHundred)), ("unrelated", by_hand(tables, Change::Nothing))] {
            let (memory, time) = measured(&live, &desired).unwrap_or_else(|fault| panic!("{case}: {fault}"));
            let side = live.len() as f64 / 1e6;
            let times = memory as f64 * 1024.0 / live.len() as f64;
            let count = statements(&live).count();
            println!("{tables:>8} {case:>10} {count:>12} {side:>7.2} MB {times:>6.1} x {:>6.2} s", time.as_secs_f64());
        }
    }
}

/// The peak of the resident memory in kB, as /proc tells it while the program runs, and how long it ran.
fn measured(live: &str, desired: &str) -> std::io::Result<(u64, Duration)> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("live.sql"), live)?;
    std::fs::write(folder.path().join("desired.sql"), desired)?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
    command.current_dir(folder.path()).args(["diff", "--dialect", "postgres", "live.sql", "desired.sql"]);
    let begin = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(peak).max(peak);
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok((peak, begin.elapsed()))
}
