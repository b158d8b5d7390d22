//! How long the passes take on 100, 1,000 and 10,000 tables, beside P: the time in which sqlparser alone parses the
//! statements of both sides. benches/README.md holds the figures.

mod schema;

use std::hint::black_box;

use amend::base::Files;
use amend::cli::pages;
use amend::compile::{self, Options, Source};
use amend::dialects::{self, Dialect};
use amend::ir::{Hazard, Pair};
use amend::sources;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use schema::{Change, by_hand, dump, statements};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The two sides of a case.
type Texts = (String, String);

/// Makes the sides for a number of tables.
type Made = fn(usize) -> Texts;

/// What is measured at each size: no change, one table in a hundred, everything new, and two unrelated texts.
const CASES: &[(&str, Made)] = &[
    ("same", |tables| (dump(tables, Change::Nothing), dump(tables, Change::Nothing))),
    ("changed", |tables| (dump(tables, Change::Nothing), dump(tables, Change::OneInHundred))),
    ("unrelated", |tables| (dump(tables, Change::Nothing), by_hand(tables, Change::Nothing))),
    ("new", |tables| (dump(0, Change::Nothing), dump(tables, Change::Nothing))),
];

fn passes(criterion: &mut Criterion) {
    let dialect = dialects::by_name("postgres").unwrap_or_else(|| panic!("the dialect is there"));
    for tables in [100, 1_000, 10_000] {
        let mut group = criterion.benchmark_group(tables.to_string());
        group.sample_size(10).warm_up_time(std::time::Duration::from_millis(500)).measurement_time(std::time::Duration::from_secs(3));
        for (case, texts) in CASES {
            let texts = texts(tables);
            pages::small();
            pages::for_input(texts.1.len());
            group.bench_function(BenchmarkId::new("P", case), |bencher| bencher.iter(|| parse(black_box(&texts))));
            group.bench_function(BenchmarkId::new("read", case), |bencher| bencher.iter(|| read(black_box(&texts), dialect)));
            let sides = read(&texts, dialect);
            let options = options();
            group.bench_function(BenchmarkId::new("compare", case), |bencher| {
                bencher.iter(|| compile::compare(Pair::new(&sides.0, &sides.1), &options, dialect).ops.len());
            });
            group.bench_function(BenchmarkId::new("diff", case), |bencher| bencher.iter(|| whole(black_box(&texts), dialect)));
        }
        group.finish();
    }
}

/// P: every statement of both sides, parsed by sqlparser; what it cannot parse costs what it costs.
fn parse(texts: &Texts) -> usize {
    let both = statements(&texts.0).chain(statements(&texts.1));
    both.filter(|statement| Parser::parse_sql(&PostgreSqlDialect {}, statement).is_ok()).count()
}

fn read(texts: &Texts, dialect: &'static dyn Dialect) -> (Source, Source) {
    let mut files = Files::default();
    let sides = [vec![files.add("live.sql", texts.0.as_str())], vec![files.add("desired.sql", texts.1.as_str())]];
    let mut readings = sources::read_all(&files, &sides, dialect).into_iter();
    let mut side = |name: &str| Source::of(name, readings.next().unwrap_or_default(), dialect);
    (side("live.sql"), side("desired.sql"))
}

/// Everything that `amend diff` does but reading files and printing.
fn whole(texts: &Texts, dialect: &'static dyn Dialect) -> usize {
    let sides = read(texts, dialect);
    compile::compile(Pair::new(&sides.0, &sides.1), &options(), dialect).script.len()
}

fn options() -> Options {
    let mut options = Options::default();
    options.wishes.allowed.insert(Hazard::Drop);
    options
}

criterion_group!(benches, passes);
criterion_main!(benches);
