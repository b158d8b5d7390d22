CREATE TABLE depot (id bigint NOT NULL PRIMARY KEY, name varchar(20) NOT NULL) CHARACTER SET utf8mb4;
CREATE TABLE lorry (
    id bigint NOT NULL,
    depot_id bigint,
    label varchar(20),
    latin varchar(20) CHARACTER SET latin1,
    code varchar(10) NOT NULL,
    note text,
    initials char(3),
    axles int,
    wheels int unsigned,
    weight decimal(8,2),
    ratio float,
    seen datetime,
    state enum('new', 'old'),
    flags set('a', 'b'),
    sure int NOT NULL DEFAULT 4,
    place point NOT NULL,
    doubled bigint GENERATED ALWAYS AS (id * 2) STORED,
    halved bigint GENERATED ALWAYS AS (id / 2) VIRTUAL,
    PRIMARY KEY (id),
    UNIQUE KEY lorry_code (code),
    KEY lorry_label (label),
    KEY lorry_depot (depot_id),
    KEY lorry_axles (axles, wheels),
    CONSTRAINT lorry_heavy CHECK (weight > 0),
    CONSTRAINT lorry_depot_fk FOREIGN KEY (depot_id) REFERENCES depot (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE TABLE plain (a bigint NOT NULL, b int, c int) ENGINE=InnoDB;
CREATE TABLE counted (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, b int) ENGINE=InnoDB;
CREATE TABLE parted (id int NOT NULL PRIMARY KEY, b int) ENGINE=InnoDB PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (100), PARTITION p2 VALUES LESS THAN (200));
CREATE TABLE parted_not (id int NOT NULL PRIMARY KEY, b int);
CREATE TABLE computed (id int NOT NULL PRIMARY KEY, b int GENERATED ALWAYS AS (id + 1) VIRTUAL);
CREATE TABLE stored (id int NOT NULL PRIMARY KEY, b int GENERATED ALWAYS AS (id + 1) STORED);
CREATE TABLE words (id int NOT NULL PRIMARY KEY, b int, t text, FULLTEXT KEY words_t (t)) ENGINE=InnoDB;
CREATE TABLE tight (id int NOT NULL PRIMARY KEY, b int, t varchar(10)) ENGINE=InnoDB ROW_FORMAT=COMPRESSED;
CREATE TABLE loose (id int NOT NULL PRIMARY KEY, b int, t varchar(10)) ENGINE=InnoDB ROW_FORMAT=REDUNDANT;
CREATE TABLE worded (id int NOT NULL PRIMARY KEY, brief varchar(31), short varchar(50), named varchar(50) NOT NULL, latin varchar(127) CHARACTER SET latin1, wide varchar(128) CHARACTER SET latin1) ENGINE=InnoDB CHARACTER SET utf8mb4;
CREATE TABLE keyless (a int NOT NULL, b int NOT NULL, c int, UNIQUE KEY keyless_a (a), UNIQUE KEY keyless_b (b), UNIQUE KEY keyless_c (c)) ENGINE=InnoDB;
CREATE TABLE keyless_one (a int NOT NULL, b int, UNIQUE KEY keyless_one_a (a), KEY keyless_one_b (b)) ENGINE=InnoDB;
CREATE SEQUENCE ticket;
CREATE TABLE kept (id int PRIMARY KEY) WITH SYSTEM VERSIONING;
CREATE TABLE referring (id int PRIMARY KEY, depot_id bigint, FOREIGN KEY (depot_id) REFERENCES depot (id));
CREATE VIEW heavy AS SELECT id, weight FROM lorry WHERE weight > 10;
CREATE TABLE keyed_twice (id int NOT NULL PRIMARY KEY, a int NOT NULL, b int, UNIQUE KEY keyed_twice_a (a)) ENGINE=InnoDB;
INSERT INTO depot VALUES (1, 'one'), (2, 'two');
INSERT INTO lorry (id, depot_id, label, code, weight, place, axles, note) VALUES (1, 1, 'l', 'c1', 10.25, POINT(1, 1), 2, 'n'), (2, 1, 'l', 'c2', 20, POINT(2, 2), 3, 'n');
INSERT INTO plain VALUES (1, 1, 1), (2, 2, 2);
INSERT INTO keyless VALUES (1, 1, 1), (2, 2, 2);
INSERT INTO keyless_one VALUES (1, 1), (2, 2);
INSERT INTO words VALUES (1, 1, 't');
INSERT INTO tight VALUES (1, 1, 't');
INSERT INTO loose VALUES (1, 1, 't');
INSERT INTO parted_not VALUES (1, 1);
INSERT INTO computed (id) VALUES (1);
INSERT INTO stored (id) VALUES (1);
INSERT INTO parted VALUES (1, 1), (150, 2);
CREATE TABLE parted_computed (id int NOT NULL PRIMARY KEY, b int GENERATED ALWAYS AS (id + 1) VIRTUAL) ENGINE=InnoDB PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (100));
CREATE TABLE hashed (id int NOT NULL PRIMARY KEY, b int) ENGINE=InnoDB PARTITION BY HASH (id) PARTITIONS 4;
CREATE TABLE flagged (id int NOT NULL PRIMARY KEY, eight set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), nine set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'), one set('a')) ENGINE=InnoDB;
CREATE TABLE loose_words (id int NOT NULL PRIMARY KEY, b int NOT NULL, t varchar(200) CHARACTER SET latin1) ENGINE=InnoDB ROW_FORMAT=REDUNDANT;
INSERT INTO parted_computed (id) VALUES (1);
INSERT INTO hashed VALUES (1, 1), (2, 2);
INSERT INTO flagged VALUES (1, 'a', 'i', 'a');
INSERT INTO loose_words VALUES (1, 1, 't');
CREATE TABLE narrow (id int NOT NULL PRIMARY KEY, n varchar(50) NOT NULL, m varchar(80), k varchar(20), tx text, e enum('a', 'b'), j char(5), KEY narrow_k (k)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
CREATE TABLE narrow_plain (id int NOT NULL PRIMARY KEY, n varchar(50)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
CREATE TABLE narrow_keyed (id int NOT NULL PRIMARY KEY, n varchar(50), KEY narrow_n (n)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
CREATE TABLE narrow_text (id int NOT NULL PRIMARY KEY, n text) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
INSERT INTO narrow VALUES (1, 'n', 'm', 'k', 't', 'a', 'j');
INSERT INTO narrow_plain VALUES (1, 'n');
INSERT INTO narrow_keyed VALUES (1, 'n');
INSERT INTO narrow_text VALUES (1, 'n');

CREATE TABLE checked (id int NOT NULL PRIMARY KEY, b int, j json, t longtext, seen timestamp NULL, made datetime, kept timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP) ENGINE=InnoDB CHARACTER SET utf8mb4;
INSERT INTO checked VALUES (1, 1, '{}', '{}', '2024-01-01', '2024-01-01', '2024-01-01');
CREATE TABLE mixed (id int NOT NULL PRIMARY KEY, a int, b int NOT NULL, c varchar(20), d varchar(20) NOT NULL, e decimal(8,2), f datetime, g text, h tinyint(1) NOT NULL DEFAULT 0, twice int GENERATED ALWAYS AS (a * 2) VIRTUAL, half int GENERATED ALWAYS AS (a / 2) VIRTUAL, sum int GENERATED ALWAYS AS (a + b) STORED, KEY mixed_twice (twice), UNIQUE KEY mixed_half (half), KEY mixed_ab (a, b), KEY mixed_c (c), UNIQUE KEY mixed_d (d), CONSTRAINT mixed_b CHECK (b >= 0)) ENGINE=InnoDB CHARACTER SET utf8mb4;
INSERT INTO mixed (id, a, b, c, d) VALUES (1, 2, 3, 'c', 'd');
CREATE TABLE ferry (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, port int NOT NULL, name varchar(40), size enum('small', 'big') NOT NULL DEFAULT 'small', tick tinyint(1) NOT NULL DEFAULT 0, fare decimal(8,2), at datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, seen timestamp NULL, big bigint, some int(6) zerofill, year year, bin varbinary(20), fix binary(8), doc longtext, body mediumblob, hidden int INVISIBLE, place point NOT NULL, addr inet6, tok uuid, double_port int GENERATED ALWAYS AS (port * 2) VIRTUAL, kept_port int GENERATED ALWAYS AS (port * 3) STORED, KEY ferry_port (port), KEY ferry_name (name(10)), SPATIAL KEY ferry_place (place), FULLTEXT KEY ferry_doc (doc), CONSTRAINT ferry_fare CHECK (fare > 0)) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE TABLE ferry_plain (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, port int NOT NULL, name varchar(40), size enum('small', 'big') NOT NULL DEFAULT 'small', tick tinyint(1) NOT NULL DEFAULT 0, some int(6), bin varbinary(20), fix binary(8), doc text, small smallint, at datetime, year year, tok uuid, double_port int GENERATED ALWAYS AS (port * 2) VIRTUAL, KEY ferry_plain_name (name), CONSTRAINT ferry_plain_far CHECK (port > 0)) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE TABLE ferry_isam (id int NOT NULL PRIMARY KEY, n int) ENGINE=MyISAM;
INSERT INTO ferry (port, name, fare, place) VALUES (1, 'a', 1, POINT(1, 1)), (2, 'b', 2, POINT(1, 2));
INSERT INTO ferry_plain (port, name) VALUES (1, 'a'), (2, 'b');
INSERT INTO ferry_isam VALUES (1, 1);
-- statements

ALTER TABLE lorry ADD COLUMN colour varchar(10)
-- commits
-- waits behind: SELECT * FROM lorry
-- shows not-transactional: every statement that changes the schema commits, before and after itself
-- shows lock: every ALTER TABLE takes the metadata lock alone at its end

ALTER TABLE lorry ADD COLUMN colour varchar(10) NOT NULL DEFAULT 'red'

ALTER TABLE lorry ADD COLUMN colour varchar(10) AFTER label

ALTER TABLE lorry ADD COLUMN colour text FIRST

ALTER TABLE lorry ADD COLUMN made datetime DEFAULT current_timestamp()

ALTER TABLE lorry ADD COLUMN token varchar(36) DEFAULT (uuid())

ALTER TABLE lorry ADD COLUMN more int GENERATED ALWAYS AS (axles + 1) VIRTUAL

ALTER TABLE lorry ADD COLUMN more int GENERATED ALWAYS AS (axles + 1) STORED

ALTER TABLE lorry ADD COLUMN more int UNIQUE

ALTER TABLE lorry ADD COLUMN more int CHECK (more > 0)

ALTER TABLE lorry ADD COLUMN other_depot bigint, ADD CONSTRAINT other_fk FOREIGN KEY (other_depot) REFERENCES depot (id)

ALTER TABLE plain ADD COLUMN id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY
-- shows rewrite: ADD COLUMN … AUTO_INCREMENT

ALTER TABLE plain ADD COLUMN id int NOT NULL AUTO_INCREMENT UNIQUE
-- then fails: INSERT INTO plain (a, id) VALUES (9, 2147483648)
-- shows overflow: a new AUTO_INCREMENT column of a type smaller than bigint

ALTER TABLE lorry DROP COLUMN note
-- then fails: SELECT note FROM lorry
-- shows drop: DROP COLUMN

ALTER TABLE lorry DROP COLUMN label

ALTER TABLE lorry DROP COLUMN doubled

ALTER TABLE lorry DROP COLUMN halved

ALTER TABLE lorry RENAME COLUMN note TO remark
-- then fails: SELECT note FROM lorry
-- shows rename: RENAME of a column

ALTER TABLE lorry CHANGE COLUMN note remark text

ALTER TABLE lorry MODIFY COLUMN note text COMMENT 'said'

ALTER TABLE lorry MODIFY COLUMN note text AFTER id

ALTER TABLE lorry MODIFY COLUMN sure int NOT NULL DEFAULT 5

ALTER TABLE lorry MODIFY COLUMN sure int NOT NULL

ALTER TABLE lorry ALTER COLUMN sure SET DEFAULT 6

ALTER TABLE lorry ALTER COLUMN sure DROP DEFAULT

ALTER TABLE lorry MODIFY COLUMN sure int DEFAULT 4

ALTER TABLE lorry MODIFY COLUMN ratio float NOT NULL
-- fails
-- shows may-fail: NOT NULL

ALTER TABLE lorry MODIFY COLUMN axles int NOT NULL

ALTER TABLE lorry MODIFY COLUMN label varchar(40)

ALTER TABLE lorry MODIFY COLUMN label varchar(300)

ALTER TABLE worded MODIFY COLUMN brief varchar(255)

ALTER TABLE worded MODIFY COLUMN short varchar(63)

ALTER TABLE worded MODIFY COLUMN short varchar(64)

ALTER TABLE worded MODIFY COLUMN named varchar(255)

ALTER TABLE worded MODIFY COLUMN named varchar(60)

ALTER TABLE worded MODIFY COLUMN latin varchar(300) CHARACTER SET latin1

ALTER TABLE worded MODIFY COLUMN wide varchar(300) CHARACTER SET latin1

ALTER TABLE lorry MODIFY COLUMN label varchar(10)
-- fails after: UPDATE lorry SET label = 'longer than ten'
-- shows may-fail: a narrower type

ALTER TABLE lorry MODIFY COLUMN latin varchar(40) CHARACTER SET latin1

ALTER TABLE lorry MODIFY COLUMN latin varchar(300) CHARACTER SET latin1

ALTER TABLE lorry MODIFY COLUMN latin varchar(20) CHARACTER SET utf8mb4
-- shows copy: another character set

ALTER TABLE lorry MODIFY COLUMN initials char(5)

ALTER TABLE lorry MODIFY COLUMN initials varchar(3)

ALTER TABLE lorry MODIFY COLUMN label text

ALTER TABLE lorry MODIFY COLUMN note longtext

ALTER TABLE lorry MODIFY COLUMN note varchar(100)

ALTER TABLE lorry MODIFY COLUMN axles bigint
-- shows copy: a change of a column's type
-- shows blocks-writes: ALGORITHM=COPY

ALTER TABLE lorry MODIFY COLUMN axles int unsigned

ALTER TABLE lorry MODIFY COLUMN weight decimal(10,2)

ALTER TABLE lorry MODIFY COLUMN weight decimal(10,4)

ALTER TABLE lorry MODIFY COLUMN ratio double

ALTER TABLE lorry MODIFY COLUMN seen datetime(3)

ALTER TABLE lorry MODIFY COLUMN seen timestamp NULL

ALTER TABLE lorry MODIFY COLUMN state enum('new', 'old', 'lost')

ALTER TABLE lorry MODIFY COLUMN state enum('old', 'new')

ALTER TABLE lorry MODIFY COLUMN flags set('a', 'b', 'c')

ALTER TABLE lorry MODIFY COLUMN label varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin

ALTER TABLE lorry MODIFY COLUMN note text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin

ALTER TABLE lorry MODIFY COLUMN state enum('new', 'old') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin

ALTER TABLE lorry MODIFY COLUMN flags set('a', 'b') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin

ALTER TABLE lorry MODIFY COLUMN halved bigint GENERATED ALWAYS AS (id / 4) VIRTUAL

ALTER TABLE lorry MODIFY COLUMN doubled bigint GENERATED ALWAYS AS (id * 4) STORED
-- shows copy: a change of a generated expression

ALTER TABLE lorry MODIFY COLUMN axles int INVISIBLE

ALTER TABLE lorry MODIFY COLUMN seen datetime DEFAULT current_timestamp() ON UPDATE current_timestamp()

ALTER TABLE counted MODIFY COLUMN id bigint NOT NULL AUTO_INCREMENT

ALTER TABLE counted MODIFY COLUMN id int NOT NULL

ALTER TABLE lorry ADD INDEX lorry_weight (weight)

CREATE INDEX lorry_weight ON lorry (weight)

CREATE UNIQUE INDEX lorry_weight ON lorry (weight)

ALTER TABLE lorry ADD UNIQUE KEY lorry_axles_label (axles)
-- fails after: UPDATE lorry SET axles = 1
-- shows may-fail: ADD UNIQUE

ALTER TABLE plain ADD PRIMARY KEY (a)
-- fails after: UPDATE plain SET a = 1
-- shows may-fail: ADD PRIMARY KEY
-- shows rewrite: ADD PRIMARY KEY

ALTER TABLE lorry DROP PRIMARY KEY

ALTER TABLE parted_not DROP PRIMARY KEY
-- shows copy: DROP PRIMARY KEY

ALTER TABLE plain ADD COLUMN d int FIRST

ALTER TABLE computed ADD COLUMN d int FIRST

ALTER TABLE stored ADD COLUMN d int FIRST

ALTER TABLE plain MODIFY COLUMN b int NOT NULL
-- shows rewrite: NULL to NOT NULL

ALTER TABLE plain MODIFY COLUMN a bigint

DROP TABLE plain
-- then fails: SELECT 1 FROM plain
-- shows drop: DROP TABLE

RENAME TABLE plain TO simple
-- waits behind: SELECT * FROM plain
-- then fails: SELECT 1 FROM plain
-- shows lock: RENAME and DROP at once: behind an open transaction all wait
-- shows rename: RENAME of a table

TRUNCATE TABLE plain
-- then fails: CREATE TABLE gone AS SELECT 1 / COUNT(*) AS n FROM plain
-- shows drop: TRUNCATE

UPDATE plain SET b = 4
-- keeps waiting: UPDATE plain SET b = 5 WHERE a = 1
-- shows backfill: UPDATE of a whole table

ALTER TABLE words ADD COLUMN c int

ALTER TABLE words ADD COLUMN c int FIRST

ALTER TABLE words DROP COLUMN b

ALTER TABLE words ADD INDEX by_b (b)

ALTER TABLE words MODIFY COLUMN b int NOT NULL

ALTER TABLE words MODIFY COLUMN b int DEFAULT 4

ALTER TABLE words RENAME COLUMN b TO c

ALTER TABLE words DROP PRIMARY KEY, ADD PRIMARY KEY (id, b)

ALTER TABLE tight ADD COLUMN c int

ALTER TABLE tight ADD COLUMN c int FIRST

ALTER TABLE tight DROP COLUMN b

ALTER TABLE tight ADD INDEX by_b (b)

ALTER TABLE tight MODIFY COLUMN b int NOT NULL

ALTER TABLE tight MODIFY COLUMN b int DEFAULT 4

ALTER TABLE tight RENAME COLUMN b TO c

ALTER TABLE tight DROP PRIMARY KEY, ADD PRIMARY KEY (id, b)

ALTER TABLE loose ADD COLUMN c int

ALTER TABLE loose ADD COLUMN c int FIRST

ALTER TABLE loose DROP COLUMN b

ALTER TABLE loose ADD INDEX by_b (b)

ALTER TABLE loose MODIFY COLUMN b int NOT NULL

ALTER TABLE loose MODIFY COLUMN b int DEFAULT 4

ALTER TABLE loose RENAME COLUMN b TO c

ALTER TABLE loose DROP PRIMARY KEY, ADD PRIMARY KEY (id, b)

ALTER TABLE tight MODIFY COLUMN t varchar(20)

ALTER TABLE loose MODIFY COLUMN t varchar(20)

ALTER TABLE words ADD FULLTEXT KEY more (t)
-- shows index-build: a second FULLTEXT index

ALTER TABLE words MODIFY COLUMN t longtext

ALTER TABLE lorry FORCE
-- shows rewrite: ALTER TABLE … FORCE

ALTER TABLE lorry DROP PRIMARY KEY, ADD PRIMARY KEY (id, code)

ALTER TABLE lorry ADD FULLTEXT INDEX lorry_words (note)

ALTER TABLE lorry ADD SPATIAL INDEX lorry_place (place)
-- shows index-build: a SPATIAL index: LOCK=SHARED at best
-- shows blocks-writes: LOCK=SHARED

ALTER TABLE lorry DROP INDEX lorry_label

ALTER TABLE lorry DROP INDEX lorry_axles, ADD INDEX lorry_axles (wheels)

ALTER TABLE lorry RENAME INDEX lorry_label TO lorry_by_label

ALTER TABLE lorry ALTER INDEX lorry_label IGNORED

ALTER TABLE lorry ADD CONSTRAINT lorry_axled CHECK (axles > 0)
-- fails after: UPDATE lorry SET axles = 0
-- shows may-fail: ADD CHECK
-- shows copy: ADD CHECK

ALTER TABLE lorry DROP CONSTRAINT lorry_heavy

ALTER TABLE lorry ADD CONSTRAINT lorry_depot_fk2 FOREIGN KEY (axles) REFERENCES counted (id)
-- fails

ALTER TABLE lorry ADD CONSTRAINT lorry_depot_fk2 FOREIGN KEY (id) REFERENCES depot (id)
-- fails after: UPDATE lorry SET id = 7 WHERE id = 1
-- shows may-fail: ADD FOREIGN KEY
-- shows copy: ADD FOREIGN KEY while foreign_key_checks is on
-- shows second-lock: ADD FOREIGN KEY

ALTER TABLE lorry DROP FOREIGN KEY lorry_depot_fk

ALTER TABLE lorry COMMENT='it drives'

ALTER TABLE lorry DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci

ALTER TABLE plain CONVERT TO CHARACTER SET latin1
-- fails after: ALTER TABLE plain ADD COLUMN t varchar(9) CHARACTER SET utf8mb4 DEFAULT '字'
-- shows may-fail: another character set

ALTER TABLE depot CONVERT TO CHARACTER SET latin1

ALTER TABLE lorry ROW_FORMAT=COMPRESSED
-- shows rewrite: a new row format

ALTER TABLE lorry AUTO_INCREMENT=50

ALTER TABLE plain ENGINE=InnoDB

ALTER TABLE plain ADD SYSTEM VERSIONING

ALTER TABLE plain PARTITION BY HASH (a) PARTITIONS 4
-- shows copy: new partitions

ALTER TABLE parted REMOVE PARTITIONING

ALTER TABLE parted ADD PARTITION (PARTITION p3 VALUES LESS THAN (300))

ALTER TABLE parted DROP PARTITION p1
-- then fails: CREATE TABLE gone AS SELECT 1 / COUNT(*) AS n FROM parted WHERE id = 1
-- shows drop: DROP PARTITION

ALTER TABLE parted ADD INDEX parted_b (b)

ALTER TABLE parted MODIFY COLUMN b bigint

ALTER TABLE parted ADD COLUMN c int

ALTER TABLE keyless DROP INDEX keyless_a

ALTER TABLE keyless DROP INDEX keyless_b

ALTER TABLE keyless DROP INDEX keyless_c

ALTER TABLE keyless DROP INDEX keyless_a, ADD INDEX more (a)

ALTER TABLE keyless DROP INDEX keyless_a, ADD UNIQUE INDEX more (a)

ALTER TABLE keyless ADD PRIMARY KEY (a)

ALTER TABLE keyless ADD UNIQUE INDEX more (a, b)

ALTER TABLE keyless_one DROP INDEX keyless_one_a

ALTER TABLE keyless_one DROP INDEX keyless_one_a, ADD INDEX more (a)

ALTER TABLE keyless_one DROP INDEX keyless_one_a, ADD UNIQUE INDEX more (a)

ALTER TABLE plain ADD UNIQUE INDEX plain_a (a)

ALTER TABLE plain ADD UNIQUE INDEX plain_b (b)

ALTER TABLE lorry DROP INDEX lorry_code

DELETE FROM plain
-- keeps waiting: UPDATE plain SET b = 5 WHERE a = 1
-- then fails: CREATE TABLE gone AS SELECT 1 / COUNT(*) AS n FROM plain
-- shows drop: DELETE
-- shows backfill: DELETE

INSERT INTO plain SELECT id, 1, 1 FROM depot
-- keeps waiting: SELECT * FROM depot WHERE id = 1 FOR UPDATE
-- shows backfill: INSERT … SELECT

DROP SEQUENCE ticket
-- then fails: SELECT NEXTVAL(ticket)
-- shows drop: DROP SEQUENCE

ALTER TABLE kept DROP SYSTEM VERSIONING
-- then fails: SELECT * FROM kept FOR SYSTEM_TIME ALL
-- shows drop: DROP SYSTEM VERSIONING

DROP TABLE referring
-- waits behind: SELECT * FROM referring
-- shows second-lock: DROP TABLE with foreign keys: the metadata of the tables at both ends

ALTER TABLE lorry MODIFY COLUMN weight decimal(8,1)
-- then fails: CREATE TABLE gone AS SELECT 1 / COUNT(*) AS n FROM lorry WHERE weight = 10.25
-- shows drop: a type with fewer digits or less precision

ALTER TABLE keyed_twice DROP COLUMN id

ALTER TABLE keyed_twice DROP COLUMN a

ALTER TABLE parted_not DROP COLUMN id

ALTER TABLE keyless DROP COLUMN a

ALTER TABLE keyless_one DROP COLUMN a

ALTER TABLE parted ADD COLUMN v int GENERATED ALWAYS AS (id + 1) VIRTUAL

ALTER TABLE parted_computed DROP COLUMN b

ALTER TABLE parted_computed RENAME COLUMN b TO c

ALTER TABLE lorry MODIFY COLUMN halved bigint GENERATED ALWAYS AS (id / 2) VIRTUAL FIRST

ALTER TABLE lorry MODIFY COLUMN doubled bigint GENERATED ALWAYS AS (id * 2) STORED FIRST

ALTER TABLE lorry MODIFY COLUMN halved bigint GENERATED ALWAYS AS (id / 2) VIRTUAL COMMENT 'half'

ALTER TABLE lorry MODIFY COLUMN doubled bigint GENERATED ALWAYS AS (id * 2) STORED COMMENT 'twice'

ALTER TABLE lorry RENAME COLUMN halved TO half_of_it

ALTER TABLE lorry RENAME COLUMN doubled TO twice

ALTER TABLE lorry RENAME COLUMN depot_id TO home_id

ALTER TABLE depot RENAME COLUMN id TO number

ALTER TABLE lorry RENAME COLUMN label TO caption

ALTER TABLE lorry ADD COLUMN more int GENERATED ALWAYS AS (axles + 1) VIRTUAL, RENAME COLUMN note TO remark

ALTER TABLE lorry ADD COLUMN more int GENERATED ALWAYS AS (axles + 1) VIRTUAL, ADD COLUMN colour varchar(10)

ALTER TABLE lorry ADD COLUMN more int GENERATED ALWAYS AS (axles + 1) VIRTUAL, ADD INDEX by_more (more)

ALTER TABLE lorry ADD COLUMN more int GENERATED ALWAYS AS (axles + 1) VIRTUAL, ADD INDEX by_weight (weight)

ALTER TABLE lorry ADD COLUMN more int GENERATED ALWAYS AS (axles + 1) VIRTUAL FIRST

ALTER TABLE lorry DROP COLUMN halved, DROP COLUMN note

ALTER TABLE lorry DROP COLUMN halved, ADD INDEX by_weight (weight)

ALTER TABLE lorry ADD COLUMN more int GENERATED ALWAYS AS (axles + 1) VIRTUAL, MODIFY COLUMN axles int NOT NULL

ALTER TABLE flagged MODIFY COLUMN eight set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')

ALTER TABLE flagged MODIFY COLUMN nine set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j')

ALTER TABLE flagged MODIFY COLUMN one set('a', 'b')

ALTER TABLE lorry DROP FOREIGN KEY lorry_depot_fk, DROP INDEX lorry_depot

ALTER TABLE lorry ADD COLUMN colour varchar(10), RENAME COLUMN note TO remark

ALTER TABLE lorry DROP COLUMN note, RENAME COLUMN code TO number

ALTER TABLE hashed COALESCE PARTITION 1

ALTER TABLE hashed ADD PARTITION PARTITIONS 2

ALTER TABLE lorry KEY_BLOCK_SIZE=4

ALTER TABLE lorry MAX_ROWS=100

ALTER TABLE lorry CHECKSUM=1

ALTER TABLE loose_words MODIFY COLUMN b int

ALTER TABLE loose_words MODIFY COLUMN t varchar(300) CHARACTER SET latin1

ALTER TABLE tight MODIFY COLUMN t varchar(300)

ALTER TABLE lorry PAGE_COMPRESSED=1

ALTER TABLE lorry MODIFY COLUMN sure int DEFAULT 4

ALTER TABLE plain ADD COLUMN v bigint AS (a + 1) VIRTUAL FIRST

ALTER TABLE plain ADD COLUMN v bigint AS (a + 1) VIRTUAL, RENAME COLUMN b TO z

ALTER TABLE plain ADD COLUMN v bigint AS (a + 1) VIRTUAL, MODIFY COLUMN b int NOT NULL

ALTER TABLE plain ADD COLUMN v bigint AS (a + 1) VIRTUAL, ALTER COLUMN b SET DEFAULT 4

ALTER TABLE plain ADD COLUMN v bigint AS (a + 1) VIRTUAL, ADD COLUMN z int

ALTER TABLE plain ADD COLUMN v bigint AS (a + 1) VIRTUAL, DROP COLUMN b

ALTER TABLE plain ADD COLUMN v bigint AS (a + 1) VIRTUAL, COMMENT 'x'

ALTER TABLE plain ADD COLUMN v bigint AS (a + 1) VIRTUAL, ADD UNIQUE INDEX by_v (v)

ALTER TABLE computed DROP COLUMN b, ADD COLUMN z int

ALTER TABLE computed DROP COLUMN b, ADD INDEX computed_id (id)

ALTER TABLE computed MODIFY COLUMN b int AS (id + 1) VIRTUAL FIRST

ALTER TABLE computed ADD COLUMN v int AS (id + 1) VIRTUAL FIRST

ALTER TABLE words ADD COLUMN v int AS (id + 1) VIRTUAL

ALTER TABLE tight ADD COLUMN v int AS (id + 1) VIRTUAL

ALTER TABLE narrow MODIFY COLUMN n varchar(50) CHARACTER SET utf8mb4 NOT NULL

ALTER TABLE narrow MODIFY COLUMN m varchar(80) CHARACTER SET utf8mb4

ALTER TABLE narrow MODIFY COLUMN m varchar(100) CHARACTER SET utf8mb4

ALTER TABLE narrow MODIFY COLUMN k varchar(20) CHARACTER SET utf8mb4

ALTER TABLE narrow MODIFY COLUMN tx text CHARACTER SET utf8mb4

ALTER TABLE narrow MODIFY COLUMN e enum('a', 'b') CHARACTER SET utf8mb4

ALTER TABLE narrow MODIFY COLUMN j char(5) CHARACTER SET utf8mb4

ALTER TABLE narrow MODIFY COLUMN n varchar(50) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin NOT NULL

ALTER TABLE narrow CONVERT TO CHARACTER SET utf8mb4

ALTER TABLE narrow_plain CONVERT TO CHARACTER SET utf8mb4

ALTER TABLE narrow_keyed CONVERT TO CHARACTER SET utf8mb4

ALTER TABLE narrow_text CONVERT TO CHARACTER SET utf8mb4

ALTER TABLE narrow_plain CONVERT TO CHARACTER SET utf8mb3 COLLATE utf8mb3_bin

ALTER TABLE narrow_plain CONVERT TO CHARACTER SET latin1

ALTER TABLE checked MODIFY COLUMN b int CHECK (b > 0)

ALTER TABLE checked MODIFY COLUMN j json DEFAULT '{}'

ALTER TABLE checked MODIFY COLUMN j json NOT NULL

ALTER TABLE checked MODIFY COLUMN j longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin

ALTER TABLE checked MODIFY COLUMN t json

ALTER TABLE checked MODIFY COLUMN seen timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP

ALTER TABLE checked MODIFY COLUMN seen timestamp NOT NULL DEFAULT '2024-01-01 00:00:00'

ALTER TABLE checked MODIFY COLUMN made datetime NOT NULL DEFAULT CURRENT_TIMESTAMP

ALTER TABLE checked MODIFY COLUMN kept timestamp NULL

ALTER TABLE mixed DROP COLUMN twice

ALTER TABLE mixed DROP COLUMN half

ALTER TABLE mixed DROP KEY mixed_half, DROP COLUMN half

ALTER TABLE mixed DROP KEY mixed_twice

ALTER TABLE mixed DROP KEY mixed_ab, ADD KEY mixed_ba (b, a)

ALTER TABLE mixed RENAME KEY mixed_ab TO mixed_pair

ALTER TABLE mixed RENAME COLUMN c TO cc

ALTER TABLE mixed RENAME COLUMN f TO ff

ALTER TABLE mixed CHANGE COLUMN f ff datetime

ALTER TABLE mixed CHANGE COLUMN c cc varchar(40)

ALTER TABLE mixed MODIFY COLUMN c varchar(63)

ALTER TABLE mixed MODIFY COLUMN c varchar(64)

ALTER TABLE mixed MODIFY COLUMN c varchar(10)

ALTER TABLE mixed MODIFY COLUMN e decimal(10,2)

ALTER TABLE mixed MODIFY COLUMN e decimal(8,3)

ALTER TABLE mixed MODIFY COLUMN f datetime(3)

ALTER TABLE mixed MODIFY COLUMN f date

ALTER TABLE mixed MODIFY COLUMN g mediumtext

ALTER TABLE mixed MODIFY COLUMN g varchar(200)

ALTER TABLE mixed MODIFY COLUMN h int NOT NULL DEFAULT 0

ALTER TABLE mixed ALTER COLUMN h DROP DEFAULT

ALTER TABLE mixed ALTER COLUMN a SET DEFAULT 4

ALTER TABLE mixed ADD COLUMN z int NOT NULL DEFAULT 1 AFTER a

ALTER TABLE mixed ADD COLUMN z int GENERATED ALWAYS AS (b * 2) VIRTUAL

ALTER TABLE mixed ADD UNIQUE KEY mixed_c_d (c, d)

ALTER TABLE mixed ADD FULLTEXT KEY mixed_g (g)

ALTER TABLE mixed ADD CONSTRAINT mixed_a CHECK (a > 0)

ALTER TABLE mixed DROP CONSTRAINT mixed_b

ALTER TABLE mixed COMMENT='mixed'

ALTER TABLE mixed AUTO_INCREMENT=100

CREATE UNIQUE INDEX mixed_e ON mixed (e)

ALTER TABLE mixed DROP COLUMN sum

ALTER TABLE mixed MODIFY COLUMN d varchar(20)

ALTER TABLE mixed ADD COLUMN z text

ALTER TABLE mixed ADD COLUMN z json

ALTER TABLE mixed ADD COLUMN y int, ADD COLUMN z int, DROP COLUMN g

ALTER TABLE mixed DROP COLUMN g

ALTER TABLE mixed ADD COLUMN z int, ADD KEY mixed_z (z)

ALTER TABLE mixed DROP PRIMARY KEY, ADD PRIMARY KEY (id, b)

ALTER TABLE mixed ENGINE=InnoDB

ALTER TABLE mixed ROW_FORMAT=DYNAMIC

ALTER TABLE mixed MODIFY COLUMN a int AFTER g

ALTER TABLE mixed MODIFY COLUMN f datetime FIRST

ALTER TABLE ferry_plain MODIFY COLUMN tick tinyint(4) NOT NULL DEFAULT 0

ALTER TABLE ferry_plain MODIFY COLUMN some int(11)

ALTER TABLE ferry_plain MODIFY COLUMN some int(6) zerofill

ALTER TABLE ferry_plain MODIFY COLUMN some int unsigned

ALTER TABLE ferry_plain MODIFY COLUMN small int

ALTER TABLE ferry_plain MODIFY COLUMN bin varbinary(60)

ALTER TABLE ferry_plain MODIFY COLUMN bin varchar(20)

ALTER TABLE ferry_plain MODIFY COLUMN fix varbinary(8)

ALTER TABLE ferry_plain MODIFY COLUMN doc mediumtext

ALTER TABLE ferry_plain MODIFY COLUMN size enum('small', 'big', 'huge') NOT NULL DEFAULT 'small'

ALTER TABLE ferry_plain MODIFY COLUMN size enum('small', 'mid', 'big') NOT NULL DEFAULT 'small'

ALTER TABLE ferry_plain MODIFY COLUMN name varchar(40) CHARACTER SET latin1

ALTER TABLE ferry_plain MODIFY COLUMN name varchar(40) NOT NULL

ALTER TABLE ferry_plain MODIFY COLUMN name varchar(40) NOT NULL DEFAULT ''

ALTER TABLE ferry_plain MODIFY COLUMN id int NOT NULL AUTO_INCREMENT AFTER port

ALTER TABLE ferry_plain CHANGE COLUMN port harbour int NOT NULL

ALTER TABLE ferry_plain CHANGE COLUMN small smaller int

ALTER TABLE ferry MODIFY COLUMN kept_port int

ALTER TABLE ferry MODIFY COLUMN hidden int

ALTER TABLE ferry_plain ADD COLUMN z int DEFAULT (port)

ALTER TABLE ferry_plain ADD COLUMN z varchar(40) DEFAULT (concat('a', 'b'))

ALTER TABLE ferry_plain ADD COLUMN z double DEFAULT rand()

ALTER TABLE ferry_plain ADD COLUMN z uuid DEFAULT uuid()

ALTER TABLE ferry_plain ADD COLUMN z point NOT NULL

ALTER TABLE ferry_plain ADD COLUMN z int, ADD CONSTRAINT cz CHECK (z > 0)

ALTER TABLE ferry ADD COLUMN z int FIRST

ALTER TABLE ferry ADD COLUMN z int NOT NULL DEFAULT 5 AFTER port

ALTER TABLE ferry DROP COLUMN name

ALTER TABLE ferry DROP COLUMN doc

ALTER TABLE ferry DROP COLUMN big

ALTER TABLE ferry_plain DROP COLUMN name

ALTER TABLE ferry ADD INDEX ferry_kept (kept_port)

ALTER TABLE ferry_plain ADD UNIQUE INDEX ferry_plain_doc (doc)

ALTER TABLE ferry_plain ADD FULLTEXT INDEX ferry_plain_doc (doc), ADD INDEX ferry_plain_small (small)

ALTER TABLE ferry DROP INDEX ferry_place

ALTER TABLE ferry_plain ROW_FORMAT=COMPACT

ALTER TABLE ferry_isam ADD COLUMN z int

ALTER TABLE ferry_isam ADD INDEX ferry_isam_n (n)

ALTER TABLE ferry_isam MODIFY COLUMN n int DEFAULT 3

ALTER TABLE ferry_isam DROP COLUMN n

ALTER TABLE ferry_isam COMMENT='x'

ALTER TABLE ferry_isam RENAME COLUMN n TO m

ALTER TABLE ferry_plain ORDER BY port

ALTER TABLE parted REBUILD PARTITION p1

-- copies
-- shows copy: a new engine
ALTER TABLE plain ENGINE=MyISAM

-- copies
ALTER TABLE plain ENGINE=Aria

-- copies
ALTER TABLE ferry_isam ENGINE=InnoDB

-- copies
ALTER TABLE parted REORGANIZE PARTITION p1 INTO (PARTITION p0 VALUES LESS THAN (50), PARTITION p1 VALUES LESS THAN (100))

-- copies
ALTER TABLE parted REORGANIZE PARTITION p1, p2 INTO (PARTITION p12 VALUES LESS THAN (200))

-- copies
ALTER TABLE hashed REORGANIZE PARTITION

ALTER TABLE parted CONVERT PARTITION p1 TO TABLE pp
