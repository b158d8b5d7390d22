//! The changed objects and what they need, as a Mermaid graph.

use std::fmt::Write;

use super::document::Document;

/// Larger graphs tell nothing; what is left out is said in the graph.
const NODES_SHOWN: usize = 60;

/// The class of each change, and its colours.
const CLASSES: &[(&str, &str)] = &[
    ("added", "fill:#d3f2d3,color:#123,stroke:#393"),
    ("dropped", "fill:#f7d4d4,color:#123,stroke:#a33"),
    ("altered", "fill:#fbeecb,color:#123,stroke:#a80"),
];

/// Renders the graph: an arrow from each object to what it needs.
pub fn graph(document: &Document) -> String {
    let mut out = String::from("graph LR\n");
    for (id, object) in document.objects.iter().enumerate().take(NODES_SHOWN) {
        let _ = writeln!(out, "    n{id}[\"{}\"]:::{}", escaped(&object.label), object.change);
    }
    for need in document.needs.iter().filter(|need| need.from.max(need.to) < NODES_SHOWN) {
        let _ = writeln!(out, "    n{} --> n{}", need.from, need.to);
    }
    if document.objects.len() > NODES_SHOWN {
        let _ = writeln!(out, "    more[\"{} more\"]", document.objects.len() - NODES_SHOWN);
    }
    for (class, colours) in CLASSES {
        let _ = writeln!(out, "    classDef {class} {colours}");
    }
    out
}

/// A label's text: Mermaid writes what would end it, or start markup, as entities.
fn escaped(label: &str) -> String {
    let mut out = String::new();
    for character in label.chars() {
        match character {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '`' => out.push_str("#96;"),
            '\n' | '\r' => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}
