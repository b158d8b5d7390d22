//! The object kinds, one row each: what a kind is called, whether it stands on a relation, with which kinds it
//! shares its names, and whether dropping it loses rows or values.

/// Kinds whose names exclude each other, so that a statement may name one by another's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Relation,
    Constraint,
    Routine,
    Type,
    Alone,
}

impl Family {
    /// Whether a name of one family member may mean another member.
    pub fn shares(self, other: Family) -> bool {
        self == other && self != Family::Alone
    }
}

/// What is fixed about a kind.
pub struct KindSpec {
    pub kind: Kind,
    /// The word for messages.
    pub noun: &'static str,
    /// It stands on a relation: `Key::owner` is the relation's name.
    pub owned: bool,
    pub family: Family,
    /// Dropping it loses what no script can bring back.
    pub holds_data: bool,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $noun:literal $owned:ident $family:ident $data:ident;)*) => {
        /// What an object is. The order is the order of reports and of ties in plans.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $kind,)* }

        /// Every kind, in the order of [`Kind`].
        pub const KINDS: &[KindSpec] = &[$(KindSpec {
            kind: Kind::$kind,
            noun: $noun,
            owned: matches!(stringify!($owned).as_bytes(), b"owned"),
            family: Family::$family,
            holds_data: matches!(stringify!($data).as_bytes(), b"data"),
        },)*];
    };
}

kinds! {
    /// PostgreSQL's namespace.
    Namespace "schema" free_ Alone none_;
    Extension "extension" free_ Alone none_;
    Language "language" free_ Alone none_;
    Collation "collation" free_ Alone none_;
    Enum "enum type" free_ Type none_;
    Domain "domain" free_ Type none_;
    Composite "composite type" free_ Type none_;
    Range "range type" free_ Type none_;
    /// A type with C functions, or a shell type.
    BaseType "base type" free_ Type none_;
    Sequence "sequence" free_ Relation data;
    Table "table" free_ Relation data;
    ForeignTable "foreign table" free_ Relation none_;
    /// SQLite's CREATE VIRTUAL TABLE.
    VirtualTable "virtual table" free_ Relation data;
    /// A column of a table, foreign table, or a field of a composite type.
    Column "column" owned Alone data;
    /// A piece of a MySQL table, while a schema is read; canonical schemas hold the list as a fact of the table.
    Partition "partition" owned Alone data;
    PrimaryKey "primary key" owned Constraint none_;
    Unique "unique constraint" owned Constraint none_;
    Check "check" owned Constraint none_;
    Exclusion "exclusion constraint" owned Constraint none_;
    /// An index of its own. In MySQL also the unique and primary keys are indexes; they stay constraints here.
    Index "index" owned Alone none_;
    ForeignKey "foreign key" owned Constraint none_;
    View "view" free_ Relation none_;
    MaterializedView "materialized view" free_ Relation none_;
    Function "function" free_ Routine none_;
    Procedure "procedure" free_ Routine none_;
    Aggregate "aggregate" free_ Routine none_;
    Trigger "trigger" owned Alone none_;
    Rule "rule" owned Alone none_;
    Policy "policy" owned Alone none_;
    Statistics "statistics object" free_ Alone none_;
    Cast "cast" free_ Alone none_;
    Operator "operator" free_ Alone none_;
    OperatorClass "operator class" free_ Alone none_;
    OperatorFamily "operator family" free_ Alone none_;
    Conversion "conversion" free_ Alone none_;
    Transform "transform" free_ Alone none_;
    AccessMethod "access method" free_ Alone none_;
    TextSearchParser "text search parser" free_ Alone none_;
    TextSearchTemplate "text search template" free_ Alone none_;
    TextSearchDictionary "text search dictionary" free_ Alone none_;
    TextSearchConfiguration "text search configuration" free_ Alone none_;
    ForeignDataWrapper "foreign-data wrapper" free_ Alone none_;
    Server "foreign server" free_ Alone none_;
    /// Key: owner empty, name `role on server`.
    UserMapping "user mapping" free_ Alone none_;
    EventTrigger "event trigger" free_ Alone none_;
    Publication "publication" free_ Alone none_;
    Subscription "subscription" free_ Alone none_;
    /// MySQL's scheduled event.
    Event "event" free_ Alone none_;
    /// Key: owner is the granted object as `noun name` (`Key::owner`), name is the grantee.
    Privilege "privileges" free_ Alone none_;
    /// Key: owner is `role in schema`, name is `kind to grantee`.
    DefaultPrivilege "default privileges" free_ Alone none_;
    /// Settings of the database itself (MySQL's default character set).
    Database "database" free_ Alone none_;
}

impl Kind {
    pub fn spec(self) -> &'static KindSpec {
        &KINDS[self as usize]
    }

    /// Kinds that hold columns: what `Key::owner` of a part may name.
    pub fn is_relation(self) -> bool {
        self.spec().family == Family::Relation
    }

    /// Kinds on which owned parts stand: relations, domains with their checks, composite types with their fields.
    pub fn has_parts(self) -> bool {
        self.is_relation() || matches!(self, Kind::Domain | Kind::Composite)
    }

    pub fn is_constraint(self) -> bool {
        self.spec().family == Family::Constraint
    }
}
