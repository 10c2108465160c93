//! From a path to the resource it belongs to, and from a wrong path to the nearest one.

use crate::parent::Parent;
use crate::segment::{Closeness, Fit, Segment, without_ending};
use crate::site::{Endpoint, Operation, Site};

/// A resource that a path fits.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) site: &'a Site,
    pub(crate) endpoint: &'a Endpoint,
    fits: Vec<Fit>,
}

impl<'a> Found<'a> {
    /// What the path names, from its beginning: each tag with its value.
    pub(crate) fn named(&self) -> Vec<Parent> {
        let values = self.fits.iter().flat_map(|fit| &fit.values);
        let named = values.zip(self.site.senses().ancestors(self.endpoint)).map(|((tag, value), ancestor)| Parent {
            kind: ancestor.kind.clone(),
            tag: tag.clone(),
            id: value.clone(),
        });
        named.collect()
    }

    /// What tells this path from others of the resource: its outline and its values.
    pub(crate) fn concrete(&self) -> String {
        let mut text = String::new();
        for (segment, fit) in self.endpoint.segments.iter().zip(&self.fits) {
            text.push('/');
            text.push_str(&segment.outline());
            for (_, value) in &fit.values {
                text.push('\n');
                text.push_str(value);
            }
        }
        text
    }

    /// The media type extension of the path, without its dot.
    pub(crate) fn extension(&self) -> Option<&str> {
        self.fits.last().and_then(|fit| fit.extension.as_deref())
    }

    /// The operation for a method; GET's answers HEAD where there is none of its own.
    pub(crate) fn operation(&self, method: &str) -> Option<&'a Operation> {
        let of = |method: &str| self.endpoint.operations.iter().find(|operation| operation.method == method);
        of(method).or_else(|| if method == "HEAD" { of("GET") } else { None })
    }

    fn closeness(&self) -> Vec<Closeness> {
        self.fits.iter().map(|fit| fit.closeness).collect()
    }
}

/// The resources of a definition that fit a path most closely: literal before tag, from the left. Several fit equally
/// where the definition spells one resource in several ways (`/users/{id}`, `/users/{user_id}`).
///
/// The path is taken as below the path of a base URI; where nothing fits there, without it.
pub(crate) fn find<'a>(site: &'a Site, path: &[String]) -> Vec<Found<'a>> {
    let below = below_bases(site, path).map(|below| closest(site, below)).find(|found| !found.is_empty());
    below.unwrap_or_else(|| closest(site, path))
}

/// What is left of a path below each base that it starts with.
fn below_bases<'p>(site: &Site, path: &'p [String]) -> impl Iterator<Item = &'p [String]> {
    site.bases.iter().filter_map(move |base| {
        let (start, below) = path.split_at_checked(base.len())?;
        fit_all(base, start).map(|_| below)
    })
}

fn closest<'a>(site: &'a Site, path: &[String]) -> Vec<Found<'a>> {
    let fitting = site.endpoints.iter().filter_map(|endpoint| {
        let fits = fit_all(&endpoint.segments, path)?;
        Some(Found { site, endpoint, fits })
    });
    let mut found: Vec<Found<'a>> = fitting.collect();
    let Some(best) = found.iter().map(Found::closeness).min() else { return found };
    found.retain(|found| found.closeness() == best);
    found
}

/// How a whole path fits, segment by segment.
pub(crate) fn fit_all(segments: &[Segment], path: &[String]) -> Option<Vec<Fit>> {
    if segments.len() != path.len() {
        return None;
    }
    segments.iter().zip(path).map(|(segment, text)| segment.fit(text)).collect()
}

/// The path of a definition that looks most like this one, as written, with the base path.
pub(crate) fn nearest(site: &Site, path: &[String]) -> Option<(usize, String)> {
    let below = below_bases(site, path).next().unwrap_or(path);
    let distances = site.endpoints.iter().map(|endpoint| (distance(&endpoint.segments, below), endpoint));
    let (distance, endpoint) = distances.min_by_key(|(distance, _)| *distance)?;
    let worth_naming = below.iter().map(|text| text.len().min(MAX_COMPARED)).sum::<usize>() / 2 + 2;
    (distance <= worth_naming).then(|| (distance, format!("{}{}", site.base_path, endpoint.template)))
}

/// Longer segments and paths are not compared character by character.
const MAX_COMPARED: usize = 48;
const MAX_SEGMENTS: usize = 32;

