//! The hazards of statements: what a reviewer must know before somebody runs a script. Which engine shows a hazard, and the
//! safe form there, is said by the dialects.

/// What is fixed about a hazard.
pub struct HazardSpec {
    pub hazard: Hazard,
    /// The name on the command line and in reports.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What happens to whom.
    pub what: &'static str,
}

macro_rules! hazards {
    ($($(#[$doc:meta])* $hazard:ident $id:literal $title:literal $what:literal;)*) => {
        /// A risk that a reviewer must know. The order is that of reports: the worst first.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Hazard { $($(#[$doc])* $hazard,)* }

        /// Every hazard, in the order of [`Hazard`].
        pub const HAZARDS: &[HazardSpec] = &[$(HazardSpec { hazard: Hazard::$hazard, id: $id, title: $title, what: $what },)*];
    };
}

hazards! {
    /// `--allow drop` lets it run.
    Drop "drop" "rows or values are lost"
        "The rows of a table, the values of a column, or the digits that a narrower type cuts off are gone when the statement is committed.";
    Irreversible "irreversible" "no statement leads back"
        "The engine has no statement that undoes this one: to go back, the object must be made anew, with all that stands on it.";
    MayFail "may-fail" "existing rows may make it fail"
        "The statement holds for the schema, but rows that are there already may break the new rule or not fit the new type. \
         Then it stops, and with it the rest of the script.";
    NotTransactional "not-transactional" "it commits at once and cannot be rolled back"
        "The statement ends the transaction that it stands in, or must not stand in one. If a later statement fails, this one stays.";
    /// The dearest is assumed.
    NotKnown "not-known" "what the server does is not known: the strongest lock and a rewrite are assumed"
        "Nothing here says which locks the statement takes and what it does to the rows: it is a newer server's, or a rare form. On the \
         table that it alters the dearest is taken for it; it may be far less.";
    Rewrite "rewrite" "the table is written anew"
        "Every row is copied into a new file. It takes as long as the table is large and as much disk again, all of it is logged \
         and sent to the replicas, and the old file is kept until the end.";
    Copy "copy" "the server copies the table and writers wait"
        "The engine can only make a copy of the table row by row. Reads go on, writes wait until the copy is complete.";
    Rebuild "rebuild" "the table is made anew under a spare name"
        "The engine cannot alter this in place. The script makes the table again, copies the rows, drops the old one and renames. \
         What was not read from the dump (a trigger, a setting) would go with the old table.";
    Scan "scan" "all rows are read under a strong lock"
        "The engine reads every row to see whether the new rule holds, and does not let go of the lock meanwhile.";
    IndexBuild "index-build" "writers wait while an index is built"
        "All rows are read and sorted for the index. Until that is done nobody can write to the table.";
    BlocksReads "blocks-reads" "readers wait while it runs"
        "The lock stops even SELECT, for as long as the work on the rows takes: for the application the table is not there.";
    BlocksWrites "blocks-writes" "writers wait while it runs"
        "INSERT, UPDATE and DELETE wait for as long as the work on the rows takes.";
    /// By the transaction that the statement stands in.
    KeptLock "kept-lock" "its lock is kept while later statements work"
        "A transaction lets go of its locks when it ends. While later statements of it read or write rows, of whatever table, those \
         who ask for this table wait as well.";
    Lock "lock" "a strong lock must be had"
        "The work itself takes no time, but the lock must be had first: behind a long query the statement waits, and everybody \
         who comes after it waits behind the statement. A lock timeout ends that.";
    SecondLock "second-lock" "another table is locked too"
        "Two tables are locked in one go. A transaction that takes them in the other order makes a deadlock, and one of both is ended.";
    Backfill "backfill" "many rows are changed in one go"
        "Every row that is changed is locked until the transaction ends; old versions of all of them pile up, and replicas lag behind.";
    EnumValue "enum-value" "the new label cannot be used in the same transaction"
        "A label that was added is not there for the statements beside it until the transaction is committed.";
    Overflow "overflow" "numbers may run out"
        "The column or its sequence ends at a number that is not far: at the last one every INSERT fails.";
    Rename "rename" "running code that uses the old name fails"
        "Between the statement and the roll-out of the new code, or back, one of both asks for a name that is not there.";
}

impl Hazard {
    pub fn spec(self) -> &'static HazardSpec {
        &HAZARDS[self as usize]
    }

    pub fn id(self) -> &'static str {
        self.spec().id
    }

    pub fn title(self) -> &'static str {
        self.spec().title
    }

    /// The hazard of this name.
    pub fn by_id(id: &str) -> Option<Hazard> {
        HAZARDS.iter().find(|row| row.id == id).map(|row| row.hazard)
    }
}
