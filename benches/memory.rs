//! The greatest resident memory and the time of the program itself, `amend diff` on files, beside the size of one side.

mod schema;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use schema::{Change, by_hand, dump, statements};

/// Each case is run so many times, and its shortest time is told: what else the machine does only adds to it.
const ROUNDS: usize = 7;

fn main() {
    println!("{:>8} {:>10} {:>12} {:>10} {:>8} {:>8} {:>8}", "tables", "case", "statements", "one side", "memory", "time", "growth");
    let mut before = Vec::new();
    for tables in [1_000, 10_000] {
        let live = dump(tables, Change::Nothing);
        let same = ("same", dump(tables, Change::Nothing));
        let others = [("changed", dump(tables, Change::OneInHundred)), ("unrelated", by_hand(tables, Change::Nothing))];
        for (at, (case, desired)) in [same].into_iter().chain(others).enumerate() {
            let run = |_| measured(&live, &desired).unwrap_or_else(|fault| panic!("{case}: {fault}"));
            let (times, peaks): (Vec<Duration>, Vec<u64>) = (0..ROUNDS).map(run).map(|(memory, time)| (time, memory)).unzip();
            let time = times.into_iter().min().unwrap_or_default().as_secs_f64();
            let memory = peaks.into_iter().max().unwrap_or_default() as f64 * 1024.0 / live.len() as f64;
            let side = live.len() as f64 / 1e6;
            let growth = before.get(at).map_or_else(String::new, |before| format!("{:.1} x", time / before));
            let count = statements(&live).count();
            println!("{tables:>8} {case:>10} {count:>12} {side:>7.2} MB {memory:>6.1} x {time:>6.3} s {growth:>8}");
            before.push(time);
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
