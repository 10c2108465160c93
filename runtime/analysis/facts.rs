//! Walks through the cells and collects every chain, every bound name, and everything that makes a name uncertain.
//!
//! A name that a function declares is local to it. All other names belong to the whole notebook: a name that is bound
//! to anything but one part of a client is uncertain everywhere.

use std::collections::{HashMap, HashSet};

use oxc_ast::ast::{
    AssignmentExpression, AssignmentOperator, AssignmentTargetPropertyIdentifier, BinaryExpression, BinaryOperator,
    BindingIdentifier, BindingPattern, Expression, ForStatementLeft, ImportExpression, Program, SimpleAssignmentTarget,
    TryStatement, UnaryExpression, UnaryOperator, VariableDeclarator, WithStatement,
};
use oxc_ast::ast_kind::AstKind;
use oxc_ast_visit::{VisitJs, walk_js};
use oxc_span::GetSpan;

use crate::chain;
use crate::chain::{Chain, Inner};
use crate::code_map::CodeMap;
use crate::model::{Module, ParseError, Step, SyntaxError, UnsupportedApi};
use apinb_notebook::assignment::assigned_variable;
use apinb_notebook::model::CodeCell;
use apinb_text::javascript::imports::Import;

/// The binding of a name.
#[derive(Clone, Debug)]
pub(super) enum Binding {
    /// Bound once.
    Chain(Chain),
    /// Bound several times, or to anything else.
    Other,
}

/// A chain with its context.
#[derive(Debug)]
pub(super) struct Use {
    pub(super) cell: usize,
    pub(super) chain: Chain,
    /// Whether the notebook expects it to fail.
    pub(super) tolerated: bool,
    /// The variable that gets its value, if it is a prompt.
    pub(super) variable: Option<String>,
    /// The chain that is its first argument, as a key.
    pub(super) first: Option<String>,
    /// The same as a chain, if a function of [`READERS`] gets it.
    pub(super) argument: Option<Chain>,
}

/// All facts about the cells.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) uses: Vec<Use>,
    pub(super) bindings: HashMap<String, Binding>,
    /// The outermost functions that declare a name, in their order: cell, first and last byte of its code.
    declared: HashMap<String, Vec<(usize, usize, usize)>>,
    /// Chains that are assigned to, tested for existence, or passed on: see [`path`].
    pub(super) doubtful: HashSet<String>,
    /// Operands of `typeof`.
    pub(super) guarded: HashSet<String>,
    /// Whether any name may have any value: `eval`, `with`.
    pub(super) dynamic: bool,
    /// Whether it imports modules.
    pub(super) imports: bool,
    pub(super) syntax_errors: Vec<SyntaxError>,
    pub(super) unsupported_apis: Vec<UnsupportedApi>,
    pub(super) modules: Vec<Module>,
    pub(super) unread: Vec<usize>,
    pub(super) sets_uri_parameters: bool,
    pub(super) sets_base_uri: bool,
    cell: usize,
    map: CodeMap,
    shift: u32,
    /// The enclosing functions: their first and last bytes.
    functions: Vec<(usize, usize)>,
    tolerated: usize,
    questions: usize,
    /// Whether the chain is bound to a name, and so not tested for existence.
    binding: bool,
    in_for: bool,
}

/// Maximum number of prompts whose variable is determined: each scans the cell.
const MAX_QUESTIONS: usize = 2000;
/// Functions that expect their argument, a function, to throw.
const EXPECTING: [&str; 4] = ["throws", "throw", "Throw", "rejects"];
/// Functions that read their argument and do not change it.
const HARMLESS: [&str; 7] = ["API", "console", "assert", "expect", "JSON", "String", "alert"];

/// Functions that read the characters of their argument.
pub(super) const READERS: [&str; 4] = ["atob", "btoa", "jwt_decode", "jwtDecode"];

