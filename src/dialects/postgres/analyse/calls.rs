//! Function calls: their names, and what their parameters ask of arguments.

use super::coerce::is_string;
use super::{Analyser, Scope, functions, numbers, types_base};
use crate::dialects::postgres::tree::{Call, FramePiece, Node, Window};

/// The function behind SQL's words.
fn plain(call: &mut Call) {
    call.worded = false;
    if call.name == ["extract"] {
        call.name = vec!["date_part".to_owned()];
        if let Some(Node::Literal { ty, .. }) = call.args.first_mut() {
            *ty = Some("text".to_owned());
        }
    }
}

impl Analyser<'_> {
    pub fn call(&self, node: &mut Node, scope: &Scope<'_>) -> Option<String> {
        if let Some(result) = self.json(node, scope) {
            return result;
        }
        let Node::Call(call) = node else { return None };
        self.settle_name(call);
        let mut types: Vec<Option<String>> = call.args.iter_mut().map(|arg| self.node(arg, scope)).collect();
        call.order.iter_mut().chain(&mut call.within).for_each(|key| {
            self.node(&mut key.expr, scope);
        });
        call.filter.iter_mut().for_each(|filter| self.condition(filter, scope));
        call.over.iter_mut().for_each(|window| self.window(window, scope));
        let name = if call.name.len() == 1 { call.name.last().cloned().unwrap_or_default() } else { String::new() };
        call.within.iter_mut().for_each(|key| self.free_argument(&mut key.expr, &name));
        match name.as_str() {
            "coalesce" | "greatest" | "least" => {
                let mut args: Vec<&mut Node> = call.args.iter_mut().collect();
                return self.unify(&mut args, &mut types);
            }
            "nullif" => {
                if let [left, right] = call.args.as_mut_slice() {
                    let types = [types.first().cloned().flatten(), types.get(1).cloned().flatten()];
                    self.pair("=", left, right, types);
                    return self.type_of(left);
                }
            }
            _ => self.arguments(call, &name),
        }
        // SUBSTRING(x FROM 'pattern') is kept as a plain call (`get_func_sql_syntax` in the server's source).
        if call.worded && name == "substring" && call.args.len() == 2 {
            call.worded = call.args.get(1).and_then(|from| self.type_of(from)).is_some_and(|ty| !is_string(&ty));
        }
        if call.worded && !self.catalog.keeps_words() {
            plain(call);
        }
        let types: Vec<Option<String>> = call.args.iter().map(|arg| self.type_of(arg)).collect();
        self.call_result(call, &types)
    }

    pub fn window(&self, window: &mut Window, scope: &Scope<'_>) {
        window.each_child(&mut |child| {
            self.node(child, scope);
        });
        let key = window.order.first().and_then(|key| self.type_of(&key.expr));
        let timed = key.is_some_and(|ty| ty.starts_with("time") || ty == "date" || ty == "interval");
        for piece in &mut window.frame {
            if let FramePiece::Offset(offset) = piece {
                self.expect(offset, if timed { "interval" } else { "bigint" });
            }
        }
    }

    /// Arguments that a routine takes as one array are stored as one.
    fn gather(&self, call: &mut Call) {
        let count = call.args.len();
        let routines = self.catalog.routines(&call.name);
        let one_by_one = |arguments: usize| arguments >= count;
        let [routine] = routines.iter().filter(|known| known.variadic).collect::<Vec<_>>()[..] else { return };
        let fixed = routine.arguments.len().saturating_sub(1);
        let other = routines.iter().any(|known| !known.variadic && one_by_one(known.arguments.len()));
        let element = routine.arguments.last().and_then(|last| last.strip_suffix("[]"));
        if call.variadic || other || count <= fixed || element.is_none() || call.labels.iter().any(|label| !label.is_empty()) {
            return;
        }
        let mut items = call.args.split_off(fixed);
        let element = self.catalog.type_text(element.unwrap_or_default(), self.path);
        items.iter_mut().for_each(|item| self.argument(item, &element));
        call.args.push(Node::Array(items));
        call.labels.clear();
        call.variadic = true;
    }

    fn arguments(&self, call: &mut Call, name: &str) {
        self.gather(call);
        let count = call.args.len();
        if let Some((numbers, variants)) = numbers::overloaded(name, count)
            && self.as_one_of(call.args.iter_mut().take(numbers).collect(), variants)
        {
            return;
        }
        if name == "generate_series" && self.moments(&mut call.args) {
            return;
        }
        let routines = self.catalog.routines(&call.name);
        let own: Option<Vec<String>> = match routines.as_slice() {
            [routine] if routine.arguments.len() >= count => Some(routine.arguments.clone()),
            _ => None,
        };
        for (at, arg) in call.args.iter_mut().enumerate() {
            if let Some(ty) = own.as_ref().and_then(|types| types.get(at)) {
                let ty = self.catalog.type_text(ty, self.path);
                self.argument(arg, &ty);
                continue;
            }
            if let Some(ty) = functions::bound(name, at) {
                self.argument(arg, ty);
                continue;
            }
            match functions::argument(name, count, at) {
                Some("regclass") if self.type_of(arg).is_some_and(|ty| is_string(&ty)) => {
                    let name = std::mem::replace(arg, Node::Null);
                    *arg = Node::Cast(Box::new(name), "regclass".to_owned());
                }
                Some(ty) => {
                    self.undomain(arg);
                    self.expect(arg, ty);
                }
                None => self.free_argument(arg, name),
            }
        }
    }

    /// A series of moments: from, to, and the interval between two. Days are brought to the moments that the server prefers.
    fn moments(&self, args: &mut [Node]) -> bool {
        let [from, to, step, ..] = args else { return false };
        let types = [self.type_of(from), self.type_of(to)];
        let is = |wanted: &str| types.iter().flatten().any(|ty| ty.starts_with(wanted));
        if !is("date") && !is("timestamp") {
            return false;
        }
        let without = is("timestamp without") && !is("timestamp with time");
        let moment = if without { "timestamp without time zone" } else { "timestamp with time zone" };
        for (end, ty) in [from, to].into_iter().zip(&types) {
            match ty.as_deref() {
                None => self.expect(end, moment),
                Some(ty) if ty != moment => *end = Node::Cast(Box::new(std::mem::replace(end, Node::Null)), moment.to_owned()),
                Some(_) => {}
            }
        }
        self.expect(step, "interval");
        true
    }

    /// Brings numbers to the type of the variant that the server takes; it is not told where a type is not known.
    pub fn as_one_of(&self, mut args: Vec<&mut Node>, variants: &[&'static str]) -> bool {
        args.iter_mut().for_each(|arg| self.undomain(arg));
        let types: Option<Vec<String>> = args.iter().map(|arg| self.operand(arg)).collect();
        let Some(variant) = types.as_deref().and_then(|types| numbers::variant(variants, types)) else { return false };
        for (arg, ty) in args.into_iter().zip(types.unwrap_or_default()) {
            if types_base(&ty) != variant {
                *arg = Node::Cast(Box::new(std::mem::replace(arg, Node::Null)), variant.to_owned());
            }
        }
        true
    }

    /// An argument of a routine whose parameter's type is known.
    fn argument(&self, arg: &mut Node, ty: &str) {
        self.unwiden(arg, Some(ty));
        if self.catalog.underlying(ty) == ty {
            self.undomain(arg);
        }
        if is_string(ty) {
            self.textual(arg);
            self.untext(arg, true);
        }
        if types_base(ty) == "character varying" {
            self.unvary(arg);
        }
        self.expect(arg, ty);
    }

    fn free_argument(&self, arg: &mut Node, name: &str) {
        self.textual(arg);
        if functions::is_polymorphic(name) {
            return;
        }
        self.untext(arg, true);
        if let Node::Cast(inner, to) = arg
            && functions::widens(name, to)
        {
            let from = self.type_of(inner);
            let day = from.as_deref() == Some("date") && to.starts_with("timestamp");
            if day || from.as_deref().is_some_and(|from| functions::wider(from, to) == Some(to.as_str())) {
                *arg = std::mem::replace(&mut **inner, Node::Null);
            }
        }
    }

    /// Makes a collation's name whole; those of the system stand bare.
    pub fn collation(&self, name: &mut Vec<String>) {
        match name.as_slice() {
            [namespace, _] if namespace == "pg_catalog" => drop(name.remove(0)),
            [bare] => {
                let namespace = self.catalog.collation_namespace(bare, self.path);
                namespace.into_iter().for_each(|namespace| name.insert(0, namespace.to_string()));
            }
            _ => {}
        }
    }

    /// The system's namespace and the default one are not told: neither hides a name of the other in practice.
    fn settle_name(&self, call: &mut Call) {
        if call.name.len() == 2 && matches!(call.name.first().map(String::as_str), Some("pg_catalog" | "public")) {
            call.name.remove(0);
        }
        if call.name.len() != 1 || self.path.is_none() {
            return;
        }
        let routines = self.catalog.routines(&call.name);
        let found = super::catalog::namespaces(self.path).find(|namespace| routines.iter().any(|routine| routine.namespace == *namespace));
        if let Some(namespace) = found.filter(|namespace| *namespace != "public") {
            call.name.insert(0, namespace.to_owned());
        }
    }

    pub fn call_result(&self, call: &Call, args: &[Option<String>]) -> Option<String> {
        if let Some(known) = super::json::result(call) {
            return known;
        }
        let known = match call.name.as_slice() {
            [name] if matches!(name.as_str(), "coalesce" | "greatest" | "least") => self.common(args),
            [name] if name == "nullif" => args.first().cloned().flatten(),
            [name] if functions::is_polymorphic(name) => functions::result(name, args),
            [name] => {
                let args: Vec<Option<String>> = args.iter().map(|ty| ty.as_deref().map(|ty| self.catalog.underlying(ty))).collect();
                functions::result(name, &args)
            }
            _ => None,
        };
        known.or_else(|| {
            let routines = self.catalog.routines(&call.name);
            let result = routines.first()?.result.as_deref()?;
            let single = routines.len() == 1 && !result.to_ascii_lowercase().starts_with("table");
            single.then(|| self.catalog.type_text(result.trim_start_matches("SETOF ").trim_start_matches("setof "), self.path))
        })
    }
}
