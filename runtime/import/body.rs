//! What a response has: the id of the thing, its list, and fields to compare.

use apinb_client::explain::outline;
use apinb_definition::model::{Definition, Method, Response, Status};
use apinb_record::explanation::{Field, Outline};
use apinb_text::javascript::literal::member;
use serde_json::{Map, Value};

/// The outline of the JSON of a successful response.
pub(super) fn of_success(definition: &Definition, method: &Method) -> Option<Outline> {
    let of = |response: &Response| {
        let is_json = |media_type: &str| {
            let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            essence.ends_with("/json") || essence.ends_with("+json")
        };
        let body = response.bodies.iter().find(|body| is_json(&body.media_type))?;
        let schema = body.schema.as_ref()?;
        outline(schema, &definition.schemas)
    };
    method.responses.iter().filter(|response| is_success(response.status)).find_map(of)
}

fn is_success(status: Status) -> bool {
    match status {
        Status::Code(code) => (200..300).contains(&code),
        Status::Class(class) => class == 2,
        Status::Default => false,
    }
}

/// The statuses of success, as `assert.status` takes them.
pub(super) fn statuses(method: &Method) -> String {
    let mut codes: Vec<u16> = method.responses.iter().filter_map(|one| one.status.code()).collect();
    codes.retain(|code| (200..300).contains(code));
    codes.sort_unstable();
    codes.dedup();
    match codes.as_slice() {
        [] => "'2xx'".to_owned(),
        [only] => only.to_string(),
        several => format!("[{}]", several.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// A list in a body.
pub(super) struct List<'o> {
    /// Its JavaScript behind the body: `.items`; empty if the body is the list.
    pub(super) path: String,
    pub(super) items: &'o [Field],
}

/// The list of a body: itself, or its only list of objects.
pub(super) fn list(outline: &Outline) -> Option<List<'_>> {
    if is_list(outline) {
        return Some(List { path: String::new(), items: &outline.fields });
    }
    let mut lists = outline.fields.iter().filter(|field| is_list(&field.outline) && !field.outline.fields.is_empty());
    let only = lists.next()?;
    lists.next().is_none().then(|| List { path: member(&only.name), items: &only.outline.fields })
}

fn is_list(outline: &Outline) -> bool {
    outline.kind == "array" || outline.kind.starts_with("array of ")
}

/// The JavaScript behind a body that is the id of its thing, for the path parameter `parameter`; and the fields beside it.
pub(super) fn id<'o>(outline: &'o Outline, parameter: &str, noun: &str) -> Option<(String, &'o [Field])> {
    if is_list(outline) {
        return None;
    }
    if let Some(name) = id_field(&outline.fields, parameter, noun) {
        return Some((member(name), &outline.fields));
    }
    // `{ todo: { id } }`, `{ data: { id } }`.
    let wrapped = outline.fields.iter().filter(|field| !is_list(&field.outline) && is_plain_name(&field.name));
    wrapped.into_iter().find_map(|field| {
        let name = id_field(&field.outline.fields, parameter, noun)?;
        Some((format!("{}{}", member(&field.name), member(name)), field.outline.fields.as_slice()))
    })
}

/// The field that has the value of a path parameter: `todoId`, `id`, `_id`; or `number` for `orderNumber`.
pub(super) fn id_field<'o>(fields: &'o [Field], parameter: &str, noun: &str) -> Option<&'o str> {
    let normal = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let (parameter, noun) = (normal(parameter), normal(noun));
    let named = |wanted: &dyn Fn(&str) -> bool| {
        let scalars = fields.iter().filter(|field| is_scalar(&field.outline) && is_plain_name(&field.name));
        scalars.map(|field| field.name.as_str()).find(|name| wanted(&normal(name)))
    };
    named(&|name| name == parameter)
        .or_else(|| named(&|name| name == "id"))
        .or_else(|| named(&|name| name == format!("{noun}id")))
        .or_else(|| named(&|name| name.len() > 2 && parameter.ends_with(name)))
}

/// Whether it is the name of a field, not a pattern.
fn is_plain_name(name: &str) -> bool {
    !name.starts_with(['/', '['])
}

pub(super) fn is_scalar(outline: &Outline) -> bool {
    let kind = outline.kind.split(' ').next().unwrap_or_default();
    outline.fields.is_empty()
        && outline.alternatives.is_empty()
        && !outline.more
        && matches!(kind, "string" | "integer" | "number" | "any" | "date-time" | "date")
}

/// A text that a request sends and its response has: the first one.
pub(super) fn same<'b>(sent: &'b Map<String, Value>, received: &[Field]) -> Option<(&'b str, &'b str)> {
    sent.iter().find_map(|(name, value)| {
        let text = value.as_str().filter(|text| !text.is_empty() && text.len() < 80)?;
        let field = received.iter().find(|field| field.name == *name)?;
        let is_plain = field.outline.kind == "string" && !field.outline.read_only && !field.outline.write_only;
        is_plain.then_some((name.as_str(), text))
    })
}

#[cfg(test)]
mod tests {
    use super::{Field, Outline, id, list};

    fn field(name: &str, kind: &str, fields: Vec<Field>) -> Field {
        Field {
            name: name.to_owned(),
            required: false,
            outline: Outline { kind: kind.to_owned(), fields, ..Outline::default() },
        }
    }

    #[test]
    fn ids_are_found() {
        let id_of = |fields: Vec<Field>, parameter: &str| {
            let outline = Outline { kind: "object".to_owned(), fields, ..Outline::default() };
            id(&outline, parameter, "todo").map(|(path, _)| path)
        };
        let text = |name: &str| field(name, "string", Vec::new());
        assert_eq!(id_of(vec![text("title"), text("id")], "todoId").as_deref(), Some(".id"));
        assert_eq!(id_of(vec![text("id"), text("todo-id")], "todo_id").as_deref(), Some("['todo-id']"));
        assert_eq!(id_of(vec![text("number")], "orderNumber").as_deref(), Some(".number"));
        assert_eq!(id_of(vec![field("data", "Todo", vec![text("_id")])], "id").as_deref(), Some(".data._id"));
        assert_eq!(id_of(vec![text("title")], "id"), None);
        assert_eq!(id_of(vec![field("id", "object", vec![text("x")])], "id"), None);
    }

    #[test]
    fn lists_are_found() {
        let todo = || vec![field("id", "integer", Vec::new())];
        let whole = field("", "array of Todo", todo()).outline;
        assert_eq!(list(&whole).map(|list| list.path).as_deref(), Some(""));
        let wrapped =
            field("", "object", vec![field("total", "integer", Vec::new()), field("items", "array of Todo", todo())]);
        assert_eq!(list(&wrapped.outline).map(|list| list.path).as_deref(), Some(".items"));
        let two = field("", "object", vec![field("a", "array of Todo", todo()), field("b", "array of Todo", todo())]);
        assert!(list(&two.outline).is_none());
    }
}