impl Facts {
    /// Attributes the following facts to `cell`.
    pub(super) fn begin(&mut self, cell: &CodeCell) {
        self.cell = cell.number;
        self.map = CodeMap::of(cell);
        self.sets_uri_parameters |= cell.code.contains("uriParameters");
        self.sets_base_uri |= cell.code.contains("baseUri");
    }

    /// Collects the facts of `program`, whose code begins `shift` bytes late.
    pub(super) fn visit(&mut self, program: &Program<'_>, shift: usize) {
        self.shift = u32::try_from(shift).unwrap_or_default();
        self.functions.clear();
        (self.tolerated, self.binding, self.in_for) = (0, false, false);
        self.visit_program(program);
    }

    /// Collects the static imports of the cell.
    pub(super) fn add_imports(&mut self, imports: &[Import<'_>]) {
        self.imports |= !imports.is_empty();
        for import in imports {
            let end = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let place = self.map.span(end(import.specifier_range.start), end(import.specifier_range.end));
            let specifier = Some(import.specifier.clone());
            self.modules.push(Module { cell: self.cell, specifier, tolerated: false, place });
            for binding in &import.bindings {
                self.bind(binding.local, None);
            }
        }
    }

    pub(super) fn add_syntax_error(&mut self, error: ParseError) {
        let ParseError { message, help, start, end } = error;
        let place = self.map.span(start, end);
        self.syntax_errors.push(SyntaxError { cell: self.cell, message, help, place });
    }

    /// The function around a cell with `await` does not belong to the notebook.
    fn function(&self, kind: AstKind<'_>) -> Option<(usize, usize)> {
        let span = match kind {
            AstKind::Function(function) => function.span,
            AstKind::ArrowFunctionExpression(function) if function.span.start >= self.shift => function.span,
            _ => return None,
        };
        let place = |at: u32| usize::try_from(at.saturating_sub(self.shift)).unwrap_or_default();
        Some((place(span.start), place(span.end)))
    }

    /// Whether the root name of a use is a variable of the notebook there, not a global of apinb.
    pub(super) fn is_own(&self, name: &str, one: &Use) -> bool {
        self.bindings.contains_key(name) || self.is_declared(name, one)
    }

    /// Whether a function around a use declares the name.
    pub(super) fn is_declared(&self, name: &str, one: &Use) -> bool {
        let Some(functions) = self.declared.get(name) else { return false };
        let behind = functions.partition_point(|(cell, start, _)| (*cell, *start) <= (one.cell, one.chain.at));
        let last = behind.checked_sub(1).and_then(|at| functions.get(at));
        last.is_some_and(|(cell, _, end)| *cell == one.cell && one.chain.at < *end)
    }

    fn declare(&mut self, name: &str) {
        let Some((start, end)) = self.functions.last().copied() else { return self.bind(name, None) };
        let is_inside = |inner: (usize, usize, usize), outer: (usize, usize, usize)| {
            inner.0 == outer.0 && outer.1 <= inner.1 && inner.2 <= outer.2
        };
        let function = (self.cell, start, end);
        let functions = self.declared.entry(name.to_owned()).or_default();
        if functions.last().is_some_and(|last| is_inside(function, *last)) {
            return;
        }
        while functions.last().is_some_and(|last| is_inside(*last, function)) {
            functions.pop();
        }
        functions.push(function);
    }

    fn bind(&mut self, name: &str, value: Option<Chain>) {
        let known = self.bindings.contains_key(name);
        let binding = match value {
            Some(chain) if !known => Binding::Chain(chain),
            _ => Binding::Other,
        };
        self.bindings.insert(name.to_owned(), binding);
    }

    /// The chain of an expression that a name is bound to.
    fn bound(&self, expression: &Expression<'_>) -> Option<Chain> {
        chain::of(expression, &self.map, self.shift).map(|(chain, _)| chain)
    }

    fn inner<'a>(&mut self, inner: Vec<Inner<'_, 'a>>, chain: &Chain) {
        let names = || chain.steps.iter().filter_map(name_of);
        let expecting = names().any(|name| EXPECTING.contains(&name));
        let harmless = HARMLESS.contains(&chain.root.as_str());
        self.tolerated += usize::from(expecting);
        for inner in inner {
            match inner {
                Inner::Argument(argument) => {
                    if let (Some(expression), true) = (argument.as_expression(), harmless)
                        && let Some((inner_chain, inner)) = chain::of(expression, &self.map, self.shift)
                    {
                        self.note(inner_chain, inner, true);
                    } else {
                        self.visit_argument(argument);
                    }
                }
                Inner::Computed(expression) => self.visit_expression(expression),
            }
        }
        self.tolerated -= usize::from(expecting);
    }

