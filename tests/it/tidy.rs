//! Sizes that keep the code readable, with every exception named and given a reason.

use std::path::Path;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::project;

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;
const PARAMETERS: usize = 4;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    File,
    Function,
    Parameters,
}

/// A place that may be larger than the limit: file, function (empty for the file), measure, reason.
type Exception = (&'static str, &'static str, Measure, &'static str);

/// An exception that is no longer needed fails the test.
const EXCEPTIONS: &[Exception] = &[
    (
        "src/replay/copy.rs",
        "copy",
        Measure::Parameters,
        "source and target are keys of one schema, and the rule and the dialect say what goes along",
    ),
    (
        "src/plan/mod.rs",
        "plan",
        Measure::Parameters,
        "what differs, what was renamed, what is wished: a plan needs each, and nothing else holds them together",
    ),
    ("src/advise/judge.rs", "verdict", Measure::Parameters, "the verdict looks at the project, the live side and both histories at once"),
    ("src/compile/mod.rs", "with_identical", Measure::Parameters, "a second comparison takes what the first took, and the renames"),
    ("src/dialects/postgres/analyse/rewrite.rs", "node", Measure::Function, "one flat match over every kind of node"),
    (
        "src/dialects/postgres/analyse/select.rs",
        "combine",
        Measure::Parameters,
        "two branches of a set operation with their columns, and the scope",
    ),
    ("src/sources/django/apply.rs", "rename_index", Measure::Parameters, "the old and the new form of an operation that has both"),
    ("src/sources/django/evaluate.rs", "binary", Measure::Parameters, "an operator, its two sides, and where and in what they stand"),
    ("src/sources/django/graph.rs", "visit", Measure::Parameters, "the state of a depth-first walk"),
    ("src/sources/django/project.rs", "walk", Measure::Parameters, "the state of a walk over folders"),
];

#[test]
fn sizes_are_kept() {
    let mut faults = Vec::new();
    let mut used: Vec<&Exception> = Vec::new();
    for path in project::rust_files(&["src", "tests", "benches"]) {
        for (function, measure, size) in measured(&path) {
            let named = EXCEPTIONS.iter().find(|row| Path::new(row.0) == path && row.1 == function && row.2 == measure);
            match (size > limit(measure), named) {
                (true, Some(row)) => used.push(row),
                (true, None) => faults.push(format!("{} {function}: {measure:?} {size} > {}", path.display(), limit(measure))),
                (false, _) => {}
            }
        }
    }
    let idle = EXCEPTIONS.iter().filter(|row| !used.contains(row));
    faults.extend(idle.map(|row| format!("{} {}: the exception for {:?} is not needed any more", row.0, row.1, row.2)));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_file_but_unit_tests_says_why_it_exists() {
    let named = |path: &std::path::PathBuf| path.ends_with("tests.rs");
    let files = project::rust_files(&["src", "tests", "benches"]).into_iter().filter(|path| !named(path));
    let silent = files.filter(|path| !project::read(path).starts_with("//! "));
    let silent: Vec<String> = silent.map(|path| path.display().to_string()).collect();
    assert!(silent.is_empty(), "these files do not begin with a //! line:\n{}", silent.join("\n"));
}

#[test]
fn nothing_is_left_undone() {
    let words = ["TO".to_string() + "DO", "FIX".to_string() + "ME", "todo".to_string() + "!(", "unimplemented".to_string() + "!("];
    let mut faults = Vec::new();
    for path in project::rust_files(&["src", "tests", "benches"]) {
        let text = project::read(&path);
        let hits = text.lines().enumerate().filter(|(_, line)| words.iter().any(|word| line.contains(word.as_str())));
        faults.extend(hits.map(|(at, line)| format!("{}:{}: {}", path.display(), at + 1, line.trim())));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn limit(measure: Measure) -> usize {
    match measure {
        Measure::File => FILE_LINES,
        Measure::Function => FUNCTION_LINES,
        Measure::Parameters => PARAMETERS,
    }
}

/// The sizes of a file and of its functions.
fn measured(path: &Path) -> Vec<(String, Measure, usize)> {
    let text = project::read(path);
    let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut functions = Functions::default();
    functions.visit_file(&file);
    let mut sizes = vec![(String::new(), Measure::File, text.lines().count())];
    sizes.extend(functions.found);
    sizes
}

#[derive(Default)]
struct Functions {
    found: Vec<(String, Measure, usize)>,
}

impl Functions {
    fn take(&mut self, signature: &syn::Signature, end: Span) {
        let name = signature.ident.to_string();
        let lines = end.end().line + 1 - signature.fn_token.span().start().line;
        let receiver = usize::from(signature.receiver().is_some());
        self.found.push((name.clone(), Measure::Function, lines));
        self.found.push((name, Measure::Parameters, signature.inputs.len() - receiver));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.take(&function.sig, function.block.span());
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.take(&function.sig, function.block.span());
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.take(&function.sig, block.span());
        }
        visit::visit_trait_item_fn(self, function);
    }
}
