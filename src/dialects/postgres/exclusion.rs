//! Rows that exclude each other, counted before the constraint comes: each row beside those after it (manual, CREATE TABLE, EXCLUDE).

use super::trial::Sides;
use super::write::ident::{self, quote};
use crate::dialects::Trial;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Kind, Object, Part};

/// What is compared, and by which operator.
struct Element {
    value: String,
    operator: String,
    opclass: String,
}

/// The pairs of rows that an exclusion constraint, or a key WITHOUT OVERLAPS, does not take. The values are put into a table of the
/// session, where an index finds what overlaps; equal values are found by a hash of them.
pub fn trial(rule: &Object, source: &str, schema: Sides) -> Option<Trial> {
    let elements = elements(rule)?;
    let columns: Vec<String> = elements.iter().enumerate().map(|(at, element)| format!("{} AS e{at}", element.value)).collect();
    let filter = rule.text(Attr::Where).map(|text| format!(" WHERE {text}")).unwrap_or_default();
    let mut before = format!(
        "DROP TABLE IF EXISTS pg_temp.amend_pairs;\nCREATE TEMPORARY TABLE amend_pairs AS SELECT row_number() OVER () AS number, {} FROM {source}{filter};\n",
        columns.join(", ")
    );
    let ranges: Vec<String> = elements
        .iter()
        .enumerate()
        .filter(|(_, element)| !is_equality(&element.operator))
        .map(|(at, element)| format!("e{at}{}", element.opclass))
        .collect();
    // An operator class that the patch brings is not there yet.
    let brings = schema.desired.of_kind(Kind::Extension).any(|extension| !schema.live.contains(extension.key));
    if ranges.len() == elements.len() && !brings {
        let method = rule.text(Attr::Method).filter(|_| !rule.has(Attr::Period)).unwrap_or("gist");
        before += &format!("CREATE INDEX ON amend_pairs USING {method} ({});\n", ranges.join(", "));
    }
    before += "ANALYZE amend_pairs;\n";
    let both: Vec<String> =
        elements.iter().enumerate().map(|(at, element)| format!("one.e{at} {} other.e{at}", element.operator)).collect();
    let count = format!(
        "SELECT count(*) FROM amend_pairs AS one WHERE EXISTS (SELECT 1 FROM amend_pairs AS other WHERE other.number <> one.number AND {})",
        both.join(" AND ")
    );
    Some(Trial { before, count })
}

fn is_equality(operator: &str) -> bool {
    operator.trim_end_matches(')').rsplit('.').next().is_some_and(|operator| operator == "=")
}

/// The elements of an exclusion constraint; those of a key WITHOUT OVERLAPS are equal, and overlap in the last.
fn elements(rule: &Object) -> Option<Vec<Element>> {
    if rule.key.kind == Kind::Exclusion {
        return rule.parts(Attr::Parts).iter().map(element).collect();
    }
    let columns = Some(rule.names(Attr::Columns)).filter(|_| rule.has(Attr::Period))?;
    let operator = |at: usize| if at + 1 == columns.len() { "&&" } else { "=" }.to_string();
    let one = |(at, name): (usize, &crate::base::Name)| Element { value: quote(*name), operator: operator(at), opclass: String::new() };
    Some(columns.iter().enumerate().map(one).collect())
}

fn element(part: &Part) -> Option<Element> {
    let value = match &part.target {
        PartTarget::Column(name) => quote(*name),
        PartTarget::Expression(fragment) => format!("({})", fragment.text),
    };
    let collation = part.collation.as_ref().map(|text| format!(" COLLATE {}", ident::collation(text))).unwrap_or_default();
    Some(Element {
        value: format!("{value}{collation}"),
        operator: part.operator.as_ref()?.to_string(),
        opclass: part.opclass.as_ref().map(|text| format!(" {text}")).unwrap_or_default(),
    })
}