    /// Collects a chain and the expressions inside. `harmless`: this use does not make the chain uncertain.
    fn note(&mut self, chain: Chain, inner: Vec<Inner<'_, '_>>, harmless: bool) {
        let called = matches!(chain.steps.last(), Some(Step::Call { .. }));
        if !called && !harmless {
            self.doubtful.insert(path(&chain.root, &chain.steps));
        }
        if chain.root == "eval" && called {
            self.dynamic = true;
        }
        let first = inner.iter().find_map(|inner| match inner {
            Inner::Argument(argument) => argument.as_expression().and_then(|expression| self.bound(expression)),
            Inner::Computed(_) => None,
        });
        let is_read = chain.root == "API" || READERS.contains(&chain.root.as_str());
        let first = first.filter(|_| is_read);
        let argument = first.clone().filter(|_| chain.root != "API");
        let first = first.map(|first| path(&first.root, &first.steps));
        self.inner(inner, &chain);
        let asks = chain.root == "prompt" || chain.root == "confirm" || is_global(&chain.root);
        let asks = asks && called && self.questions < MAX_QUESTIONS;
        self.questions += usize::from(asks);
        let variable = if asks { assigned_variable(self.map.code(), chain.at).map(str::to_owned) } else { None };
        self.uses.push(Use { cell: self.cell, chain, tolerated: self.tolerated > 0, variable, first, argument });
    }
}

