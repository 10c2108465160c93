//! Values that are known in part without running the cell.

use oxc_ast::ast::{ArrayExpressionElement, BinaryOperator, Expression, ObjectPropertyKind};
use oxc_span::GetSpan as _;

use crate::literal;
use apinb_record::value::{Fields, PlannedValue, merge_fields};

/// The value of an expression as far as its text determines it; its offsets count in `code`, from `shift` on.
pub(super) fn of(expression: &Expression<'_>, code: &str, shift: u32) -> PlannedValue {
    match expression {
        Expression::FunctionExpression(_) | Expression::ArrowFunctionExpression(_) => PlannedValue::Function,
        Expression::TemplateLiteral(template) if !template.expressions.is_empty() => {
            let mut parts = Vec::new();
            for (index, quasi) in template.quasis.iter().enumerate() {
                let text = quasi.value.cooked.map(|text| text.to_string()).unwrap_or_default();
                parts.push(PlannedValue::Text(text));
                parts.extend(template.expressions.get(index).map(|expression| of(expression, code, shift)));
            }
            PlannedValue::Joined(parts)
        }
        Expression::BinaryExpression(binary) if binary.operator == BinaryOperator::Addition => {
            sum(expression, code, shift)
        }
        Expression::ArrayExpression(array) => {
            let element = |element: &ArrayExpressionElement<'_>| match (element, element.as_expression()) {
                (_, Some(one)) => of(one, code, shift),
                (ArrayExpressionElement::Elision(_), None) => PlannedValue::Undefined,
                (_, None) => PlannedValue::Unknown("…".to_owned()),
            };
            PlannedValue::List(array.elements.iter().map(element).collect())
        }
        Expression::ObjectExpression(object) => {
            let field = |property: &ObjectPropertyKind<'_>| match property {
                ObjectPropertyKind::ObjectProperty(property) if !property.method => {
                    Some((literal::key(&property.key)?, of(&property.value, code, shift)))
                }
                _ => None,
            };
            match object.properties.iter().map(field).collect() {
                Some(fields) => PlannedValue::Object(merge_fields(Fields::new(), fields)),
                None => source(expression, code, shift),
            }
        }
        Expression::Identifier(name) if name.name == "undefined" => PlannedValue::Undefined,
        _ => literal::value(expression).map_or_else(|| source(expression, code, shift), PlannedValue::from),
    }
}

/// Operands of `+`, if one of them is known to be a string.
fn sum(expression: &Expression<'_>, code: &str, shift: u32) -> PlannedValue {
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
        return text.into();
    }
    let is_text = |part: &PlannedValue| matches!(part, PlannedValue::Joined(_) | PlannedValue::Text(_));
    // `1 + a` may be a number; from the first string on it is a string.
    if parts.iter().take(2).any(is_text) { PlannedValue::Joined(parts) } else { source(expression, code, shift) }
}

fn source(expression: &Expression<'_>, code: &str, shift: u32) -> PlannedValue {
    let span = expression.span();
    let at = |at: u32| usize::try_from(at.saturating_sub(shift)).unwrap_or(usize::MAX);
    let text = code.get(at(span.start)..at(span.end)).unwrap_or("…");
    let words: Vec<&str> = text.split_whitespace().collect();
    PlannedValue::Unknown(words.join(" "))
}
