//! Dumps and hand-written statements read to the same schema.

use crate::base::Files;
use crate::dialects::{Memo, by_name};
use crate::diff::changes;
use crate::ir::{Canonical, Kind, Pair, Schema};
use crate::normalise::normalise;
use crate::replay::replay;
use crate::sources::Outcome;
use crate::sources::sql::read;

fn schema(text: &str, dialect: &str) -> Schema<Canonical> {
    let dialect = by_name(dialect).expect("the dialect is registered");
    let mut files = Files::default();
    let id = files.add("test.sql", text);
    let reading = read(&files, &[id], dialect);
    assert_eq!(reading.diagnostics, [], "{text}");
    assert!(reading.ledger.iter().all(|entry| entry.outcome != Outcome::Unmodelled));
    let mut schema = dialect.initial();
    let faults = replay(&mut schema, reading.ops, dialect);
    assert_eq!(faults, [], "{text}");
    normalise(schema, dialect, &mut Memo::default()).0
}

fn same(printed: &str, written: &str) {
    same_in("mariadb", printed, written);
}

fn same_in(dialect: &str, printed: &str, written: &str) {
    let (mut live, mut desired) = (schema(printed, dialect), schema(written, dialect));
    let dialect = by_name(dialect).expect("the dialect is registered");
    dialect.align(Pair::new(&mut live, &mut desired));
    assert_eq!(changes(Pair::new(&live, &desired)), [], "{written}");
}

#[test]
fn a_dump_is_what_was_written() {
    let printed = "/*M!999999\\- enable the sandbox mode */
        CREATE TABLE `p` (`id` int(11) NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
        CREATE TABLE `t` (
          `a` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
          `b` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`b`)),
          `c` timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
          `d` int(11) DEFAULT NULL,
          `e` int(11) GENERATED ALWAYS AS (`d` + 1) VIRTUAL,
          UNIQUE KEY `a` (`a`),
          UNIQUE KEY `e` (`e`),
          KEY `d` (`d`),
          CONSTRAINT `t_ibfk_1` FOREIGN KEY (`d`) REFERENCES `p` (`id`) ON DELETE CASCADE,
          CONSTRAINT `CONSTRAINT_1` CHECK (`d` > 0)
        ) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='x';
        /*!40000 ALTER TABLE `t` DISABLE KEYS */;
        /*!50001 CREATE VIEW `v` AS SELECT 1 AS `a` */;
        DELIMITER ;;
        /*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER tr BEFORE INSERT ON t FOR EACH ROW begin set new.d = 1; end */;;
        DELIMITER ;
        /*!50001 DROP VIEW IF EXISTS `v`*/;
        /*!50001 CREATE ALGORITHM=UNDEFINED */
        /*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
        /*!50001 VIEW `v` AS select `t`.`a` AS `a`,`t`.`d` AS `n` from (`t` join `p` on(`t`.`d` = `p`.`id`)) where `t`.`d` <> 0 */;";
    let written = "create table p (id int primary key);
        create table if not exists db.t (
          a serial, b json, c timestamp not null default now() on update now(),
          d int references p (id) on delete cascade) comment 'x';";
    let written = format!(
        "{written} alter table t add e int as (d+1), add unique (e), add check (d > 0);
         create trigger tr BEFORE INSERT ON t FOR EACH ROW begin /* why */set new.d = 1; end;
         create view v as select a, d n from t join p on d = p.id where d;"
    );
    same(printed, &written);
}

#[test]
fn columns_keep_their_places() {
    let printed = "CREATE TABLE t (b int, a int, c int)";
    same(printed, "CREATE TABLE t (a int, c int); ALTER TABLE t ADD b int FIRST");
    same(printed, "CREATE TABLE t (a int, b int, d int); ALTER TABLE t MODIFY a int AFTER b, CHANGE d c int");
}

#[test]
fn partitions_are_a_list() {
    let printed = "CREATE TABLE `t` (`a` int(11) DEFAULT NULL) ENGINE=InnoDB PARTITION BY RANGE (`a`)
        (PARTITION `p0` VALUES LESS THAN (10) ENGINE = InnoDB,
         PARTITION `p1` VALUES LESS THAN MAXVALUE ENGINE = InnoDB)";
    same(
        printed,
        "create table t (a int) partition by range(a) (partition p0 values less than (10), partition p1 values less than maxvalue)",
    );
    same(
        printed,
        "create table t (a int) partition by range(a) (partition p0 values less than (10));
         alter table t add partition (partition p1 values less than maxvalue)",
    );
    same(
        printed,
        "create table t (a int) partition by range(a) (partition q values less than maxvalue);
         alter table t reorganize partition q into (partition p0 values less than (10), partition p1 values less than maxvalue)",
    );
}

#[test]
fn an_event_is_changed_clause_by_clause() {
    let printed = "CREATE EVENT `e` ON SCHEDULE EVERY 2 HOUR STARTS '2030-01-01 00:00:00' ON COMPLETION NOT PRESERVE ENABLE DO select 1";
    let written = "create event e on schedule every 1 day on completion preserve comment 'x' do select 1;
        alter event e on schedule every 2 hour on completion not preserve comment ''";
    same(printed, written);
}

