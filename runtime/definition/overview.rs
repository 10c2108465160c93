//! An overview of a definition's resources and methods.

use std::fmt::{self, Write};

use apinb_text::display::plural::pluralize;

use crate::model::{Definition, Resource};

/// The size of a definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Including nested resources.
    pub resources: usize,
    pub methods: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { resources, methods } = *self;
        write!(f, "{}, {}", pluralize(resources, "resource"), pluralize(methods, "method"))
    }
}

/// Counts the resources and methods of a definition, at all levels.
#[must_use]
pub fn counts(definition: &Definition) -> Counts {
    let mut counts = Counts::default();
    visit(&definition.resources, 0, &mut |_, resource| {
        counts.resources += 1;
        counts.methods += resource.methods.len();
    });
    counts
}

/// All resources with their whole path below the base URI, in definition order.
#[must_use]
pub fn resources_by_path(definition: &Definition) -> Vec<(String, &Resource)> {
    let mut above: Vec<String> = Vec::new();
    let mut found = Vec::new();
    visit(&definition.resources, 0, &mut |level, resource| {
        above.truncate(level);
        let path = format!("{}{}", above.last().map_or("", String::as_str), resource.path);
        above.push(path.clone());
        found.push((path, resource));
    });
    found
}

/// As [`resources_by_path`], with the indices of each resource from the root.
#[must_use]
pub fn resources_by_index(definition: &Definition) -> Vec<(String, Vec<u32>, &Resource)> {
    fn below<'d>(
        resources: &'d [Resource],
        path: &str,
        indices: &[u32],
        found: &mut Vec<(String, Vec<u32>, &'d Resource)>,
    ) {
        for (at, resource) in (0..).zip(resources) {
            let path = format!("{path}{}", resource.path);
            let indices: Vec<u32> = indices.iter().copied().chain([at]).collect();
            found.push((path.clone(), indices.clone(), resource));
            below(&resource.resources, &path, &indices, found);
        }
    }
    let mut found = Vec::new();
    below(&definition.resources, "", &[], &mut found);
    found
}

/// The title and base URI, a line with the methods of each resource, indented by its level, and the counts.
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
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "\n{}", counts(definition));
    text
}

/// The column in which methods start, at most. A longer path pushes its own methods further right.
const MAX_WIDTH: usize = 60;

fn visit<'d>(resources: &'d [Resource], level: usize, each: &mut impl FnMut(usize, &'d Resource)) {
    for resource in resources {
        each(level, resource);
        visit(&resource.resources, level + 1, each);
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, counts, resources_by_path, tree};
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
    fn resources_are_listed_below_their_parents() {
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
        let paths: Vec<String> = resources_by_path(&definition).into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["/users", "/users/{id}", "/users/{id}/groups", "/é"]);
    }
}
