//! Expressions and queries as a small tree: what PostgreSQL's own analysis tells apart, and nothing that it forgets.

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A column, as qualified as it is written: `a`, `t.a`, `s.t.a`.
    Column(Vec<String>),
    /// `*`, `t.*`.
    Star(Vec<String>),
    /// A constant; a string without a type yet has none.
    Literal {
        value: String,
        ty: Option<String>,
    },
    Null,
    Parameter(String),
    Cast(Box<Node>, String),
    Call(Box<Call>),
    Prefix(String, Box<Node>),
    Binary(String, Box<Node>, Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    /// `IS NULL`, `IS NOT TRUE`, …: the words after IS.
    Is(Box<Node>, &'static str),
    /// IS DISTINCT FROM.
    Distinct(Box<Node>, Box<Node>),
    /// `= ANY (…)`; `all` for ALL. The right side is an array or a query.
    Quantified {
        operator: String,
        all: bool,
        left: Box<Node>,
        right: Box<Node>,
    },
    Case {
        operand: Option<Box<Node>>,
        arms: Vec<(Node, Node)>,
        otherwise: Option<Box<Node>>,
    },
    Array(Vec<Node>),
    Row(Vec<Node>),
    /// One subscript: `[a]` or `[a:b]`.
    Subscript(Box<Node>, Box<Subscript>),
    Field(Box<Node>, String),
    /// A collation, as qualified as it is written.
    Collate(Box<Node>, Vec<String>),
    Scalar(Box<Query>),
    Exists(Box<Query>),
    ArrayOf(Box<Query>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Subscript {
    At(Node),
    Slice(Option<Node>, Option<Node>),
}

/// A function call, or what the grammar writes in another way and the server keeps as one.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Call {
    pub name: Vec<String>,
    pub args: Vec<Node>,
    /// `f(*)`.
    pub star: bool,
    pub distinct: bool,
    pub variadic: bool,
    pub order: Vec<SortKey>,
    pub within: Vec<SortKey>,
    pub filter: Option<Node>,
    pub over: Option<Window>,
    /// Names of arguments given by name, beside them; empty where by place.
    pub labels: Vec<String>,
    /// A keyword without parentheses: CURRENT_TIMESTAMP.
    pub keyword: bool,
    /// Called in SQL's own words, as `EXTRACT(year FROM x)`, which the server keeps apart from `extract('year', x)`.
    pub worded: bool,
    /// What SQL/JSON says after the arguments.
    pub clauses: Vec<Clause>,
}

/// A piece of what stands after the arguments of a function of SQL/JSON (manual, 9.16): its words as they are, and what they
/// are about.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    Words(String),
    Name(String),
    Type(String),
    Node(Node),
}

#[derive(Clone, Debug, PartialEq, Default)]
pub struct Window {
    pub name: Option<String>,
    pub partition: Vec<Node>,
    pub order: Vec<SortKey>,
    pub frame: Vec<FramePiece>,
}

/// A piece of a window's frame: `ROWS BETWEEN 1 PRECEDING AND CURRENT ROW` has six.
#[derive(Clone, Debug, PartialEq)]
pub enum FramePiece {
    Word(String),
    Offset(Node),
}

#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    pub expr: Node,
    pub descending: bool,
    pub nulls_first: Option<bool>,
    pub using: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub recursive: bool,
    pub with: Vec<Cte>,
    pub body: Body,
    pub order: Vec<SortKey>,
    pub limit: Option<Node>,
    pub with_ties: bool,
    pub offset: Option<Node>,
    pub locks: Vec<String>,
}

impl Query {
    /// A query of this body alone.
    pub fn of(body: Body) -> Query {
        Query {
            recursive: false,
            with: Vec::new(),
            body,
            order: Vec::new(),
            limit: None,
            with_ties: false,
            offset: None,
            locks: Vec::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Cte {
    pub name: String,
    pub columns: Vec<String>,
    pub materialized: Option<bool>,
    pub query: Query,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Select(Box<Select>),
    Values(Vec<Vec<Node>>),
    /// `UNION ALL` and its kin.
    Combine {
        operator: String,
        left: Box<Query>,
        right: Box<Query>,
    },
    Change(Box<Change>),
}

/// INSERT, UPDATE, DELETE or MERGE, as the body of a routine, a rule or a WITH query has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// `insert`, `update`, `delete`, `merge`.
    pub verb: &'static str,
    pub target: Source,
    /// FROM of UPDATE, USING of DELETE and MERGE.
    pub using: Vec<Source>,
    /// What an INSERT puts in, and what an UPDATE sets.
    pub action: Action,
    /// WHERE, or ON of MERGE.
    pub filter: Option<Node>,
    /// What ON CONFLICT looks at, and the arms of it or of MERGE.
    pub inference: Vec<Node>,
    pub arms: Vec<Arm>,
    /// The names that RETURNING gives to the old and the new row.
    pub rows: Option<(String, String)>,
    pub returning: Vec<Target>,
}

/// What is done to a row.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Action {
    /// The columns of an INSERT.
    pub columns: Vec<String>,
    /// The words between the columns and the values: `overriding user value`.
    pub words: String,
    /// The values of an INSERT; none for DEFAULT VALUES.
    pub values: Option<Query>,
    /// Targets and values of an UPDATE.
    pub set: Vec<(Vec<Node>, Node)>,
}

/// `WHEN MATCHED AND condition THEN UPDATE …`, or what ON CONFLICT does.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    pub when: String,
    pub condition: Option<Node>,
    pub verb: &'static str,
    pub action: Action,
}

