//! A definition's resources and methods at a glance.

use std::fmt::{self, Write};

use apinb_text::display::plural::pluralize;

use crate::model::{Body, Definition, Method, Resource, Response};

/// How much a definition has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Resources, nested ones too.
    pub resources: usize,
    /// Methods of all resources.
    pub methods: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { resources, methods } = *self;
        write!(f, "{}, {}", pluralize(resources, "resource"), pluralize(methods, "method"))
    }
}

/// A resource by its whole path below the base URI.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ResourcePath<'d> {
    /// The relative URIs of the resource and those above it, joined.
    pub path: String,
    /// Its methods, lower case, in their order.
    pub methods: Vec<&'d str>,
    /// What each method takes and gives, in the same order.
    pub details: Vec<MethodDetails<'d>>,
}

/// What a method takes and gives.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MethodDetails<'d> {
    /// Its name, lower case.
    pub method: &'d str,
    /// Parameters of the path, the query and the head, in this order.
    pub parameters: Vec<ParameterDetails<'d>>,
    /// Whether a type describes the query string as a whole.
    pub query_string: bool,
    /// The media types of its bodies.
    pub bodies: Vec<&'d str>,
    /// Its responses.
    pub responses: Vec<ResponseDetails<'d>>,
    /// Security schemes by name; those of one list are needed together, an empty list is no security. Of the method, else
    /// of the resource, else of the API.
    pub secured_by: Vec<Vec<&'d str>>,
}

/// A parameter. Of several of one name each has an entry.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ParameterDetails<'d> {
    /// `uri`, `query`, `header` or `cookie`.
    #[serde(rename = "in")]
    pub location: &'static str,
    /// Its name.
    pub name: &'d str,
    /// Whether it has to be given.
    pub required: bool,
    /// `string`, `integer`, `array`, ….
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ResponseDetails<'d> {
    /// `200`, `4XX` or `default`.
    pub status: String,
    /// The names of its headers.
    pub headers: Vec<&'d str>,
    /// The media types of its bodies.
    pub bodies: Vec<&'d str>,
}

/// Counts resources and methods.
#[must_use]
pub fn counts(definition: &Definition) -> Counts {
    let mut counts = Counts::default();
    visit(&definition.resources, 0, &mut |_, resource| {
        counts.resources += 1;
        counts.methods += resource.methods.len();
    });
    counts
}

/// Every resource, in the order of the definition.
#[must_use]
pub fn resource_paths(definition: &Definition) -> Vec<ResourcePath<'_>> {
    let mut above: Vec<String> = Vec::new();
    let mut paths = Vec::new();
    visit(&definition.resources, 0, &mut |level, resource| {
        above.truncate(level);
        let path = format!("{}{}", above.last().map_or("", String::as_str), resource.path);
        above.push(path.clone());
        let methods = resource.methods.iter().map(|method| method.verb.name()).collect();
        let details = resource.methods.iter().map(|method| details(definition, resource, method)).collect();
        paths.push(ResourcePath { path, methods, details });
    });
    paths
}

fn details<'d>(definition: &'d Definition, resource: &'d Resource, method: &'d Method) -> MethodDetails<'d> {
    let all = [
        ("uri", &resource.uri_parameters),
        ("query", &method.query_parameters),
        ("header", &method.headers),
        ("cookie", &method.cookies),
    ];
    let parameters = all.into_iter().flat_map(|(location, parameters)| {
        parameters.iter().map(move |parameter| ParameterDetails {
            location,
            name: &parameter.name,
            required: parameter.required,
            kind: parameter.kind.name(),
        })
    });
    let media_types = |bodies: &'d [Body]| bodies.iter().map(|body| body.media_type.as_str()).collect();
    let response = |response: &'d Response| ResponseDetails {
        status: response.status.to_string(),
        headers: response.headers.iter().map(|header| header.name.as_str()).collect(),
        bodies: media_types(&response.bodies),
    };
    let secured_by = method.secured_by.as_ref().unwrap_or(&definition.secured_by);
    MethodDetails {
        method: method.verb.name(),
        parameters: parameters.collect(),
        query_string: method.query_string.is_some(),
        bodies: media_types(&method.bodies),
        responses: method.responses.iter().map(response).collect(),
        secured_by: secured_by
            .iter()
            .map(|requirement| requirement.schemes.iter().map(|scheme| scheme.name.as_str()).collect())
            .collect(),
    }
}

/// Title and base URI, a line for each resource, indented by its level, with its methods, and the counts.
#[must_use]
pub fn tree(definition: &Definition) -> String {
    let mut text = definition.title.clone();
    for part in [&definition.version, &definition.base_uri].into_iter().flatten() {
        text.push_str("  ");
        text.push_str(part);
    }
    text.push_str("\n\n");
    let mut width = 0;
    visit(&definition.resources, 0, &mut |level, resource| {
        width = width.max(level * 2 + resource.path.chars().count());
    });
    let width = width.min(MAX_WIDTH);
    visit(&definition.resources, 0, &mut |level, resource| {
        let path = format!("{}{}", "  ".repeat(level), resource.path);
        let methods: Vec<&str> = resource.methods.iter().map(|method| method.verb.name()).collect();
        let line = format!("{path:width$}  {}", methods.join(" "));
        text.push_str(line.trim_end());
        text.push('\n');
    });
    // Writing into a String cannot fail.
    let _ = writeln!(text, "\n{}", counts(definition));
    text
}

/// Methods start at the latest in this column, a longer path pushes its own to the right.
const MAX_WIDTH: usize = 60;

fn visit<'d>(resources: &'d [Resource], level: usize, each: &mut impl FnMut(usize, &'d Resource)) {
    for resource in resources {
        each(level, resource);
        visit(&resource.resources, level + 1, each);
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, counts, resource_paths, tree};
    use crate::model::{Definition, Method, Resource};
    use apinb_text::web::verb::Verb;

    fn resource(path: &str, methods: &[&str], resources: Vec<Resource>) -> Resource {
        let methods = methods
            .iter()
            .map(|name| Method { verb: Verb::from_name(name).unwrap_or_default(), ..Method::default() })
            .collect();
        Resource { path: path.to_owned(), methods, resources, ..Resource::default() }
    }

    #[test]
    fn resources_stand_below_their_parents() {
        let nested = vec![resource("/{id}", &["get", "delete"], vec![resource("/groups", &[], Vec::new())])];
        let definition = Definition {
            title: "Things".to_owned(),
            base_uri: Some("https://things.test".to_owned()),
            resources: vec![resource("/users", &["post"], nested), resource("/é", &["get"], Vec::new())],
            ..Definition::default()
        };
        assert_eq!(counts(&definition), Counts { resources: 4, methods: 4 });
        let expected = [
            "Things  https://things.test",
            "",
            "/users       post",
            "  /{id}      get delete",
            "    /groups",
            "/é           get",
            "",
            "4 resources, 4 methods",
            "",
        ]
        .join("\n");
        assert_eq!(tree(&definition), expected);
        let paths: Vec<String> = resource_paths(&definition).into_iter().map(|resource| resource.path).collect();
        assert_eq!(paths, ["/users", "/users/{id}", "/users/{id}/groups", "/é"]);
    }
}
