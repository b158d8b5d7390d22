//! What must be taken back of a first judgement: guesses by position that the dependencies refute, faking what could not be
//! read, and a database that is another project's.

use std::collections::BTreeSet;

use super::judge::Status;
use super::{Advice, Judged, Question, Verdict};
use crate::sources::django::Id;

/// What is said of a migration that nothing shows, where later ones are carried out.
pub const RAN: &str = "migrations after it are carried out, so it most likely ran too";

/// Looks at all verdicts together.
pub fn write(migrations: &mut [Judged], question: &Question) {
    let lacks = |one: &&Judged| one.recorded != Some(true) && one.evidence.iter().any(|fact| fact.status == Status::Absent);
    let lacking: BTreeSet<Id> = migrations.iter().filter(lacks).map(|one| one.id.clone()).collect();
    let broken: BTreeSet<&Id> = question.migrated.plan.order.iter().filter(|one| one.broken).map(|one| &one.id).collect();
    for judged in migrations {
        let rests = || !question.migrated.plan.ancestors(&judged.id).is_disjoint(&lacking);
        if judged.verdict == Verdict::Manual && judged.notes.iter().any(|note| note == RAN) {
            let ring = question.migrated.plan.ancestors(&judged.id).contains(&judged.id);
            let refuted = match () {
                () if ring => Some("it stands in a ring, so the order says nothing of whether it ran"),
                () if rests() => Some("a migration that it rests on is not carried out, so it did not run"),
                () => None,
            };
            if let Some(refuted) = refuted {
                judged.notes.retain(|note| note != RAN);
                judged.notes.insert(0, refuted.to_string());
            }
        }
        if broken.contains(&judged.id) && matches!(judged.verdict, Verdict::Fake | Verdict::Patch | Verdict::Apply) {
            judged.verdict = Verdict::Manual;
            judged.sql.clear();
            judged.back.clear();
            judged.notes =
                vec!["its file is not Python that can be read whole, so what it does is not known: mend the file first".to_string()];
        }
    }
}

/// Says where the database seems to be another project's: it shows none of the project's tables, and rows of other apps.
pub fn stranger(advice: &mut Advice, question: &Question) {
    let Some(rows) = question.recorded else { return };
    let own: BTreeSet<&str> = question.migrated.apps.iter().map(|app| &**app).collect();
    let others: BTreeSet<&str> = rows.iter().map(|row| &*row.app).filter(|app| !own.contains(app)).collect();
    let shown = advice.migrations.iter().flat_map(|one| &one.evidence).any(|fact| fact.status == Status::Present);
    if others.is_empty() {
        return;
    }
    let names = others.iter().copied().collect::<Vec<_>>().join(", ");
    advice.notes.push(if shown || rows.iter().any(|row| own.contains(&*row.app)) {
        format!("django_migrations speaks of apps that the project does not have: {names}; their tables are left alone")
    } else {
        format!(
            "this seems to be the database of another project: it shows nothing of this one, and its django_migrations speaks of {names}; run nothing before that is settled"
        )
    });
}

/// What the order suggests of a migration that nothing shows.
pub fn position(at: usize, reached: &[bool]) -> String {
    match reached.iter().skip(at + 1).any(|one| *one) {
        true => RAN.to_string(),
        false => "no migration after it is carried out, so it most likely did not run".to_string(),
    }
}

/// The query that would settle whether it ran.
pub fn settling(id: &Id, data: bool) -> Option<String> {
    data.then(|| {
        format!(
            "what would settle it: SELECT applied FROM django_migrations WHERE app = '{}' AND name = '{}'; else the rows that it changes",
            id.app, id.name
        )
    })
}
