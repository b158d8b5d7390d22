//! Topological order with ties broken by rank and key, and rings found and named.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::Strength;

/// Vertices of type `V` with edges "comes before".
pub struct Graph<V: Ord + Clone> {
    graph: DiGraph<V, Strength>,
    nodes: BTreeMap<V, NodeIndex>,
}

/// Vertices that need each other, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring<V>(pub Vec<V>);

impl<V: Ord + Clone> Default for Graph<V> {
    fn default() -> Self {
        Graph { graph: DiGraph::new(), nodes: BTreeMap::new() }
    }
}

impl<V: Ord + Clone> Graph<V> {
    pub fn vertex(&mut self, vertex: V) -> NodeIndex {
        let graph = &mut self.graph;
        *self.nodes.entry(vertex.clone()).or_insert_with(|| graph.add_node(vertex))
    }

    /// `first` comes before `then`. Unknown vertices are left out: they are not part of the plan.
    pub fn before(&mut self, first: &V, then: &V, strength: Strength) {
        if first == then {
            return;
        }
        if let (Some(first), Some(then)) = (self.nodes.get(first), self.nodes.get(then)) {
            let known = self.graph.find_edge(*first, *then).map(|edge| self.graph[edge]);
            self.graph.update_edge(*first, *then, known.map_or(strength, |known| known.min(strength)));
        }
    }

    /// Everything that comes after `vertex` because of it, by binding edges.
    pub fn bound_to(&self, vertex: &V) -> BTreeSet<V> {
        let mut found = BTreeSet::new();
        let mut open: Vec<NodeIndex> = self.nodes.get(vertex).copied().into_iter().collect();
        while let Some(node) = open.pop() {
            for edge in self.graph.edges(node).filter(|edge| *edge.weight() == Strength::Strong) {
                if found.insert(self.graph[edge.target()].clone()) {
                    open.push(edge.target());
                }
            }
        }
        found
    }

    /// The rings of binding edges.
    pub fn rings(&self) -> Vec<Ring<V>> {
        let strong = self.graph.filter_map(|_, vertex| Some(vertex.clone()), |_, edge| (*edge == Strength::Strong).then_some(()));
        let mut rings: Vec<Ring<V>> = Vec::new();
        for component in tarjan_scc(&strong).into_iter().filter(|component| component.len() > 1) {
            let mut members: Vec<V> = component.into_iter().map(|node| strong[node].clone()).collect();
            members.sort();
            rings.push(Ring(members));
        }
        rings.sort_by(|one, other| one.0.cmp(&other.0));
        rings
    }

    /// The vertices in order: Kahn's algorithm over a heap. Weak edges that close a ring are given up.
    pub fn sorted(&mut self) -> Result<Vec<V>, Ring<V>> {
        if let Some(ring) = self.rings().into_iter().next() {
            return Err(ring);
        }
        self.give_up_weak_rings();
        let mut waiting: BTreeMap<NodeIndex, usize> =
            self.graph.node_indices().map(|node| (node, self.graph.edges_directed(node, petgraph::Incoming).count())).collect();
        let mut ready: BinaryHeap<Reverse<(V, NodeIndex)>> =
            waiting.iter().filter(|(_, count)| **count == 0).map(|(node, _)| Reverse((self.graph[*node].clone(), *node))).collect();
        let mut order = Vec::with_capacity(self.graph.node_count());
        while let Some(Reverse((vertex, node))) = ready.pop() {
            order.push(vertex);
            for next in self.graph.neighbors(node) {
                let Some(count) = waiting.get_mut(&next) else { continue };
                *count -= 1;
                if *count == 0 {
                    ready.push(Reverse((self.graph[next].clone(), next)));
                }
            }
        }
        Ok(order)
    }

    fn give_up_weak_rings(&mut self) {
        let components = tarjan_scc(&self.graph);
        for component in components.into_iter().filter(|component| component.len() > 1) {
            let members: BTreeSet<NodeIndex> = component.into_iter().collect();
            self.graph.retain_edges(|graph, edge| {
                let inside = graph.edge_endpoints(edge).is_some_and(|(from, to)| members.contains(&from) && members.contains(&to));
                !(inside && graph[edge] == Strength::Weak)
            });
        }
    }
}
