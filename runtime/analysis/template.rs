//! Values of which a part is known only when the cell runs.

use oxc_ast::ast::{ArrayExpressionElement, BinaryOperator, Expression, ObjectPropertyKind};
use oxc_span::GetSpan as _;
use serde_json::{Map, Value};

use crate::literal;
use apinb_record::request::Template;

/// The longest source text that stands for a value, in characters.
const MAX_SOURCE: usize = 60;

/// What an expression is, as far as its text says; its places count in `code`, from `shift` on.
pub(super) fn of(expression: &Expression<'_>, code: &str, shift: u32) -> Template {
    match expression {
        Expression::FunctionExpression(_) | Expression::ArrowFunctionExpression(_) => Template::Function,
        Expression::TemplateLiteral(template) if !template.expressions.is_empty() => {
            let mut parts = Vec::new();
            for (index, quasi) in template.quasis.iter().enumerate() {
                let text = quasi.value.cooked.map(|text| text.to_string()).unwrap_or_default();
                parts.push(Template::Value(text.into()));
                parts.extend(template.expressions.get(index).map(|expression| of(expression, code, shift)));
            }
            Template::Text(parts)
        }
        Expression::BinaryExpression(binary) if binary.operator == BinaryOperator::Addition => {
            sum(expression, code, shift)
        }
        Expression::ArrayExpression(array) => {
            let element = |element: &ArrayExpressionElement<'_>| {
                element.as_expression().map_or_else(|| Template::Open("…".to_owned()), |one| of(one, code, shift))
            };
            list(array.elements.iter().map(element).collect())
        }
        Expression::ObjectExpression(object) => {
            let field = |property: &ObjectPropertyKind<'_>| match property {
                ObjectPropertyKind::ObjectProperty(property) if !property.method => {
                    Some((literal::key(&property.key)?, of(&property.value, code, shift)))
                }
                _ => None,
            };
            match object.properties.iter().map(field).collect() {
                Some(fields) => self::object(fields),
                None => source(expression, code, shift),
            }
        }
        _ => literal::value(expression).map_or_else(|| source(expression, code, shift), Template::Value),
    }
}

fn list(items: Vec<Template>) -> Template {
    if !items.iter().all(is_value) {
        return Template::List(items);
    }
    Template::Value(items.into_iter().filter_map(value).collect())
}

fn object(fields: Vec<(String, Template)>) -> Template {
    if !fields.iter().all(|(_, field)| is_value(field)) {
        return Template::Object(fields);
    }
    let values: Map<String, Value> =
        fields.into_iter().filter_map(|(name, field)| Some((name, value(field)?))).collect();
    Template::Value(values.into())
}

fn is_value(template: &Template) -> bool {
    matches!(template, Template::Value(_))
}

fn value(template: Template) -> Option<Value> {
    match template {
        Template::Value(value) => Some(value),
        _ => None,
    }
}

/// Texts that are put together by `+`: only where one of them is known to be a text.
fn sum(expression: &Expression<'_>, code: &str, shift: u32) -> Template {
    let mut parts = Vec::new();
    let mut rest = expression;
    while let Expression::BinaryExpression(binary) = rest
        && binary.operator == BinaryOperator::Addition
    {
        parts.push(of(&binary.right, code, shift));
        rest = &binary.left;
    }
    parts.push(of(rest, code, shift));
    parts.reverse();
    if let Some(text) = literal::value(expression) {
        return Template::Value(text);
    }
    let is_text = |part: &Template| {
        matches!(part, Template::Text(_)) || matches!(part, Template::Value(value) if value.is_string())
    };
    // `1 + a` may be a number; from the first text on it is one.
    if parts.iter().take(2).any(is_text) { Template::Text(parts) } else { source(expression, code, shift) }
}

fn source(expression: &Expression<'_>, code: &str, shift: u32) -> Template {
    let span = expression.span();
    let at = |at: u32| usize::try_from(at.saturating_sub(shift)).unwrap_or(usize::MAX);
    let text = code.get(at(span.start)..at(span.end)).unwrap_or("…");
    // An argument may be as long as a cell.
    let text: String = text.chars().take(4 * MAX_SOURCE).collect();
    let mut shown: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = shown.char_indices().nth(MAX_SOURCE) {
        shown.truncate(end);
        shown.push('…');
    }
    Template::Open(shown)
}
