//! The facts that an object can have, one row each.

/// What is fixed about a fact.
pub struct AttrSpec {
    pub attr: Attr,
    /// The words for messages and reports.
    pub label: &'static str,
}

macro_rules! attrs {
    ($($(#[$doc:meta])* $attr:ident $label:literal;)*) => {
        /// The name of a fact. Which [`super::Value`] it holds is said beside it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Attr { $($(#[$doc])* $attr,)* }

        /// Every fact, in the order of [`Attr`].
        pub const ATTRS: &[AttrSpec] = &[$(AttrSpec { attr: Attr::$attr, label: $label },)*];
    };
}

attrs! {
    // ---- columns, domains, sequences, composite fields
    /// Sql: a column's, domain's or sequence's data type; a routine's result.
    Type "type";
    /// Text: collation name as the dialect prints it.
    Collation "collation";
    /// Text: MySQL character set, or [`OF_DATABASE`].
    Charset "character set";
    /// Flag.
    NotNull "not null";
    /// Text: the name of the NOT NULL constraint, where the dialect keeps one and it is not the implied one.
    NotNullName "not-null constraint's name";
    /// Sql: an expression.
    Default "default";
    /// Sql: the expression of a generated column.
    Generated "generation expression";
    /// Text: `stored` or `virtual`.
    GeneratedAs "kind of generated column";
    /// Text: `always` or `by default`; its sequence is a Sequence object with `IdentityOf`.
    Identity "identity";
    /// Flag: MySQL's and SQLite's AUTO_INCREMENT.
    AutoIncrement "auto-increment";
    /// Sql: MySQL's ON UPDATE expression of a column.
    OnUpdateValue "on-update value";
    /// Flag: MySQL's INVISIBLE column, MariaDB's too.
    Invisible "invisible";
    /// Text: PostgreSQL column storage.
    Storage "storage";
    /// Text: PostgreSQL column compression.
    Compression "compression";
    /// Text: SET STATISTICS target of a column, index column or statistics object.
    StatisticsTarget "statistics target";
    /// Flag: the column or check is inherited and not declared here.
    Inherited "inherited";
    /// Text: place of the column among its siblings where the dialect can move columns (the name before it, or `first`).
    Position "position";
    /// Text: SQLite ON CONFLICT of NOT NULL.
    OnConflict "on-conflict clause";
    // ---- tables
    /// Text: `unlogged` or `temporary`.
    Persistence "persistence";
    /// Names-like Labels: parents of INHERITS, as `namespace.name`.
    Inherits "inherits";
    /// Sql: `RANGE (a, b)`.
    PartitionBy "partition key";
    /// Key: the parent of a partition, or the parent index of a partition's index.
    PartitionOf "partition of";
    /// Sql: `FOR VALUES …` or `DEFAULT`.
    PartitionBound "partition bound";
    /// Sql: the whole list of partitions in MySQL.
    Partitions "partitions";
    /// Options: storage parameters, view options, MySQL table options.
    Options "options";
    /// Text.
    Tablespace "tablespace";
    /// Text.
    AccessMethod "access method";
    /// Text: `nothing`, `full`, or `index NAME`.
    ReplicaIdentity "replica identity";
    /// Text: the index named by CLUSTER ON.
    ClusterOn "clustered on";
    /// Flag.
    RowSecurity "row-level security";
    /// Flag.
    ForceRowSecurity "forced row-level security";
    /// Text: OF type.
    OfType "of type";
    /// Flag: SQLite.
    WithoutRowid "without rowid";
    /// Flag: SQLite.
    Strict "strict";
    /// Text: the engine of a MySQL table, the module of a virtual one.
    Engine "engine";
    /// Flag: MariaDB system versioning.
    SystemVersioned "system versioned";
    // ---- constraints and indexes
    /// Names: columns of a key or foreign key; of a trigger's UPDATE OF.
    Columns "columns";
    /// Parts: elements of an index or an exclusion constraint, or of a key with directions or prefixes.
    Parts "elements";
    /// Names: INCLUDE columns.
    Include "included columns";
    /// Flag: of an index.
    Unique "unique";
    /// Flag.
    NullsNotDistinct "nulls not distinct";
    /// Flag: PostgreSQL 18's WITHOUT OVERLAPS / PERIOD on the last column.
    Period "period";
    /// Text: btree, hash, gin … ; MySQL's fulltext and spatial.
    Method "method";
    /// Sql: predicate of a partial index or exclusion constraint.
    Where "predicate";
    /// Key: the referenced table.
    References "references";
    /// Names.
    ReferencedColumns "referenced columns";
    /// Text: `cascade`, `set null` …, with PostgreSQL's column list.
    OnDelete "on delete";
    /// Text.
    OnUpdate "on update";
    /// Text: `full`, `partial`.
    Match "match";
    /// Text: `deferrable`, `initially deferred`.
    Deferrable "deferrable";
    /// Flag: NOT VALID.
    NotValid "not validated";
    /// Flag: NOT ENFORCED.
    NotEnforced "not enforced";
    /// Flag: NO INHERIT.
    NoInherit "no inherit";
    /// Text: the comment of the index that stands behind a constraint; the constraint has its own.
    IndexComment "index comment";
    /// Sql: a check's expression.
    Expression "expression";
    /// Flag: index is invalid or ONLY on the parent.
    Only "only";
    /// Text: MySQL's parser of a fulltext index.
    Parser "parser";
    /// Flag: the object was not named by its author; the name is the dialect's.
    ImpliedName "implied name";
    /// Flag: the server made the index for a foreign key, and takes it away when another one serves. Never compared: no dump tells it.
    OfForeignKey "made for a foreign key";
    // ---- sequences
    /// Text: START, INCREMENT, MINVALUE, MAXVALUE, CACHE; absent where the dialect's default.
    Start "start";
    Increment "increment";
    MinValue "minimum";
    MaxValue "maximum";
    Cache "cache";
    /// Flag.
    Cycle "cycle";
    /// Key: the column that owns the sequence.
    OwnedBy "owned by";
    /// Key: the identity column whose sequence it is.
    IdentityOf "identity of";
    // ---- types
    /// Labels: of an enum.
    Labels "labels";
    // ---- views, routines, triggers, rare kinds
    /// Sql: a view's SELECT.
    Query "query";
    /// Names: column aliases of a view.
    ColumnNames "column names";
    /// Text: `local`, `cascaded`.
    CheckOption "check option";
    /// Flag: WITH NO DATA.
    NoData "no data";
    /// Flag: RECURSIVE.
    Recursive "recursive";
    /// Sql: a routine's parameter list as written, canonical in `canon`.
    Parameters "parameters";
    /// Text.
    LanguageName "language";
    /// Sql: a routine's or trigger's body.
    Body "body";
    /// Text: IMMUTABLE, STABLE; absent for VOLATILE.
    Volatility "volatility";
    /// Flag.
    StrictCall "strict";
    /// Flag: MySQL too (Text there: `invoker`).
    SecurityDefiner "security";
    /// Flag.
    Leakproof "leakproof";
    /// Text.
    Parallel "parallel";
    /// Text.
    Cost "cost";
    /// Text.
    Rows "rows";
    /// Flag: WINDOW.
    Window "window";
    /// Text: support function.
    Support "support function";
    /// Options: SET configuration parameters.
    Settings "settings";
    /// Text: `definer` of MySQL.
    Definer "definer";
    /// Text: BEFORE, AFTER, INSTEAD OF.
    Timing "timing";
    /// Labels: INSERT, UPDATE, DELETE, TRUNCATE.
    Events "events";
    /// Text: `row` or `statement`.
    Level "level";
    /// Sql: WHEN of a trigger.
    When "condition";
    /// Sql: REFERENCING clause.
    Referencing "transition tables";
    /// Sql: the call of a trigger: `ns.f('x')`.
    Call "function call";
    /// Flag: CONSTRAINT TRIGGER.
    ConstraintTrigger "constraint trigger";
    /// Text: `disabled`, `replica`, `always`; absent when enabled as usual.
    Enabled "enabled state";
    /// Text: the sql_mode under which a MySQL routine, trigger or event was made.
    SqlMode "sql mode";
    /// Text: RESTRICTIVE; absent when permissive.
    Restrictive "restrictive";
    /// Text: ALL, SELECT …
    Command "command";
    /// Labels: roles of a policy.
    Roles "roles";
    /// Sql: USING.
    Using "using";
    /// Sql: WITH CHECK.
    WithCheck "with check";
    /// Text: version of an extension.
    Version "version";
    /// Text: schema of an extension.
    InSchema "in schema";
    /// Text: MySQL event schedule.
    Schedule "schedule";
    /// Sql: everything after the name, for kinds that are compared as whole statements.
    Definition "definition";
    // ---- on everything
    /// Text.
    Owner "owner";
    /// Options: privilege to grant option (`` or `grant`).
    Grants "privileges";
    /// Text.
    Comment "comment";
    /// Text: the search path under which the object's texts were written, where it is not the default one.
    /// Never compared: it is about the text, not about the object.
    SearchPath "search path";
    /// Text: the name as its author wrote it, where the dialect holds names equal without regard to case and the key holds
    /// it folded, or where the key of a constraint is made from its content. Never compared.
    Spelling "spelling";
    /// Text: an expression for the rows that are there, in a column that becomes required and has no default of its own.
    /// Never compared: it is about the rows.
    Fill "value for the rows that are there";
    /// Labels: roles of which one may have made the object, so that it may have got their default privileges. Never compared.
    Makers "may be made by";
    /// Text: what its author chose freely, where the server keeps it: the order of a table's options, an index's whole text.
    /// Options: a publication's members as written. Never compared.
    Layout "layout";
}

impl Attr {
    pub fn spec(self) -> &'static AttrSpec {
        &ATTRS[self as usize]
    }

    /// Whether it is about the text and not about the object, so that it is never compared.
    pub fn is_silent(self) -> bool {
        matches!(
            self,
            Attr::SearchPath | Attr::ImpliedName | Attr::OfForeignKey | Attr::Spelling | Attr::Layout | Attr::Fill | Attr::Makers
        )
    }
}

/// What a column loses with its old type, also where the new one is stored alike (PostgreSQL 15 and 18, measured).
pub const RESET_WITH_TYPE: &[Attr] = &[Attr::Storage, Attr::Compression];

/// The character set, and the collation, of what took its from a database that nothing is said of.
pub const OF_DATABASE: &str = "_database";
