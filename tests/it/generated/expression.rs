//! Random expressions, and the law that what a person writes and what the server prints of it are held equal.

use amend::base::Files;
use amend::compile::{self, Options, Source};
use amend::dialects;
use amend::ir::Pair;
use amend::sources;

use super::super::servers::Server;

/// How deep forms stand in forms.
const DEPTH: usize = 2;

/// Forms of expressions by what they yield; `{b}`, `{i}`, `{t}`, `{d}` stand for others: truth, number, text, time. The
/// first of a row are leaves.
pub struct Grammar {
    pub dialect: &'static str,
    /// What a session says first.
    pub session: &'static str,
    /// The table whose columns the leaves name.
    pub table: &'static str,
    pub forms: &'static [(char, &'static [&'static str])],
    /// Statements around a truth; `{n}` is a number.
    pub checks: &'static [&'static str],
}

/// A source of choices that is the same for the same seed (the generator of Knuth's MMIX).
struct Choices(u64);

impl Choices {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % count
    }
}

impl Grammar {
    /// The statements of a round: each makes the object `x` with its number.
    fn statements(&self, seed: u64, count: usize) -> Vec<String> {
        let mut choices = Choices(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        (0..count)
            .map(|number| {
                self.filled(self.checks[choices.below(self.checks.len())], DEPTH, &mut choices).replace("{n}", &number.to_string())
            })
            .collect()
    }

    /// A form with others in its places, `depth` deep.
    fn filled(&self, form: &str, depth: usize, choices: &mut Choices) -> String {
        let mut text = String::new();
        let mut rest = form;
        while let Some(at) = rest.find('{') {
            let kind = rest[at + 1..].chars().next().unwrap_or(' ');
            let row = self.forms.iter().find(|(of, _)| *of == kind && rest[at + 2..].starts_with('}'));
            let (before, after) = rest.split_at(at);
            text.push_str(before);
            match row {
                Some((_, forms)) => {
                    let among = if depth == 0 { 4 } else { forms.len() };
                    text.push_str(&self.filled(forms[choices.below(among)], depth.saturating_sub(1), choices));
                    rest = &after[3..];
                }
                None => {
                    text.push('{');
                    rest = &after[1..];
                }
            }
        }
        text + rest
    }
}

/// Runs rounds of statements; those that the server takes must meet what its dump says of them. The answer is how many
/// it took, and every one that does not meet.
pub fn rounds(server: &dyn Server, grammar: &Grammar, seeds: std::ops::Range<u64>, count: usize) -> Result<(usize, Vec<String>), String> {
    let (mut taken, mut faults) = (0, Vec::new());
    for seed in seeds {
        server.create("live")?;
        server.run("live", grammar.table)?;
        let written: Vec<String> = grammar
            .statements(seed, count)
            .into_iter()
            .filter(|text| server.run("live", &format!("{}{text}", grammar.session)).is_ok())
            .collect();
        taken += written.len();
        let dump = server.dump("live")?;
        faults.extend(differing(grammar, &dump, &written)?);
    }
    Ok((taken, faults))
}

fn differing(grammar: &Grammar, dump: &str, written: &[String]) -> Result<Vec<String>, String> {
    let dialect = dialects::by_name(grammar.dialect).ok_or("no such dialect")?;
    let source = |text: &str| {
        let mut files = Files::default();
        let id = files.add("side.sql", text);
        Source::of("side.sql", sources::read(&files, &[id], dialect), dialect)
    };
    let desired: String =
        std::iter::once(grammar.table).chain(written.iter().map(String::as_str)).map(|text| format!("{text};\n")).collect();
    let (live, desired) = (source(dump), source(&desired));
    let compared = compile::compare(Pair::new(&live, &desired), &Options::default(), dialect);
    let mut faults = compile::differences(&compared);
    faults.extend(live.diagnostics.iter().chain(&desired.diagnostics).map(|fault| fault.message.clone()));
    Ok(faults)
}
