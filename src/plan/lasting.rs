//! Tables that become lasting, or cease to be: no foreign key of a table that a crash leaves may point to one that it empties.

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use crate::ir::{Attr, Canonical, Key, Kind, Pair, Schema};

/// A live foreign key between two tables that turn.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    pub foreign_key: Key,
    pub table: Key,
    pub target: Key,
}

/// The live foreign keys from a table that turns to another one that turns.
fn links<'a>(altered: impl Iterator<Item = &'a Key>, schema: Pair<&Schema<Canonical>>) -> Vec<Link> {
    let turns = |key: &Key| key.kind.is_relation() && lasts(schema.live, *key) != lasts(schema.desired, *key);
    let mut links = Vec::new();
    for table in altered.filter(|key| turns(key)).copied() {
        for foreign_key in schema.live.parts(table, Kind::ForeignKey) {
            let target = foreign_key.key_of(Attr::References).and_then(|key| schema.live.resolve(key));
            if let Some(target) = target.filter(|target| *target != table && turns(target)) {
                links.push(Link { foreign_key: foreign_key.key, table, target });
            }
        }
    }
    links
}

fn lasts(side: &Schema<Canonical>, key: Key) -> bool {
    side.get(key).is_some_and(|table| !table.has(Attr::Persistence))
}

/// Pairs of tables of which the first turns before the second: what is referred to lasts first, and ceases to last after.
pub fn ordered<'a>(altered: impl Iterator<Item = &'a Key>, schema: Pair<&Schema<Canonical>>) -> Vec<(Key, Key)> {
    let links = links(altered, schema);
    let rings = rings(&links);
    let order = |link: &Link| if lasts(schema.desired, link.target) { (link.target, link.table) } else { (link.table, link.target) };
    links.iter().filter(|link| !among(&rings, link)).map(order).collect()
}

/// The foreign keys of tables that refer to each other in a ring: no order of the tables lets them stand.
pub fn in_rings<'a>(altered: impl Iterator<Item = &'a Key>, schema: Pair<&Schema<Canonical>>) -> Vec<Link> {
    let mut links = links(altered, schema);
    let rings = rings(&links);
    links.retain(|link| among(&rings, link));
    links
}

fn rings(links: &[Link]) -> Vec<Vec<Key>> {
    let graph: DiGraphMap<Key, ()> = DiGraphMap::from_edges(links.iter().map(|link| (link.table, link.target)));
    tarjan_scc(&graph)
}

fn among(rings: &[Vec<Key>], link: &Link) -> bool {
    rings.iter().any(|ring| ring.contains(&link.table) && ring.contains(&link.target))
}