/// How many characters differ, segment by segment from the left; a segment too many or too few counts for three.
fn distance(segments: &[Segment], path: &[String]) -> usize {
    let pairs = segments.iter().zip(path).take(MAX_SEGMENTS);
    let differing: usize = pairs
        .map(|(segment, text)| match segment.literal() {
            _ if segment.fit(text).is_some() => 0,
            Some(literal) => edits(literal, without_ending(text)),
            None => 2,
        })
        .sum();
    differing + 3 * segments.len().abs_diff(path.len())
}

/// Levenshtein's distance.
fn edits(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(MAX_COMPARED).collect();
    let mut row: Vec<usize> = (0..=left.len()).collect();
    for (line, character) in right.chars().take(MAX_COMPARED).enumerate() {
        let mut next = vec![line + 1];
        for (column, other) in left.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&row, column) + usize::from(*other != character);
            next.push(changed.min(at(&row, column + 1) + 1).min(at(&next, column) + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use apinb_core::definition::model::{Definition, Method, Parameter, Resource};

    use super::{edits, find, nearest};
    use crate::site::Site;

    fn site() -> Site {
        let paths = [
            "/users{mediaTypeExtension}",
            "/users/{id}{mediaTypeExtension}",
            "/users/{user_id}/groups{mediaTypeExtension}",
            "/users/me{mediaTypeExtension}",
            "/pages/{page}.json",
            "/text{a}{b}",
            "/{anything}",
        ];
        let resources = paths.map(|path| Resource {
            path: path.to_owned(),
            uri_parameters: vec![Parameter {
                name: "mediaTypeExtension".to_owned(),
                values: vec![".json".to_owned()],
                required: true,
                ..Parameter::default()
            }],
            methods: vec![Method { name: "get".to_owned(), ..Method::default() }],
            ..Resource::default()
        });
        let definition = Definition {
            base_uri: Some("https://{domain}.x.com/api/{version}".to_owned()),
            resources: resources.to_vec(),
            ..Definition::default()
        };
        Site::new(&definition.into(), 0)
    }

    fn segments(path: &str) -> Vec<String> {
        path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect()
    }

    fn check(path: &str, template: Option<&str>, named: &[&str]) {
        let site = site();
        let found = find(&site, &segments(path));
        let first = found.first();
        assert_eq!(first.map(|found| found.endpoint.template.as_str()), template, "{path}");
        let values: Vec<String> = first.into_iter().flat_map(super::Found::named).map(|named| named.id).collect();
        assert_eq!(values, named, "{path}");
    }

    #[test]
    fn paths_find_their_resources() {
        check("/api/v2/users.json", Some("/users{mediaTypeExtension}"), &[]);
        check("/users.json", Some("/users{mediaTypeExtension}"), &[]);
        check("/api/v2/users/me.json", Some("/users/me{mediaTypeExtension}"), &[]);
        check("/api/v2/users/5.json", Some("/users/{id}{mediaTypeExtension}"), &["5"]);
        check("/api/v2/users/5", None, &[]);
        check("/users/a b/groups.json", Some("/users/{user_id}/groups{mediaTypeExtension}"), &["a b"]);
        check("/pages/one.json", Some("/pages/{page}.json"), &["one"]);
        check("/textab", Some("/text{a}{b}"), &["a", "b"]);
        check("/users", Some("/{anything}"), &["users"]);
        check("/api/v2", None, &[]);
        check("/", None, &[]);
    }

    #[test]
    fn the_nearest_resource_is_named() {
        let site = site();
        let near = |path: &str| nearest(&site, &segments(path)).map(|(_, template)| template);
        assert_eq!(near("/api/v2/users/5"), Some("/api/{version}/users/{id}{mediaTypeExtension}".to_owned()));
        assert_eq!(
            near("/api/v2/users/5/grups.json"),
            Some("/api/{version}/users/{user_id}/groups{mediaTypeExtension}".to_owned())
        );
        assert_eq!(near("/q/w/e/r/t/y"), None);
    }

    #[test]
    fn edits_are_counted() {
        for (left, right, distance) in [("", "", 0), ("users", "usrs", 1), ("kitten", "sitting", 3), ("é", "", 1)] {
            assert_eq!(edits(left, right), distance, "{left} {right}");
        }
    }
}