#[derive(Clone, Debug, PartialEq, Default)]
pub struct Select {
    /// `Some` of nothing for DISTINCT, of expressions for DISTINCT ON.
    pub distinct: Option<Vec<Node>>,
    pub targets: Vec<Target>,
    pub from: Vec<Source>,
    pub filter: Option<Node>,
    pub group: Vec<Node>,
    pub having: Option<Node>,
    pub windows: Vec<(String, Window)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub expr: Node,
    pub name: Option<String>,
}

/// An element of FROM.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Relation { name: Vec<String>, only: bool, sample: Option<String>, alias: Alias },
    Query { query: Box<Query>, lateral: bool, alias: Alias },
    Functions { calls: Vec<Node>, ordinality: bool, lateral: bool, alias: Alias },
    Join(Box<Join>),
}

#[derive(Clone, Debug, PartialEq, Default)]
pub struct Alias {
    pub name: Option<String>,
    pub columns: Vec<String>,
    /// Types of the columns, where a column definition list is given.
    pub types: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// `inner`, `left`, `right`, `full`, `cross`.
    pub kind: &'static str,
    pub left: Source,
    pub right: Source,
    pub natural: bool,
    pub using: Vec<String>,
    pub on: Option<Node>,
    pub alias: Alias,
}

impl Node {
    pub fn column(name: &str) -> Node {
        Node::Column(vec![name.to_owned()])
    }

    /// A string constant whose type its place decides.
    pub fn unknown(value: impl Into<String>) -> Node {
        Node::Literal { value: value.into(), ty: None }
    }

    pub fn typed(value: impl Into<String>, ty: &str) -> Node {
        Node::Literal { value: value.into(), ty: Some(ty.to_owned()) }
    }

    pub fn call(name: &str, args: Vec<Node>) -> Node {
        Node::Call(Box::new(Call { name: vec![name.to_owned()], args, ..Call::default() }))
    }

    /// A call in SQL's own words.
    pub fn worded(name: &str, args: Vec<Node>) -> Node {
        Node::Call(Box::new(Call { name: vec![name.to_owned()], args, worded: true, ..Call::default() }))
    }

    pub fn binary(operator: &str, left: Node, right: Node) -> Node {
        Node::Binary(operator.to_owned(), Box::new(left), Box::new(right))
    }

    /// Runs `f` on each node right below this one. Queries inside are not entered.
    pub fn each_child(&mut self, f: &mut dyn FnMut(&mut Node)) {
        match self {
            Node::Column(_) | Node::Star(_) | Node::Literal { .. } | Node::Null | Node::Parameter(_) => {}
            Node::Scalar(_) | Node::Exists(_) | Node::ArrayOf(_) => {}
            Node::Cast(inner, _) | Node::Prefix(_, inner) | Node::Not(inner) | Node::Is(inner, _) => f(inner),
            Node::Field(inner, _) | Node::Collate(inner, _) => f(inner),
            Node::Binary(_, left, right) | Node::Distinct(left, right) | Node::Quantified { left, right, .. } => {
                f(left);
                f(right);
            }
            Node::And(list) | Node::Or(list) | Node::Array(list) | Node::Row(list) => list.iter_mut().for_each(f),
            Node::Case { operand, arms, otherwise } => {
                operand.iter_mut().for_each(|node| f(node));
                for (when, then) in arms {
                    f(when);
                    f(then);
                }
                otherwise.iter_mut().for_each(|node| f(node));
            }
            Node::Subscript(inner, subscript) => {
                f(inner);
                match subscript.as_mut() {
                    Subscript::At(node) => f(node),
                    Subscript::Slice(low, high) => low.iter_mut().chain(high).for_each(f),
                }
            }
            Node::Call(call) => call.each_child(f),
        }
    }

    /// Runs `f` on the query right inside this node, where there is one.
    pub fn each_query(&mut self, f: &mut dyn FnMut(&mut Query)) {
        if let Node::Scalar(query) | Node::Exists(query) | Node::ArrayOf(query) = self {
            f(query);
        }
    }

    /// Collects the last names of the columns in this expression, in order of first appearance.
    pub fn columns(&mut self, found: &mut Vec<String>) {
        if let Node::Column(path) = self
            && let Some(name) = path.last()
            && !found.contains(name)
        {
            found.push(name.clone());
        }
        self.each_child(&mut |child| child.columns(found));
    }
}

impl Call {
    fn each_child(&mut self, f: &mut dyn FnMut(&mut Node)) {
        self.args.iter_mut().for_each(&mut *f);
        self.order.iter_mut().chain(&mut self.within).for_each(|key| f(&mut key.expr));
        self.filter.iter_mut().for_each(&mut *f);
        self.clauses.iter_mut().for_each(|clause| {
            if let Clause::Node(node) = clause {
                f(node);
            }
        });
        if let Some(window) = &mut self.over {
            window.each_child(f);
        }
    }

    /// The name where it has no namespace, or that of the system's.
    pub fn plain(&self) -> Option<&str> {
        match self.name.as_slice() {
            [name] => Some(name),
            [namespace, name] if namespace == "pg_catalog" => Some(name),
            _ => None,
        }
    }
}

impl Window {
    pub fn each_child(&mut self, f: &mut dyn FnMut(&mut Node)) {
        self.partition.iter_mut().for_each(&mut *f);
        self.order.iter_mut().for_each(|key| f(&mut key.expr));
        self.frame.iter_mut().for_each(|piece| {
            if let FramePiece::Offset(node) = piece {
                f(node);
            }
        });
    }
}
