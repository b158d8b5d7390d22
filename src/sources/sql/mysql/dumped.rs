//! What a dump of mysqldump or mariadb-dump leaves out, told from the lines that it writes: what nobody asked it for is not absent.

use crate::base::{Code, Diagnostic, FileId, Span};
use crate::ir::kinds::KINDS;
use crate::ir::{Attr, Coverage, Kind};

/// How a dump begins, with comments and without: the time zone is set unless everything but the statements is left out (--compact).
const HEADS: &[&str] = &["-- MySQL dump ", "-- MariaDB dump ", "/*!40103 SET TIME_ZONE='+00:00' */"];
/// In how many lines it begins.
const HEAD_LINES: usize = 24;

/// What stands above each kind of objects, also where there are none, in dumps with comments: it is written for those alone who ask
/// for it by --routines and --events (MySQL Reference Manual, mysqldump). The line, the kinds.
const ASKED: &[(&str, &[Kind])] =
    &[("-- Dumping routines for database", &[Kind::Procedure, Kind::Function]), ("-- Dumping events for database", &[Kind::Event])];

/// What stands above the tables, and above their rows.
const TABLES: &str = "-- Table structure for table ";
const ROWS: &str = "-- Dumping data for table ";

/// Facts that SHOW CREATE TABLE leaves out together under a mode for other servers, as --skip-opt and --compatible set it.
const OF_TABLES: &[(Kind, Attr)] =
    &[(Kind::Table, Attr::Engine), (Kind::Table, Attr::Options), (Kind::Table, Attr::Comment), (Kind::Table, Attr::SystemVersioned)];
const OF_KEYS: &[(Kind, Attr)] = &[(Kind::Index, Attr::Method), (Kind::Index, Attr::Comment), (Kind::Index, Attr::Parser)];
const OF_TEXT: &[(Kind, Attr)] =
    &[(Kind::Table, Attr::Charset), (Kind::Table, Attr::Collation), (Kind::Column, Attr::Charset), (Kind::Column, Attr::Collation)];
/// What stands before each view, unless the mode is for another server.
const ALGORITHM: &str = "ALGORITHM=";
const OF_VIEWS: &[(Kind, Attr)] = &[(Kind::View, Attr::Method), (Kind::View, Attr::SecurityDefiner), (Kind::View, Attr::Definer)];
/// Facts of columns that such a mode hides too, with the words of which one in the text shows that it does not.
const OF_FIELDS: &[(&str, Attr)] = &[(" AUTO_INCREMENT", Attr::AutoIncrement), (" ON UPDATE CURRENT_TIMESTAMP", Attr::OnUpdateValue)];
/// The mode of a dump that hides the facts of columns alone.
const FIELDLESS: &str = "NO_FIELD_OPTIONS";

/// What the text can speak of: everything, unless it is a dump that leaves something out; then how to have it.
pub fn shows(text: &str, file: FileId) -> (Coverage, Option<Diagnostic>) {
    let mut coverage = Coverage::default();
    let Some(head) = HEADS.iter().find(|head| text.lines().take(HEAD_LINES).any(|line| line.starts_with(*head))) else {
        return (coverage, None);
    };
    let mut options = Vec::new();
    if head.starts_with("--") {
        // Whether anybody misses them is told where desired has some.
        let unasked = ASKED.iter().filter(|(mark, _)| !text.contains(mark));
        coverage.unseen_kinds.extend(unasked.flat_map(|(_, kinds)| kinds.iter().copied()));
        if text.contains(ROWS) && !text.contains(TABLES) {
            let of_relations = KINDS.iter().filter(|spec| spec.kind.is_relation() || spec.owned);
            coverage.unseen_kinds.extend(of_relations.map(|spec| spec.kind));
            options.push("without --no-create-info");
        }
    }
    let facts = hidden(text);
    if !facts.is_empty() {
        options.push("without --skip-opt and --compatible");
    }
    coverage.unseen_facts.extend(facts);
    let note = (!options.is_empty()).then(|| {
        let message = "the dump does not show all: what it leaves out is not compared";
        let note = Diagnostic::new(Code::Unseen, Some(Span::new(file, 0, 0)), message);
        note.help(format!("dump again {} to have all compared", options.join(", ")))
    });
    (coverage, note)
}

/// The facts that the mode of the dump hides.
fn hidden(text: &str) -> Vec<(Kind, Attr)> {
    let fieldless = text.lines().take(HEAD_LINES).any(|line| line.contains(FIELDLESS));
    let optionless = text.contains("CREATE TABLE") && !text.contains("\n) ENGINE=");
    if !fieldless && !optionless {
        return Vec::new();
    }
    // Under the mode of MySQL 4.0 engines are said as that server did, and nothing of character sets.
    let early = text.contains("\n) TYPE=");
    let of_tables: &[&[(Kind, Attr)]] = match (optionless, early) {
        (true, true) => &[OF_TEXT, OF_KEYS],
        (true, false) => &[OF_TEXT, OF_KEYS, OF_TABLES],
        (false, _) => &[OF_KEYS],
    };
    let of_fields = OF_FIELDS.iter().filter(|(words, _)| !says(text, words)).map(|(_, attr)| (Kind::Column, *attr));
    let of_views = if optionless && !text.contains(ALGORITHM) { OF_VIEWS } else { &[] };
    of_tables.iter().copied().chain([of_views]).flatten().copied().chain(of_fields).collect()
}

/// Whether a line that describes a column has the words, in either case.
fn says(text: &str, words: &str) -> bool {
    let mut fields = text.lines().filter(|line| line.starts_with("  `") || line.starts_with("  \""));
    fields.any(|line| line.to_ascii_uppercase().contains(words))
}
