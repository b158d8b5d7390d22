//! The order in which the triggers of one table, time and event fire: that of their making, unless FOLLOWS or PRECEDES
//! says otherwise (MySQL Reference Manual, CREATE TRIGGER). One that is made anew goes to the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Pair, Schema, Value};

use super::align::longest_rise;

/// Says of desired triggers that come, change or move which one they follow or precede.
pub fn align(schema: &mut Pair<&mut Schema<Canonical>>) {
    let group = Pair::new(groups(schema.live), groups(schema.desired));
    let mut said = Vec::new();
    for (place, desired) in group.desired.iter().filter(|(_, group)| group.len() > 1) {
        let live = group.live.get(place).map(Vec::as_slice).unwrap_or_default();
        said.extend(positions(Pair::new(live, desired), Pair::new(&*schema.live, &*schema.desired)));
    }
    for (key, position) in said {
        if let Some(trigger) = schema.desired.get_mut(key) {
            trigger.set(Attr::Position, Some(Value::text(position)));
        }
    }
}

/// The triggers by their table, time and event.
fn groups(schema: &Schema<Canonical>) -> BTreeMap<(Name, String, Arc<str>), Vec<Key>> {
    let mut found: BTreeMap<_, Vec<&Object>> = BTreeMap::new();
    for trigger in schema.of_kind(Kind::Trigger) {
        let Some(Value::Labels(events)) = trigger.get(Attr::Events) else { continue };
        for event in events {
            let timing = trigger.text(Attr::Timing).unwrap_or("").to_string();
            found.entry((trigger.key.owner, timing, event.clone())).or_default().push(trigger);
        }
    }
    let sorted = |mut group: Vec<&Object>| {
        group.sort_by_key(|trigger| trigger.ordinal);
        group.into_iter().map(|trigger| trigger.key).collect()
    };
    found.into_iter().map(|(place, group)| (place, sorted(group))).collect()
}

/// What must be said of the triggers of a group that do not stay as and where they are.
fn positions(group: Pair<&[Key]>, schema: Pair<&Schema<Canonical>>) -> Vec<(Key, String)> {
    let is_same =
        |key: Key| schema.live.get(key).zip(schema.desired.get(key)).is_some_and(|(live, desired)| live.differing(desired).is_empty());
    let place = |key: &Key| group.live.iter().position(|known| known == key).filter(|_| is_same(*key));
    let stays = longest_rise(&group.desired.iter().map(place).collect::<Vec<_>>());
    let made: Vec<usize> = (0..group.desired.len()).filter(|at| !stays.contains(at)).collect();
    let neighbour = |at: usize| group.desired.get(at).map(|key| key.name);
    let position = |at: usize| match at.checked_sub(1) {
        // The only one that is made, and the last: it goes there without a word.
        Some(_) if at + 1 == group.desired.len() && made.len() == 1 && !is_same(group.desired[at]) => None,
        Some(previous) => Some(format!("after {}", neighbour(previous)?)),
        None => Some(format!("before {}", neighbour(*stays.iter().min()?)?)),
    };
    made.iter().filter_map(|at| Some((group.desired[*at], position(*at)?))).collect()
}