impl<'a> VisitJs<'a> for Facts {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        if let AstKind::Function(function) = kind
            && let Some(name) = function.id.as_ref().filter(|_| function.is_declaration())
        {
            self.declare(&name.name);
        }
        self.functions.extend(self.function(kind));
    }

    fn leave_node(&mut self, kind: AstKind<'a>) {
        if self.function(kind).is_some() {
            self.functions.pop();
        }
    }

    fn visit_expression(&mut self, it: &Expression<'a>) {
        let harmless = std::mem::take(&mut self.binding);
        match chain::of(it, &self.map, self.shift) {
            Some((chain, inner)) => self.note(chain, inner, harmless),
            None => walk_js::walk_expression(self, it),
        }
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        let BindingPattern::BindingIdentifier(name) = &it.id else {
            return walk_js::walk_variable_declarator(self, it);
        };
        match &it.init {
            Some(init) => {
                let chain = self.bound(init);
                self.binding = chain.is_some();
                if self.functions.is_empty() {
                    self.bind(&name.name, chain);
                } else {
                    self.declare(&name.name);
                }
                self.visit_expression(init);
            }
            // At the top, a declaration without a value changes nothing.
            None if self.functions.is_empty() && !self.in_for => {}
            None => self.declare(&name.name),
        }
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        self.declare(&it.name);
    }

    fn visit_for_statement_left(&mut self, it: &ForStatementLeft<'a>) {
        let before = std::mem::replace(&mut self.in_for, true);
        walk_js::walk_for_statement_left(self, it);
        self.in_for = before;
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let (AssignmentOperator::Assign, Some(SimpleAssignmentTarget::AssignmentTargetIdentifier(name))) =
            (it.operator, it.left.as_simple_assignment_target())
        {
            let chain = self.bound(&it.right);
            self.binding = chain.is_some();
            self.bind(&name.name, chain);
        } else {
            self.visit_assignment_target(&it.left);
        }
        self.visit_expression(&it.right);
    }

    fn visit_simple_assignment_target(&mut self, it: &SimpleAssignmentTarget<'a>) {
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(name) = it {
            self.bind(&name.name, None);
        } else if let Some((chain, inner)) = chain::of_target(it, &self.map, self.shift) {
            if is_global(&chain.root)
                && let Some(name) = chain.steps.first().and_then(name_of)
            {
                let name = name.to_owned();
                self.bind(&name, None);
            }
            self.doubtful.insert(path(&chain.root, &chain.steps));
            self.note(chain, inner, true);
        } else {
            walk_js::walk_simple_assignment_target(self, it);
        }
    }

    fn visit_assignment_target_property_identifier(&mut self, it: &AssignmentTargetPropertyIdentifier<'a>) {
        self.bind(&it.binding.name, None);
        walk_js::walk_assignment_target_property_identifier(self, it);
    }

    fn visit_unary_expression(&mut self, it: &UnaryExpression<'a>) {
        if it.operator == UnaryOperator::Typeof
            && let Some((chain, inner)) = chain::of(&it.argument, &self.map, self.shift)
        {
            let name = if is_global(&chain.root) { chain.steps.first().and_then(name_of) } else { Some(&*chain.root) };
            self.guarded.extend(name.map(str::to_owned));
            self.doubtful.insert(path(&chain.root, &chain.steps));
            return self.inner(inner, &chain);
        }
        walk_js::walk_unary_expression(self, it);
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        if it.operator == BinaryOperator::In
            && let (Expression::StringLiteral(name), Some(mut chain)) = (&it.left, self.bound(&it.right))
        {
            // `'users' in client` tests for `client.users`.
            if is_global(&chain.root) && chain.steps.is_empty() {
                self.guarded.insert(name.value.to_string());
            }
            chain.steps.push(Step::Name { name: name.value.to_string(), place: chain.place });
            self.doubtful.insert(path(&chain.root, &chain.steps));
            return;
        }
        // Sums may be as long as the text; their operands nest on the left.
        let mut sides = vec![&it.right];
        let mut left = &it.left;
        while let Expression::BinaryExpression(binary) = left {
            sides.push(&binary.right);
            left = &binary.left;
        }
        sides.push(left);
        for side in sides.into_iter().rev() {
            self.visit_expression(side);
        }
    }

    fn visit_try_statement(&mut self, it: &TryStatement<'a>) {
        self.tolerated += 1;
        self.visit_block_statement(&it.block);
        self.tolerated -= 1;
        if let Some(handler) = &it.handler {
            self.visit_catch_clause(handler);
        }
        if let Some(finalizer) = &it.finalizer {
            self.visit_block_statement(finalizer);
        }
    }

    fn visit_with_statement(&mut self, it: &WithStatement<'a>) {
        self.dynamic = true;
        walk_js::walk_with_statement(self, it);
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        self.imports = true;
        let span = it.span();
        let place = self.map.span(span.start.saturating_sub(self.shift), span.end.saturating_sub(self.shift));
        let specifier = match &it.source {
            Expression::StringLiteral(literal) => Some(literal.value.to_string()),
            _ => None,
        };
        self.modules.push(Module { cell: self.cell, specifier, tolerated: self.tolerated > 0, place });
        walk_js::walk_import_expression(self, it);
    }
}

/// The names of the global object.
pub(super) fn is_global(name: &str) -> bool {
    matches!(name, "window" | "self" | "global" | "globalThis")
}

/// The property of a step.
pub(super) fn name_of(step: &Step) -> Option<&str> {
    match step {
        Step::Name { name, .. } => Some(name),
        Step::Call { .. } | Step::Unknown => None,
    }
}

/// A chain as a key: the same for all values that it is called with.
pub(super) fn path(root: &str, steps: &[Step]) -> String {
    let mut path = root.to_owned();
    for step in steps {
        match step {
            Step::Name { name, .. } => {
                path.push('.');
                path.push_str(name);
            }
            Step::Call { .. } => path.push_str("()"),
            Step::Unknown => path.push_str(".?"),
        }
    }
    path
}
