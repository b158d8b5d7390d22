CREATE TABLE depot (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE lorry (id INTEGER PRIMARY KEY, depot_id INTEGER REFERENCES depot (id), label TEXT, note TEXT, axles INTEGER);
CREATE TABLE other (id INTEGER PRIMARY KEY, a INTEGER);
CREATE INDEX lorry_label ON lorry (label);
CREATE TRIGGER lorry_touch AFTER INSERT ON lorry BEGIN SELECT 1; END;
CREATE VIEW labels AS SELECT id, label FROM lorry;
INSERT INTO depot VALUES (1, 'one'), (2, 'two');
INSERT INTO lorry VALUES (1, 1, 'l', 'n', 2), (2, 1, 'm', 'n', 3);
INSERT INTO other VALUES (1, 1), (2, 2);

-- statements

ALTER TABLE lorry ADD COLUMN colour TEXT
-- shows lock: ALTER TABLE that leaves the rows alone

ALTER TABLE lorry ADD COLUMN wheels INTEGER CHECK (wheels > 0)

ALTER TABLE lorry ADD COLUMN wheels INTEGER DEFAULT 0 CHECK (wheels > 0)
-- fails
-- shows may-fail: ADD COLUMN with a check
-- shows scan: ADD COLUMN with a check

ALTER TABLE lorry ADD COLUMN twice INTEGER GENERATED ALWAYS AS (axles * 2) VIRTUAL NOT NULL
-- fails after: UPDATE lorry SET axles = NULL
-- shows may-fail: ADD COLUMN … GENERATED … NOT NULL
-- shows scan: ADD COLUMN … GENERATED … NOT NULL

ALTER TABLE lorry DROP COLUMN note
-- then fails: SELECT note FROM lorry
-- shows drop: DROP COLUMN
-- shows rewrite: DROP COLUMN

ALTER TABLE lorry RENAME TO truck
-- then fails: SELECT 1 FROM lorry
-- shows rename: RENAME of a table

ALTER TABLE lorry RENAME COLUMN note TO remark
-- then fails: SELECT note FROM lorry
-- shows rename: RENAME of a column

CREATE INDEX lorry_axles ON lorry (axles)
-- shows index-build: CREATE INDEX
-- shows blocks-writes: every statement that reads or writes the rows: there is one writer

CREATE UNIQUE INDEX lorry_axles ON lorry (axles)
-- fails after: UPDATE lorry SET axles = 2
-- shows may-fail: CREATE UNIQUE INDEX

DROP INDEX lorry_label

DROP TABLE other
-- then fails: SELECT 1 FROM other
-- shows drop: DROP TABLE
-- shows lock: DROP TABLE

CREATE TRIGGER lorry_more AFTER UPDATE ON lorry BEGIN SELECT 1; END
-- shows lock: CREATE TRIGGER: nobody else writes to the file until the transaction ends

DROP TRIGGER lorry_touch

UPDATE other SET a = 4
-- keeps waiting: UPDATE other SET a = 5 WHERE id = 1
-- shows backfill: UPDATE of a whole table

DELETE FROM other
-- then fails: INSERT INTO depot SELECT id + 10, NULL FROM depot WHERE NOT EXISTS (SELECT 1 FROM other)
-- keeps waiting: UPDATE depot SET name = 'x'
-- shows drop: DELETE
-- shows backfill: DELETE

INSERT INTO other SELECT id + 10, 1 FROM depot
-- keeps waiting: UPDATE depot SET name = 'x'
-- shows backfill: INSERT … SELECT

CREATE INDEX lorry_note ON lorry (json_extract(note, '$.size'))
-- fails
-- shows may-fail: an index over an expression that not every value has

ALTER TABLE lorry ALTER COLUMN axles SET NOT NULL
-- fails after: UPDATE lorry SET axles = NULL
-- shows may-fail: ALTER COLUMN … SET NOT NULL of a patch
-- shows scan: ALTER COLUMN … SET NOT NULL of a patch

ALTER TABLE lorry ADD CONSTRAINT lorry_axles CHECK (axles > 0)
-- fails after: UPDATE lorry SET axles = -1

ALTER TABLE lorry ALTER COLUMN axles DROP NOT NULL
