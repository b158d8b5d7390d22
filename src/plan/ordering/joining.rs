//! When a relation joins a parent and when it leaves one: what is done to a parent is done to its children.

use super::{Builder, Parts, Strength, Vertex};
use crate::ir::{Attr, Key, Kind};
use crate::plan::grouping::Groups;
use crate::plan::inheritance;

impl Builder<'_> {
    /// A new child takes from its parents what they are to have.
    pub(super) fn born(&mut self, (groups, parts): (&Groups, &Parts), relation: Key) {
        for parent in inheritance::parents(self.schema.desired, relation) {
            for part in parts.get(&parent).into_iter().flatten() {
                self.before(groups, *part, Vertex::Make(relation), Strength::Weak);
            }
        }
    }

    /// A relation joins a parent when both have all that the parent is to have and nothing else, and leaves one before either changes:
    /// what is done to a parent is done to its children.
    pub(super) fn joined(&mut self, (groups, parts): (&Groups, &Parts), relation: Key) {
        let of = |with: &Key| parts.get(with).into_iter().flatten().copied();
        let joins = inheritance::joins(relation, self.schema);
        // Its own index becomes a part of the parent's, which would make another.
        let indexes = groups.made.iter().filter(|key| key.kind == Kind::Index && key.relation() == Some(relation) && !joins.is_empty());
        indexes.for_each(|index| self.before(groups, Vertex::Make(*index), Vertex::Alter(relation), Strength::Strong));
        // The server makes it one then: before, it is on no partition.
        let tied = |(key, attrs): &(&Key, &Vec<Attr>)| key.relation() == Some(relation) && attrs.contains(&Attr::PartitionOf);
        let tied: Vec<Key> = groups.altered.iter().filter(|altered| tied(altered) && !joins.is_empty()).map(|(key, _)| *key).collect();
        tied.into_iter().for_each(|part| self.before(groups, Vertex::Alter(relation), Vertex::Alter(part), Strength::Strong));
        for with in joins.iter().copied().chain([relation]).filter(|_| !joins.is_empty()) {
            of(&with).for_each(|part| self.before(groups, part, Vertex::Alter(relation), Strength::Strong));
        }
        let leaves = inheritance::leaves(relation, self.schema);
        for from in leaves.iter().copied().chain([relation]).filter(|_| !leaves.is_empty()) {
            let gone = of(&from).filter(|part| matches!(part, Vertex::Unmake(_)));
            gone.for_each(|part| self.before(groups, Vertex::Alter(relation), part, Strength::Strong));
        }
        self.left(groups, (relation, &leaves), parts);
    }

    /// A child that leaves takes nothing of what its parents get, and what was a part of a parent's index goes by itself after.
    fn left(&mut self, groups: &Groups, (relation, leaves): (Key, &[Key]), parts: &Parts) {
        let changed = leaves.iter().flat_map(|from| parts.get(from).into_iter().flatten().copied());
        let changed = changed.filter(|part| matches!(part, Vertex::Alter(_)));
        let made = groups.made.iter().filter(|part| part.relation().is_some_and(|relation| leaves.contains(&relation)));
        let come = changed.chain(made.map(|part| Vertex::Make(*part)));
        come.for_each(|part| self.before(groups, Vertex::Alter(relation), part, Strength::Weak));
        let parent = |part: Key| self.schema.live.get(part).and_then(|part| part.key_of(Attr::PartitionOf));
        let own = groups.unmade.iter().filter(|part| part.relation() == Some(relation) && !leaves.is_empty());
        let own: Vec<Key> = own.copied().filter(|part| parent(*part).is_some_and(|whole| !groups.unmade.contains(&whole))).collect();
        own.into_iter().for_each(|part| self.before(groups, Vertex::Alter(relation), Vertex::Unmake(part), Strength::Strong));
    }
}
