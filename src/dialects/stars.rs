//! The `*` of a select list, which stands for columns that no text names.

/// Whether a query shows all columns of what it reads: only in a select list does a comma or FROM stand behind `*`.
pub fn shows_all(query: &str) -> bool {
    let ends = |rest: &str| rest.starts_with(',') || rest.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("from"));
    query.match_indices('*').any(|(at, star)| ends(query[at + star.len()..].trim_start()))
}
