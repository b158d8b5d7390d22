//! The tables in which migration tools note what has run: a schema seldom speaks of them, and none of them should go by accident.

use crate::base::{Code, Diagnostic};
use crate::ir::{Canonical, Kind, Op, Schema};

/// Each tool's table under the name that it has unless somebody sets another: from the tools' own documentation.
const LOGS: &[(&str, &str)] = &[
    ("__diesel_schema_migrations", "Diesel"),
    ("__efmigrationshistory", "Entity Framework"),
    ("_prisma_migrations", "Prisma"),
    ("_sqlx_migrations", "sqlx"),
    ("_yoyo_migration", "yoyo"),
    ("alembic_version", "Alembic"),
    ("ar_internal_metadata", "Rails"),
    ("atlas_schema_revisions", "Atlas"),
    ("databasechangelog", "Liquibase"),
    ("databasechangeloglock", "Liquibase"),
    ("django_migrations", "Django"),
    ("doctrine_migration_versions", "Doctrine"),
    ("flyway_schema_history", "Flyway"),
    ("goose_db_version", "goose"),
    ("gorp_migrations", "sql-migrate"),
    ("knex_migrations", "Knex"),
    ("knex_migrations_lock", "Knex"),
    ("phinxlog", "Phinx"),
    ("pgmigrations", "node-pg-migrate"),
    ("schema_migrations", "Rails, golang-migrate or dbmate"),
    ("schemaversion", "Postgrator"),
    ("sequelizemeta", "Sequelize"),
];

/// Says of each such table that goes what it is.
pub fn dropped(ops: &[Op], live: &Schema<Canonical>) -> Vec<Diagnostic> {
    let tables = ops.iter().filter_map(|op| match op {
        Op::Drop { key, .. } if key.kind == Kind::Table => Some(*key),
        _ => None,
    });
    let known = tables.filter_map(|key| Some((key, LOGS.iter().find(|(name, _)| key.name.as_str().eq_ignore_ascii_case(name))?)));
    let told = known.map(|(key, (_, tool))| {
        let message = format!("{key} goes: {tool} notes there which migrations have run, and would run all of them again");
        let span = live.get(key).and_then(|table| table.span);
        Diagnostic::new(Code::MigrationLog, span, message).help(format!("to leave it alone, say --ignore {}", key.name))
    });
    told.collect()
}