#[test]
fn mysql_prints_in_its_own_way() {
    let printed = "CREATE TABLE `t` (
          `a` int NOT NULL AUTO_INCREMENT,
          `b` varchar(20) COLLATE utf8mb4_bin DEFAULT NULL,
          `c` json DEFAULT NULL,
          `d` binary(16) DEFAULT (uuid_to_bin(uuid())),
          `e` int GENERATED ALWAYS AS ((`a` + 1)) VIRTUAL,
          `f` varchar(9) GENERATED ALWAYS AS (json_unquote(json_extract(`c`,_utf8mb4'$.x'))) STORED,
          `g` tinyint(1) DEFAULT '1',
          `h` datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
          `i` int /*!80023 INVISIBLE */ DEFAULT '0',
          PRIMARY KEY (`a`),
          KEY `k` ((lower(`b`))),
          KEY `v` (`b`) /*!80000 INVISIBLE */,
          CONSTRAINT `t_chk_1` CHECK ((`a` > 0)),
          CONSTRAINT `t_chk_2` CHECK (((`e` is not null) and (`b` <> _utf8mb4'x')))
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci /*!80016 DEFAULT ENCRYPTION='N' */
        /*!50100 PARTITION BY HASH (`a`) PARTITIONS 4 */;
        CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`%` SQL SECURITY DEFINER VIEW `w` AS
          select `t`.`a` AS `a`,count(0) AS `n` from `t` where ((`t`.`a` > 1) and (`t`.`b` = 'x')) group by `t`.`a` order by `t`.`a` desc";
    let printed = printed.replace(" /*!80016 DEFAULT ENCRYPTION='N' */", "");
    let written = "create table t (
          a integer auto_increment primary key check (a > 0), b varchar(20) collate utf8mb4_bin, c json,
          d binary(16) default (uuid_to_bin(uuid())), e int(11) as (a + 1), f varchar(9) as (c->>'$.x') stored,
          g bool default true, h datetime default now() on update now(), i int invisible default 0,
          key k ((lower(b))), key v (b) invisible, check (e is not null and b <> 'x'))
        partition by hash (a) partitions 4;
        create view w as select a, count(*) n from t where a > 1 and b = 'x' group by a order by a desc";
    same_in("mysql", &printed, written);
}

/// The nouns and facts that a text does not show.
fn unseen(text: &str) -> Vec<String> {
    let (coverage, note) = super::dumped::shows(text, crate::base::FileId(0));
    let kinds = coverage.unseen_kinds.iter().map(|kind| kind.spec().noun.to_string());
    let facts = coverage.unseen_facts.iter().map(|(kind, attr)| format!("{} of {}", attr.spec().label, kind.spec().noun));
    let unseen: Vec<String> = kinds.chain(facts).collect();
    // What was not asked for is missed only by a side that has some.
    let of_tables = !coverage.unseen_facts.is_empty() || coverage.unseen_kinds.contains(&Kind::Table);
    assert_eq!(note.is_some(), of_tables, "{text}");
    unseen
}

#[test]
fn what_a_dump_was_not_asked_for_is_not_absent() {
    let table = "-- Table structure for table `t`\nCREATE TABLE `t` (\n  `id` int NOT NULL\n) ENGINE=InnoDB;\n";
    let all = format!(
        "-- MySQL dump 10.13\n{table}-- Dumping events for database 'd'\n-- Dumping routines for database 'd'\n-- Dump completed\n"
    );
    assert!(unseen(&all).is_empty());
    assert!(unseen(table).is_empty(), "a text without a head says nothing of what was asked for");
    assert_eq!(unseen(&all.replace("-- Dumping routines", "-- Dumping")), ["function", "procedure"]);
    assert_eq!(unseen(&all.replace("-- Dumping events", "-- Dumping")), ["event"]);
    assert!(unseen(&all.replace(table, "-- Dumping data for table `t`\n")).contains(&"table".to_string()), "rows alone");
}

#[test]
fn what_a_mode_for_other_servers_hides_is_not_absent() {
    let dump = |options: &str| format!("/*!40103 SET TIME_ZONE='+00:00' */;\nCREATE TABLE `t` (\n  `id` int NOT NULL\n){options};\n");
    assert!(unseen(&dump(" ENGINE=InnoDB")).is_empty());
    let hidden = unseen(&dump(""));
    let wanted =
        ["engine of table", "comment of table", "character set of column", "auto-increment of column", "on-update value of column"];
    wanted.iter().for_each(|fact| assert!(hidden.contains(&fact.to_string()), "{fact}: {hidden:?}"));
    assert!(hidden.contains(&"security of view".to_string()), "{hidden:?}");
    let shown = unseen(&dump("").replace("*/;", "*/;\nCREATE ALGORITHM=MERGE VIEW v AS select 1;"));
    assert!(!shown.contains(&"security of view".to_string()), "{shown:?}");
    let shown = unseen(&dump("").replace("NOT NULL", "NOT NULL AUTO_INCREMENT"));
    assert!(!shown.contains(&"auto-increment of column".to_string()), "one column has it: {shown:?}");
    let early = unseen(&dump(" TYPE=InnoDB"));
    assert!(early.contains(&"character set of table".to_string()) && !early.contains(&"engine of table".to_string()), "{early:?}");
    let fieldless = dump(" ENGINE=InnoDB").replace("*/;", "*/;\n/*!40101 SET SQL_MODE='NO_FIELD_OPTIONS' */;");
    assert!(unseen(&fieldless).contains(&"on-update value of column".to_string()));
}

