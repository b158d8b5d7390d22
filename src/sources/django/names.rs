//! The names that Django gives to tables, indexes and constraints, and the ones that it leaves to the server.

/// The first `length` digits of the hash over all parts together.
fn digest(parts: &[&str], length: usize) -> String {
    let text = parts.concat();
    let mut hex = format!("{:x}", md5::compute(text.as_bytes()));
    hex.truncate(length);
    hex
}

/// The first `count` characters.
fn head(text: &str, count: usize) -> String {
    text.chars().take(count).collect()
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// A name cut to `max` characters, its last four replaced by a hash of the whole; a quoted name loses its quotes.
pub fn truncated(name: &str, max: usize) -> String {
    let bare = name.rsplit("\".\"").next().unwrap_or(name).trim_matches('"');
    if length(bare) <= max { bare.to_string() } else { head(bare, max - 4) + &digest(&[bare], 4) }
}

/// The name of an index or constraint on columns, as the schema editor makes it.
pub fn index_name(table: &str, columns: &[&str], suffix: &str, max: usize) -> String {
    let mut parts = vec![table];
    parts.extend(columns);
    let mut hash = digest(&parts, 8) + suffix;
    let joined = columns.join("_");
    let name = format!("{table}_{joined}_{hash}");
    if length(&name) <= max {
        return name;
    }
    if length(&hash) * 3 > max {
        hash = head(&hash, max / 3);
    }
    let other = ((max - length(&hash)) / 2).saturating_sub(1);
    let name = format!("{}_{}_{hash}", head(table, other), head(&joined, other));
    if name.starts_with(|first: char| first == '_' || first.is_ascii_digit()) {
        let cut = length(&name) - 1;
        return format!("D{}", head(&name, cut));
    }
    name
}

/// The name of an index of a model's Meta that has none; columns with `-` before descending ones.
pub fn meta_index_name(table: &str, columns: &[String], suffix: &str) -> String {
    let mut parts = vec![table];
    parts.extend(columns.iter().map(String::as_str));
    parts.push(suffix);
    let first = columns.first().map_or("", |column| column.trim_start_matches('-'));
    let name = format!("{}_{}_{}_{suffix}", head(table, 11), head(first, 7), digest(&parts, 6));
    if name.starts_with(|first: char| first == '_' || first.is_ascii_digit()) {
        return format!("D{}", name.chars().skip(1).collect::<String>());
    }
    name
}

/// PostgreSQL's own choice for `table_column_label`: the longer of the two is cut until all fits into 63 bytes.
/// (PostgreSQL source, makeObjectName.)
pub fn server_name(table: &str, column: &str, label: &str) -> String {
    let over = label.len() + 1 + usize::from(!column.is_empty());
    let (mut first, mut second) = (table.len(), column.len());
    while first + second > 63usize.saturating_sub(over) && first + second > 0 {
        if first > second { first -= 1 } else { second -= 1 }
    }
    let cut = |text: &str, bytes: usize| {
        let mut end = bytes.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.get(..end).unwrap_or("").to_string()
    };
    let middle = if column.is_empty() { String::new() } else { format!("_{}", cut(column, second)) };
    format!("{}{middle}_{label}", cut(table, first))
}
