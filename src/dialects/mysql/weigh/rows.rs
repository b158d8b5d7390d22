//! Statements without an effect on the schema that still make others wait: rows and maintenance.

use super::{Way, Weigher};
use crate::base::Name;
use crate::ir::{Hazard, Key, Kind, Work};

impl Weigher<'_> {
    /// Statements without an effect on the schema.
    pub fn rows(&mut self) {
        let words: Vec<String> = self.deed.sql.split_whitespace().map(|word| word.trim_matches(['`', '(', ';']).to_string()).collect();
        let says = |word: &str| words.iter().any(|said| said.eq_ignore_ascii_case(word));
        let first = words.first().map(|word| word.to_ascii_uppercase()).unwrap_or_default();
        let named: Vec<Key> =
            words.iter().map(|word| Key::new(Kind::Table, Name::NONE, Name::new(word))).filter(|key| self.old(*key)).collect();
        let Some(table) = named.first().copied() else { return };
        match first.as_str() {
            "TRUNCATE" => {
                self.weight.endanger(Hazard::Drop);
                self.alone(table);
            }
            "DELETE" => {
                self.weight.endanger(Hazard::Drop);
                self.weight.endanger(Hazard::Backfill);
            }
            "UPDATE" => self.weight.endanger(Hazard::Backfill),
            "INSERT" | "REPLACE" if says("SELECT") => self.weight.endanger(Hazard::Backfill),
            "OPTIMIZE" => self.go(table, Way::Inplace),
            // The rows of a piece or a file go, or are another table's.
            "ALTER" if says("TRUNCATE") || says("DISCARD") => {
                self.weight.endanger(Hazard::Drop);
                self.alone(table);
            }
            // Both tables are away for a moment.
            "ALTER" if says("EXCHANGE") => named.into_iter().for_each(|table| self.alone(table)),
            "ALTER" if says("KEYS") || says("CONVERT") => self.alone(table),
            // Without names the rows go to the pieces that the server's number of them asks for.
            "ALTER" if says("REORGANIZE") => self.go(table, Way::Copy),
            // Pieces are made anew one by one, and nobody writes to the table meanwhile.
            "ALTER" if says("PARTITION") && ["REBUILD", "OPTIMIZE", "REPAIR"].into_iter().any(says) => self.go(table, Way::Copy),
            "ALTER" if says("ORDER") => self.go(table, Way::Copy),
            "ALTER" if says("FORCE") => self.go(table, Way::Inplace),
            "ALTER" if says("PARTITION") && (says("ANALYZE") || says("CHECK")) => self.go(table, Way::Described),
            // The number that comes next is no fact of the schema.
            "ALTER" if self.deed.sql.to_ascii_uppercase().contains("AUTO_INCREMENT") => self.go(table, Way::Described),
            // Nobody has looked at it: the dearest is taken for it.
            "ALTER" => {
                self.alone(table);
                self.weight.impact.work(Work::Rewrite);
                self.weight.endanger(Hazard::NotKnown);
            }
            _ => {}
        }
    }
}
