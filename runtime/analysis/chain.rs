//! Chains of properties and calls from a name: `client.users.id(5).get`.

use oxc_ast::ast::{
    Argument as AstArgument, CallExpression, ChainElement, Expression, MemberExpression, SimpleAssignmentTarget,
};
use oxc_span::{GetSpan, Span as CodeSpan};

use crate::code_map::CodeMap;
use crate::model::{Argument, Step};
use crate::{literal, template};
use apinb_text::source::span::Span;

/// A chain and its spans.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub(super) root: String,
    pub(super) steps: Vec<Step>,
    pub(super) place: Span,
    /// The span of the root in the code.
    pub(super) at: usize,
    pub(super) root_place: Span,
}

/// The expressions inside a chain, which are visited separately: arguments and computed names.
pub(super) enum Inner<'b, 'a> {
    Argument(&'b AstArgument<'a>),
    Computed(&'b Expression<'a>),
}

/// The chain of `expression`, and the expressions inside; none if it does not begin with a name.
pub(super) fn of<'b, 'a>(
    expression: &'b Expression<'a>,
    map: &CodeMap,
    shift: u32,
) -> Option<(Chain, Vec<Inner<'b, 'a>>)> {
    Links::new(map, shift).follow(expression, expression.span())
}

/// The same for the target of an assignment.
pub(super) fn of_target<'b, 'a>(
    target: &'b SimpleAssignmentTarget<'a>,
    map: &CodeMap,
    shift: u32,
) -> Option<(Chain, Vec<Inner<'b, 'a>>)> {
    let mut links = Links::new(map, shift);
    let object = links.member(target.as_member_expression()?)?;
    links.follow(object, target.span())
}

/// Levels of the properties of an argument: its own, and those of `query` and `headers`.
const LEVELS: usize = 2;

struct Links<'p, 'b, 'a> {
    map: &'p CodeMap,
    shift: u32,
    /// In reverse order.
    steps: Vec<Step>,
    inner: Vec<Inner<'b, 'a>>,
}

impl<'p, 'b, 'a> Links<'p, 'b, 'a> {
    fn new(map: &'p CodeMap, shift: u32) -> Self {
        Self { map, shift, steps: Vec::new(), inner: Vec::new() }
    }

    /// From the end to the root name. Iterative, since a chain may be as long as the text.
    fn follow(mut self, expression: &'b Expression<'a>, whole: CodeSpan) -> Option<(Chain, Vec<Inner<'b, 'a>>)> {
        let mut rest = expression;
        loop {
            rest = match rest {
                Expression::Identifier(name) => {
                    self.steps.reverse();
                    self.inner.reverse();
                    let chain = Chain {
                        root: name.name.to_string(),
                        place: self.span(whole),
                        at: usize::try_from(name.span.start.saturating_sub(self.shift)).unwrap_or_default(),
                        root_place: self.span(name.span),
                        steps: self.steps,
                    };
                    return Some((chain, self.inner));
                }
                Expression::CallExpression(call) => self.call(call),
                Expression::ChainExpression(chain) => match &chain.expression {
                    ChainElement::CallExpression(call) => self.call(call),
                    element => self.member(element.as_member_expression()?)?,
                },
                other => self.member(other.as_member_expression()?)?,
            };
        }
    }

    fn call(&mut self, call: &'b CallExpression<'a>) -> &'b Expression<'a> {
        let planned = |expression: &Expression<'a>| template::of(expression, self.map.code(), self.shift);
        let properties = |expression: &Expression<'a>| literal::properties(expression, &|span| self.span(span), LEVELS);
        let argument = |argument: &AstArgument<'a>| Argument {
            value: argument.as_expression().and_then(literal::value),
            planned: argument.as_expression().filter(|one| literal::value(one).is_none()).map(planned),
            properties: argument.as_expression().map(properties).unwrap_or_default(),
            spread: argument.is_spread(),
            place: self.span(argument.span()),
        };
        let arguments = call.arguments.iter().map(argument).collect();
        let place = self.span(CodeSpan::new(call.callee.span().end, call.span.end));
        self.steps.push(if call.optional { Step::Unknown } else { Step::Call { arguments, place } });
        self.inner.extend(call.arguments.iter().rev().map(Inner::Argument));
        &call.callee
    }

    fn member(&mut self, member: &'b MemberExpression<'a>) -> Option<&'b Expression<'a>> {
        let (name, optional, object) = match member {
            MemberExpression::StaticMemberExpression(member) => {
                (Some((member.property.name.to_string(), member.property.span)), member.optional, &member.object)
            }
            MemberExpression::ComputedMemberExpression(member) => {
                let name = literal::text(&member.expression);
                if name.is_none() {
                    self.inner.push(Inner::Computed(&member.expression));
                }
                (name.map(|name| (name, member.expression.span())), member.optional, &member.object)
            }
            MemberExpression::PrivateFieldExpression(member) => (None, false, &member.object),
        };
        self.steps.push(match name {
            Some((name, at)) if !optional => Step::Name { name, place: self.span(at) },
            _ => Step::Unknown,
        });
        Some(object)
    }

    fn span(&self, span: CodeSpan) -> Span {
        self.map.span(span.start.saturating_sub(self.shift), span.end.saturating_sub(self.shift))
    }
}
