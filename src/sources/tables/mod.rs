//! Tabular dumps: psql's `\d`, SHOW COLUMNS, information_schema listings.