#[test]
fn a_sequence_of_another_database_is_another() {
    let of = |text: &str| schema(text, "mariadb");
    let sequence = "create sequence numbers;";
    let table = |default: &str| of(&format!("{sequence} create table t (a int default {default});"));
    let differ = |one: &str, two: &str| !changes(Pair::new(&table(one), &table(two))).is_empty();
    assert!(!differ("nextval(`shop`.`numbers`)", "nextval(numbers)"), "the server writes its own database too");
    assert!(!differ("nextval(`shop`.`numbers`)", "next value for test.numbers"));
    assert!(differ("nextval(`shop`.`others`)", "nextval(others)"));
    assert!(differ("nextval(`shop`.`others`)", "nextval(`depot`.`others`)"));
    let two =
        |own: &str, other: &str| of(&format!("{sequence} create table t (a int default nextval({own}), b int default nextval({other}));"));
    let same = changes(Pair::new(&two("a.numbers", "b.numbers"), &two("b.numbers", "a.numbers")));
    assert!(!same.is_empty(), "of two databases nothing tells which is this one");
}

#[test]
fn objects_of_two_databases_are_not_one() {
    let outcomes = |text: &str| -> Vec<Outcome> {
        let dialect = by_name("mysql").expect("the dialect is registered");
        let mut files = Files::default();
        let id = files.add("test.sql", text);
        read(&files, &[id], dialect)
            .ledger
            .into_iter()
            .map(|entry| entry.outcome)
            .filter(|outcome| *outcome != Outcome::Ignored("database"))
            .collect()
    };
    assert_eq!(outcomes("use a; create table t (a int); use a; create table u (a int);"), [Outcome::Modelled, Outcome::Modelled]);
    assert_eq!(outcomes("use a; create table t (a int); use b; create table t (b int);"), [Outcome::Modelled, Outcome::Unmodelled]);
    assert_eq!(
        outcomes("use mysql; create table user (a int); use b; create table t (b int);"),
        [Outcome::Ignored("database of the server"), Outcome::Modelled]
    );
}

#[test]
fn tests_that_mysql_adds_to_operands_mean_nothing() {
    let view = |query: &str| format!("create table seat (id int primary key, no int); create view v as {query};");
    let printed = "select `seat`.`id` AS `id` from `seat` intersect select `seat`.`no` AS `no` from `seat` where ";
    let added = "(`seat`.`no` is not null) and (`seat`.`no` is not null)";
    let both = |tests: &str, written: &str| same_in("mysql", &view(&format!("{printed}({tests})")), &view(written));
    both(added, "select id from seat intersect select no from seat");
    both(&format!("{added} and {added}"), "select id from seat intersect select no from seat");
    both(&format!("(`seat`.`no` > 1) and {added}"), "select id from seat intersect select no from seat where no > 1");
    both(&format!("{added} and (`seat`.`no` is not null)"), "select id from seat intersect select no from seat where no is not null");
}

#[test]
fn a_text_speaks_of_one_database() {
    let unread = |text: &str| {
        let mut files = Files::default();
        let id = files.add("dump.sql", text);
        let dialect = by_name("mariadb").expect("the dialect is registered");
        read(&files, &[id], dialect).ledger.iter().filter(|entry| entry.outcome == Outcome::Unmodelled).count()
    };
    let [shop, depot] = ["shop", "depot"].map(|name| format!("CREATE DATABASE {name} DEFAULT CHARACTER SET utf8mb4;\nUSE {name};\n"));
    let table = "CREATE TABLE t (id int);\n";
    assert_eq!(unread(&format!("{shop}{depot}{table}USE shop;\nUSE depot;\n")), 0, "one of them is empty");
    assert_eq!(unread(&format!("{shop}{table}{depot}{table}")), 1);
    assert_eq!(unread(&format!("{shop}{table}USE mysql;\n{table}")), 0, "the server's own are passed over");
    assert_eq!(unread(&format!("{shop}{table}CREATE TABLE depot.u (id int);\nCREATE TABLE shop.u (id int);\n")), 1);
    assert_eq!(unread(&format!("{shop}{table}RENAME TABLE t TO depot.t;\nALTER TABLE shop.t RENAME u;\nRENAME TABLE u TO shop.t;\n")), 1);
    assert_eq!(unread(&format!("{shop}CREATE TABLE t LIKE depot.t;\nCREATE TABLE u LIKE shop.t;\n")), 1);
    assert_eq!(
        unread(&format!("-- Host: localhost    Database: shop\n{table}CREATE TRIGGER depot.a AFTER INSERT ON t FOR EACH ROW DO 1;\n")),
        1
    );
}
