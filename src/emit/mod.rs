//! The script: a header that says what was compared and what was not, then the statements with their reasons.

use std::fmt::Write;
use std::sync::Arc;

use crate::dialects::{Dialect, Frame};
use crate::ir::{Hazard, Pace, Statement, Transaction};
use crate::plan::{Plan, Planned};

/// What the header says of the two sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    pub live: Side,
    pub desired: Side,
    /// One line for each thing that was not compared.
    pub unseen: Vec<String>,
}

/// A source's name, without folders, and the fingerprint of its canonical schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    pub name: String,
    pub fingerprint: String,
}

/// Prints a plan as a script.
pub fn script(plan: &Plan, header: &Header, dialect: &dyn Dialect) -> String {
    let mut out = head(plan, header, dialect);
    if plan.is_empty() {
        out.push_str("-- Nothing to do: both sides are the same on what was compared.\n");
        return out;
    }
    let mut writer = Writer { out, frame: &plan.frame, dialect, open: false, before: None, path: None };
    if plan.steps.iter().any(|planned| !planned.held) {
        writer.lines(&plan.frame.before);
    }
    for planned in &plan.steps {
        writer.step(planned);
    }
    writer.close();
    writer.leave_path();
    if plan.steps.iter().any(|planned| !planned.held) {
        writer.lines(&plan.frame.after);
    }
    writer.out
}

fn head(plan: &Plan, header: &Header, dialect: &dyn Dialect) -> String {
    let rules = dialect.rules();
    let held: Vec<&Planned> = plan.steps.iter().filter(|planned| planned.held).collect();
    let mut out = String::new();
    let _ = writeln!(out, "-- amend: {} script", rules.id);
    for (role, side) in [("live", &header.live), ("desired", &header.desired)] {
        let _ = writeln!(out, "-- {role}: {} (fingerprint {})", side.name, side.fingerprint);
    }
    for line in &header.unseen {
        let _ = writeln!(out, "-- not compared: {line}");
    }
    if !held.is_empty() {
        let _ = writeln!(
            out,
            "-- held: {} of {} steps lose data or rest on one that does; --allow drop lets them run",
            held.len(),
            plan.steps.len()
        );
    }
    if !plan.is_empty() && !rules.failure_note.is_empty() {
        let _ = writeln!(out, "-- {}", rules.failure_note);
    }
    out.push('\n');
    out
}

struct Writer<'a> {
    out: String,
    frame: &'a Frame,
    dialect: &'a dyn Dialect,
    /// Inside a transaction.
    open: bool,
    /// The statement that was written last.
    before: Option<&'a Statement>,
    /// The search path in force: inside of a transaction to its end.
    path: Option<Arc<str>>,
}

impl<'a> Writer<'a> {
    fn lines(&mut self, lines: &[String]) {
        for line in lines {
            self.out.push_str(line);
            self.out.push('\n');
        }
        if !lines.is_empty() {
            self.out.push('\n');
        }
    }

    fn step(&mut self, planned: &'a Planned) {
        for statement in &planned.statements {
            if planned.held {
                self.held(statement);
                continue;
            }
            if !self.before.is_some_and(|before| statement.joins(before)) {
                self.close();
            }
            self.keep_pace(statement.pace);
            if statement.transaction != Transaction::Outside {
                self.open();
            }
            self.statement(statement);
            if statement.transaction == Transaction::Alone {
                self.close();
            }
            self.before = Some(statement);
        }
    }

    fn keep_pace(&mut self, pace: Pace) {
        if self.before.map_or(Pace::Hasty, |before| before.pace) == pace {
            return;
        }
        match pace {
            Pace::Hasty => self.lines(&self.frame.hasty),
            Pace::Patient => self.lines(&self.frame.patient),
        }
    }

    fn statement(&mut self, statement: &Statement) {
        if self.path != statement.path {
            self.set_path(statement.path.as_deref());
        }
        self.why(&statement.why);
        self.out.push_str(&self.dialect.terminated(&statement.sql));
        self.out.push_str("\n\n");
    }

    fn set_path(&mut self, path: Option<&str>) {
        let line = self.path_line(path);
        self.lines(&[line]);
        self.path = path.map(Arc::from);
    }

    fn path_line(&self, path: Option<&str>) -> String {
        let [inside, outside] = self.dialect.rules().search_path;
        self.dialect.terminated(&format!("{}{}", if self.open { inside } else { outside }, path.unwrap_or("DEFAULT")))
    }

    fn held(&mut self, statement: &Statement) {
        let reason = if statement.hazards.contains(&Hazard::Drop) { Hazard::Drop.id() } else { "with a step that loses data" };
        let why = if statement.why.is_empty() { "part of the step above" } else { &statement.why };
        self.why(&format!("held ({reason}): {why}"));
        let under = statement.path.iter().map(|path| self.path_line(Some(path))).collect::<Vec<String>>();
        let after = statement.path.iter().map(|_| self.path_line(None)).collect::<Vec<String>>();
        for line in under.iter().chain(&[self.dialect.terminated(&statement.sql)]).chain(&after).flat_map(|text| text.lines()) {
            let _ = writeln!(self.out, "-- {line}");
        }
        self.out.push('\n');
    }

    fn why(&mut self, why: &str) {
        for line in why.lines().filter(|line| !line.is_empty()) {
            let _ = writeln!(self.out, "-- {line}");
        }
    }

    /// Outside of a transaction a path would hold for all that follows.
    fn leave_path(&mut self) {
        if !self.open && self.path.is_some() {
            self.set_path(None);
        }
    }

    fn open(&mut self) {
        self.leave_path();
        if let (false, Some(begin)) = (self.open, &self.frame.begin) {
            self.out.push_str(begin);
            self.out.push_str("\n\n");
            self.open = true;
        }
    }

    fn close(&mut self) {
        if let (true, Some(commit)) = (self.open, &self.frame.commit) {
            self.out.push_str(commit);
            self.out.push_str("\n\n");
            self.open = false;
            self.path = None;
        }
    }
}
