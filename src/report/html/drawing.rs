//! The graph of the changed objects as a drawing: what an object needs stands in a row above it.

use serde::Serialize;

use crate::report::document::Document;

/// Larger graphs tell nothing.
const NODES_SHOWN: usize = 80;
/// Boxes beside each other, before a row goes on below.
const BOXES_IN_ROW: usize = 4;

const BOX_WIDTH: usize = 230;
const BOX_HEIGHT: usize = 36;
const GAP_ACROSS: usize = 26;
const GAP_DOWN: usize = 44;
/// What fits into a box.
const LABEL_CHARACTERS: usize = 32;

#[derive(Serialize)]
pub struct Drawing {
    pub width: usize,
    pub height: usize,
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    /// How many objects are not drawn.
    pub more: usize,
}

#[derive(Serialize)]
pub struct Node {
    pub x: usize,
    pub y: usize,
    pub label: String,
    pub title: String,
    pub change: &'static str,
}

#[derive(Serialize)]
pub struct Edge {
    pub path: String,
}

/// Places the nodes in rows, and draws an arrow from each object to what it needs.
pub fn draw(document: &Document) -> Drawing {
    let count = document.objects.len().min(NODES_SHOWN);
    let needs: Vec<(usize, usize)> =
        document.needs.iter().map(|need| (need.from, need.to)).filter(|(from, to)| *from < count && *to < count).collect();
    let places = places(&ranks(count, &needs));
    let nodes: Vec<Node> = document
        .objects
        .iter()
        .zip(&places)
        .map(|(object, (x, y))| Node { x: *x, y: *y, label: shortened(&object.label), title: object.label.clone(), change: object.change })
        .collect();
    let edges = needs.iter().map(|(from, to)| Edge { path: path(places[*from], places[*to]) }).collect();
    let extent = |at: fn(&Node) -> usize| nodes.iter().map(at).max().unwrap_or(0);
    Drawing {
        width: extent(|node| node.x) + BOX_WIDTH + GAP_ACROSS,
        height: extent(|node| node.y) + BOX_HEIGHT + GAP_DOWN / 2,
        more: document.objects.len() - count,
        nodes,
        edges,
    }
}

/// The row of each object: below everything that it needs. A ring ends the search after as many rounds as there are objects.
fn ranks(count: usize, needs: &[(usize, usize)]) -> Vec<usize> {
    let mut ranks = vec![0; count];
    for _ in 0..count {
        let before = ranks.clone();
        for (from, to) in needs {
            ranks[*from] = ranks[*from].max((before[*to] + 1).min(count));
        }
        if ranks == before {
            break;
        }
    }
    ranks
}

fn places(ranks: &[usize]) -> Vec<(usize, usize)> {
    let mut rows: Vec<usize> = ranks.to_vec();
    rows.sort_unstable();
    rows.dedup();
    let mut places = vec![(0, 0); ranks.len()];
    let mut y = GAP_DOWN / 2;
    for rank in rows {
        let members: Vec<usize> = (0..ranks.len()).filter(|at| ranks[*at] == rank).collect();
        for row in members.chunks(BOXES_IN_ROW) {
            for (column, at) in row.iter().enumerate() {
                places[*at] = (GAP_ACROSS / 2 + column * (BOX_WIDTH + GAP_ACROSS), y);
            }
            y += BOX_HEIGHT + GAP_DOWN;
        }
    }
    places
}

/// A curve from the top of one box to the bottom of the one that it needs; beside it where both stand in one row.
fn path((from_x, from_y): (usize, usize), (to_x, to_y): (usize, usize)) -> String {
    let middle = |x: usize| x + BOX_WIDTH / 2;
    if from_y <= to_y {
        let (start, end) = (middle(from_x), middle(to_x));
        let (low, bottom) = (from_y.max(to_y) + BOX_HEIGHT + GAP_DOWN / 2, BOX_HEIGHT);
        return format!("M{start},{} C{start},{low} {end},{low} {end},{}", from_y + bottom, to_y + bottom + 4);
    }
    let (start, end, bottom) = (middle(from_x), middle(to_x), to_y + BOX_HEIGHT + 4);
    format!("M{start},{from_y} C{start},{} {end},{} {end},{bottom}", from_y.saturating_sub(GAP_DOWN / 2), bottom + GAP_DOWN / 2)
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= LABEL_CHARACTERS {
        return label.to_string();
    }
    label.chars().take(LABEL_CHARACTERS - 1).chain(['…']).collect()
}
