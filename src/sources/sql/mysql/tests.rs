//! Dumps and hand-written statements read to the same schema.

use crate::base::Files;
use crate::dialects::by_name;
use crate::diff::changes;
use crate::ir::{Canonical, Pair, Schema};
use crate::normalise::normalise;
use crate::replay::replay;
use crate::sources::Outcome;
use crate::sources::sql::read;

fn schema(text: &str) -> Schema<Canonical> {
    let dialect = by_name("mariadb").expect("the dialect is registered");
    let mut files = Files::default();
    let id = files.add("test.sql", text);
    let reading = read(&files, &[id], dialect);
    assert_eq!(reading.diagnostics, [], "{text}");
    assert!(reading.ledger.iter().all(|entry| entry.outcome != Outcome::Unmodelled));
    let mut schema = dialect.initial();
    let faults = replay(&mut schema, reading.ops, dialect);
    assert_eq!(faults, [], "{text}");
    normalise(schema, dialect).0
}

fn same(printed: &str, written: &str) {
    let dialect = by_name("mariadb").expect("the dialect is registered");
    let (mut live, mut desired) = (schema(printed), schema(written));
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
