//! The values of literals.

use apinb_text::source::span::Span;
use oxc_ast::ast::{
    ArrayExpressionElement, BinaryOperator, Expression, ObjectPropertyKind, PropertyKey, UnaryOperator,
};
use oxc_span::{GetSpan, Span as CodeSpan};
use serde_json::{Map, Number, Value};

use crate::model::Property;

/// The value of an expression of literals that JSON can represent.
pub(super) fn value(expression: &Expression<'_>) -> Option<Value> {
    match expression {
        Expression::StringLiteral(text) => Some(Value::String(text.value.to_string())),
        Expression::NumericLiteral(number) => self::number(number.value),
        Expression::BooleanLiteral(literal) => Some(Value::Bool(literal.value)),
        Expression::NullLiteral(_) => Some(Value::Null),
        Expression::TemplateLiteral(template) if template.expressions.is_empty() => {
            let texts = template.quasis.iter().map(|quasi| quasi.value.cooked.map(|text| text.to_string()));
            texts.collect::<Option<String>>().map(Value::String)
        }
        Expression::UnaryExpression(unary) if unary.operator == UnaryOperator::UnaryNegation => {
            number(-value(&unary.argument)?.as_f64()?)
        }
        Expression::BinaryExpression(_) => sum(expression).map(Value::String),
        Expression::ArrayExpression(array) => {
            let element = |element: &ArrayExpressionElement<'_>| value(element.as_expression()?);
            array.elements.iter().map(element).collect::<Option<_>>().map(Value::Array)
        }
        Expression::ObjectExpression(object) => {
            let entry = |property: &ObjectPropertyKind<'_>| match property {
                ObjectPropertyKind::ObjectProperty(property) if !property.method => {
                    Some((key(&property.key)?, value(&property.value)?))
                }
                _ => None,
            };
            object.properties.iter().map(entry).collect::<Option<Map<_, _>>>().map(Value::Object)
        }
        _ => None,
    }
}

/// The properties of an object literal, of so many levels. `place` maps a span of the parsed code.
pub(super) fn properties(
    expression: &Expression<'_>,
    place: &dyn Fn(CodeSpan) -> Span,
    levels: usize,
) -> Vec<Property> {
    let (Expression::ObjectExpression(object), Some(below)) = (expression, levels.checked_sub(1)) else {
        return Vec::new();
    };
    let property = |property: &ObjectPropertyKind<'_>| match property {
        ObjectPropertyKind::ObjectProperty(property) => Some(Property {
            name: key(&property.key)?,
            place: place(property.key.span()),
            properties: properties(&property.value, place, below),
        }),
        ObjectPropertyKind::SpreadProperty(_) => None,
    };
    object.properties.iter().filter_map(property).collect()
}

/// The name of a property that is not computed.
pub(super) fn key(key: &PropertyKey<'_>) -> Option<String> {
    match key {
        PropertyKey::StaticIdentifier(name) => Some(name.name.to_string()),
        PropertyKey::StringLiteral(text) => Some(text.value.to_string()),
        PropertyKey::NumericLiteral(number) => Some(number.value.to_string()),
        _ => None,
    }
}

/// Strings that are concatenated by `+`.
fn sum(expression: &Expression<'_>) -> Option<String> {
    let mut texts = Vec::new();
    let mut rest = expression;
    while let Expression::BinaryExpression(binary) = rest {
        if binary.operator != BinaryOperator::Addition {
            return None;
        }
        texts.push(text(&binary.right)?);
        rest = &binary.left;
    }
    texts.push(text(rest)?);
    texts.reverse();
    Some(texts.concat())
}

/// The value of a string literal.
pub(super) fn text(expression: &Expression<'_>) -> Option<String> {
    match expression {
        Expression::StringLiteral(_) | Expression::TemplateLiteral(_) => match value(expression)? {
            Value::String(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// An integer as such: `5`, not `5.0`.
fn number(number: f64) -> Option<Value> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        // Checked above: the cast is lossless.
        return format!("{number}").parse::<i64>().ok().map(Value::from);
    }
    Number::from_f64(number).map(Value::Number)
}
