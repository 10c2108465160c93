//! Finds resources by path, preferring literal segments to parameters, and suggests the nearest resource for an unknown
//! path.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use crate::model::hosts::other_servers;
use crate::model::{Definition, EXTENSION_PARAMETER, Resource};
use apinb_text::display::suggest::edit_distance;
use apinb_text::web::uri::{self, UriTemplate, fill};

use crate::routing::segment::{Blanks, Closeness, Extension, Fit, Segment, segments, without_ending};

/// Resources nested deeper than this are ignored.
const MAX_DEPTH: usize = 64;
/// Characters of a segment that are compared to find the nearest path.
const MAX_COMPARED: usize = 48;
/// Segments of a path that are compared to find the nearest path.
const MAX_SEGMENTS: usize = 32;

/// The path of a resource that has methods.
#[derive(Clone, Debug)]
pub struct ResourcePath {
    /// The whole path below the base URI, as written in the definition.
    pub template: String,
    /// The segments of `template`.
    pub segments: Vec<Segment>,
    /// The index among the top-level resources, then the index at each nested level.
    indices: Vec<usize>,
}

impl ResourcePath {
    /// The resource in `definition`, from which this path was made.
    #[must_use]
    pub fn resource<'d>(&self, definition: &'d Definition) -> Option<&'d Resource> {
        self.resources(definition).last()
    }

    /// The resource and those above it, outermost first.
    pub fn resources<'d>(&self, definition: &'d Definition) -> impl Iterator<Item = &'d Resource> {
        let mut level = definition.resources.as_slice();
        self.indices.iter().map_while(move |index| {
            let resource = level.get(*index)?;
            level = &resource.resources;
            Some(resource)
        })
    }
}

/// The paths of all resources that have methods.
#[derive(Clone, Debug)]
pub struct ResourcePaths {
    /// The path of the base URI, as written.
    pub base_path: String,
    /// In definition order.
    pub paths: Vec<Arc<ResourcePath>>,
    /// The paths of all base URIs, closest first. That of the API is also there with its version.
    bases: Vec<Vec<Segment>>,
}

/// A path of the definition that matches the path of a URL.
#[derive(Clone, Debug)]
pub struct PathMatch {
    /// The index in [`ResourcePaths::paths`].
    pub index: usize,
    pub fits: Vec<Fit>,
}

impl PathMatch {
    /// How closely each segment matches.
    pub fn closeness(&self) -> impl Iterator<Item = Closeness> {
        self.fits.iter().map(|fit| fit.closeness)
    }
}

/// How a base path matches the start of a path; a larger one is closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaseMatch {
    /// The number of segments without parameters.
    literals: usize,
    length: usize,
}

/// The paths of the definition that match the path of a URL most closely.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// None if the path matches without a base path.
    pub base: Option<BaseMatch>,
    pub matches: Vec<PathMatch>,
}

impl ResourcePaths {
    /// Collects the paths of `definition`.
    #[must_use]
    pub fn of(definition: &Definition) -> Self {
        let base_path = UriTemplate::parse(definition.base_uri.as_deref().unwrap_or_default()).path;
        let version = definition.version.as_deref().unwrap_or("{version}");
        let own = fill(&base_path, |name| if name == "version" { version } else { "" });
        let is_filled = uri::parameters(&base_path).all(|name| name == "version") && definition.version.is_some();
        let own = Some(own).filter(|_| is_filled);
        let others = other_servers(definition).into_iter().map(|uri| UriTemplate::parse(uri).path);
        let mut seen = HashSet::new();
        let all = own.into_iter().chain([base_path.clone()]).chain(others).filter(|path| seen.insert(path.clone()));
        let mut bases: Vec<Vec<Segment>> = all.map(|path| segments(&path, None)).collect();
        bases.sort_by_key(|base| Reverse(base_match(base)));
        let mut paths = Vec::new();
        collect(&definition.resources, &Above::default(), &mut paths);
        Self { base_path, paths, bases }
    }

    /// The resources that match a path (decoded segments) most closely: literals before parameters, from the left.
    /// Several resources match equally if the definition declares one resource several times (`/users/{id}`,
    /// `/users/{user_id}`).
    ///
    /// Matches the path below each base URI first, then without a base URI. `blanks`: whether parameters may be empty.
    #[must_use]
    pub fn find(&self, path: &[String], blanks: Blanks) -> Found {
        let below = self.below_bases(path).find_map(|(base, below)| {
            let matches = self.closest(below, blanks);
            (!matches.is_empty()).then_some(Found { base: Some(base), matches })
        });
        below.unwrap_or_else(|| Found { base: None, matches: self.closest(path, blanks) })
    }

    /// Whether a path begins with the path of a base URI.
    #[must_use]
    pub fn is_below_base(&self, path: &[String]) -> bool {
        self.below_bases(path).next().is_some()
    }

    /// The path of the definition most similar to `path`, including the base path, and their distance. `None` if none
    /// is similar enough.
    #[must_use]
    pub fn nearest(&self, path: &[String]) -> Option<(usize, String)> {
        let below = self.below_bases(path).next().map_or(path, |(_, below)| below);
        let distances = self.paths.iter().map(|known| (distance(&known.segments, below), known));
        let (distance, known) = distances.min_by_key(|(distance, _)| *distance)?;
        let worth_naming = below.iter().map(|text| text.len().min(MAX_COMPARED)).sum::<usize>() / 2 + 2;
        (distance <= worth_naming).then(|| (distance, format!("{}{}", self.base_path, known.template)))
    }

    /// The rest of a path below each base path that it starts with.
    fn below_bases<'p>(&self, path: &'p [String]) -> impl Iterator<Item = (BaseMatch, &'p [String])> {
        self.bases.iter().filter_map(move |base| {
            let (start, below) = path.split_at_checked(base.len())?;
            fit_all(base, start, Blanks::Refused).map(|_| (base_match(base), below))
        })
    }

    fn closest(&self, path: &[String], blanks: Blanks) -> Vec<PathMatch> {
        let fitting = self.paths.iter().enumerate().filter_map(|(index, known)| {
            let fits = fit_all(&known.segments, path, blanks)?;
            Some(PathMatch { index, fits })
        });
        let mut found: Vec<PathMatch> = fitting.collect();
        let closest = found.iter().map(|one| one.closeness().collect::<Vec<_>>()).min();
        if let Some(closest) = closest {
            found.retain(|one| one.closeness().eq(closest.iter().copied()));
        }
        found
    }
}

/// Matches a whole path, segment by segment.
#[must_use]
pub fn fit_all(segments: &[Segment], path: &[String], blanks: Blanks) -> Option<Vec<Fit>> {
    if segments.len() != path.len() {
        return None;
    }
    segments.iter().zip(path).map(|(segment, text)| segment.fit(text, blanks)).collect()
}

fn base_match(base: &[Segment]) -> BaseMatch {
    BaseMatch { literals: base.iter().filter(|segment| segment.literal().is_some()).count(), length: base.len() }
}

/// The edit distance, segment by segment from the left. Each extra or missing segment counts for three.
fn distance(segments: &[Segment], path: &[String]) -> usize {
    let start = |text: &str| text.chars().take(MAX_COMPARED).collect::<String>();
    let pairs = segments.iter().zip(path).take(MAX_SEGMENTS);
    let differing: usize = pairs
        .map(|(segment, text)| match segment.literal() {
            _ if segment.fit(text, Blanks::Refused).is_some() => 0,
            Some(literal) => edit_distance(&start(literal), &start(without_ending(text))),
            None => 2,
        })
        .sum();
    differing + 3 * segments.len().abs_diff(path.len())
}

/// The context that a resource inherits from those above it.
#[derive(Clone, Default)]
struct Above {
    path: String,
    extension: Option<Extension>,
    indices: Vec<usize>,
}

fn collect(resources: &[Resource], above: &Above, paths: &mut Vec<Arc<ResourcePath>>) {
    if above.indices.len() > MAX_DEPTH {
        return;
    }
    for (index, resource) in resources.iter().enumerate() {
        let own = declared_extension(resource).filter(|own| !own.values.is_empty());
        let mut indices = above.indices.clone();
        indices.push(index);
        let here = Above {
            path: format!("{}/{}", above.path, resource.path.trim_matches('/')).trim_end_matches('/').to_owned(),
            extension: own.or_else(|| above.extension.clone()),
            indices,
        };
        if !resource.methods.is_empty() {
            paths.push(Arc::new(ResourcePath {
                segments: segments(&here.path, here.extension.as_ref()),
                template: if here.path.is_empty() { "/".to_owned() } else { here.path.clone() },
                indices: here.indices.clone(),
            }));
        }
        collect(&resource.resources, &here, paths);
    }
}

/// The declaration of `{mediaTypeExtension}` in a resource.
fn declared_extension(resource: &Resource) -> Option<Extension> {
    let declared = || resource.uri_parameters.iter().filter(|parameter| parameter.name == EXTENSION_PARAMETER);
    let first = declared().next()?;
    let values = declared().flat_map(|parameter| &parameter.values);
    let values: Vec<String> = values.map(|value| value.trim_start_matches('.').to_ascii_lowercase()).collect();
    Some(Extension { required: first.required && !values.is_empty(), values })
}

#[cfg(test)]
mod tests {
    use super::ResourcePaths;
    use crate::model::{Definition, Method, Parameter, Resource};
    use crate::routing::segment::Blanks;

    fn definition() -> Definition {
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
            methods: vec![Method::default()],
            ..Resource::default()
        });
        Definition {
            base_uri: Some("https://{domain}.x.com/api/{version}".to_owned()),
            resources: resources.to_vec(),
            ..Definition::default()
        }
    }

    fn segments(path: &str) -> Vec<String> {
        path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect()
    }

    fn check(path: &str, template: Option<&str>, values: &[&str]) {
        let definition = definition();
        let paths = ResourcePaths::of(&definition);
        let found = paths.find(&segments(path), Blanks::Refused).matches;
        let first = found.first();
        let known = first.and_then(|first| paths.paths.get(first.index));
        assert_eq!(known.map(|known| known.template.as_str()), template, "{path}");
        let own = first.into_iter().flat_map(|first| &first.fits).flat_map(|fit| &fit.values);
        assert_eq!(own.map(|(_, value)| value.as_str()).collect::<Vec<_>>(), values, "{path}");
        let resource = known.and_then(|known| known.resource(&definition));
        assert_eq!(resource.map(|resource| resource.path.as_str()), template, "{path}");
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
    fn the_version_of_the_api_is_a_closer_base() {
        let of = |version: &str| Definition { version: Some(version.to_owned()), ..definition() };
        let base =
            |version: &str, path: &str| ResourcePaths::of(&of(version)).find(&segments(path), Blanks::Refused).base;
        assert!(base("v2", "/api/v2/users.json") > base("v1", "/api/v2/users.json"));
        assert!(base("v1", "/api/v2/users.json") > base("v1", "/users.json"));
        assert_eq!(base("v1", "/users.json"), None);
    }

    #[test]
    fn parameters_may_be_empty_where_that_is_allowed() {
        let paths = ResourcePaths::of(&definition());
        let found = |path: &[&str], blanks| {
            let path: Vec<String> = path.iter().map(|segment| (*segment).to_owned()).collect();
            let found = paths.find(&path, blanks).matches;
            let first = found.first()?;
            let values = first.fits.iter().flat_map(|fit| fit.values.iter().map(|(_, value)| value.clone())).collect();
            Some((paths.paths.get(first.index)?.template.clone(), values))
        };
        let empty = |template: &str, values: &[&str]| {
            Some((template.to_owned(), values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>()))
        };
        let groups = ["api", "v2", "users", "", "groups.json"];
        assert_eq!(found(&groups, Blanks::Refused), None);
        assert_eq!(found(&groups, Blanks::Allowed), empty("/users/{user_id}/groups{mediaTypeExtension}", &[""]));
        assert_eq!(found(&["textx"], Blanks::Allowed), empty("/text{a}{b}", &["x", ""]));
        assert_eq!(found(&["text"], Blanks::Allowed), empty("/text{a}{b}", &["", ""]));
    }

    #[test]
    fn nested_resources_have_the_whole_path() {
        let below = Resource { path: "/b".to_owned(), methods: vec![Method::default()], ..Resource::default() };
        let above = Resource { path: "/a".to_owned(), resources: vec![below], ..Resource::default() };
        let definition = Definition { resources: vec![Resource::default(), above], ..Definition::default() };
        let paths = ResourcePaths::of(&definition);
        let templates: Vec<&str> = paths.paths.iter().map(|path| path.template.as_str()).collect();
        assert_eq!(templates, ["/a/b"]);
        let resource = paths.paths.first().and_then(|path| path.resource(&definition));
        assert_eq!(resource.map(|resource| resource.path.as_str()), Some("/b"));
    }

    #[test]
    fn the_nearest_resource_is_named() {
        let paths = ResourcePaths::of(&definition());
        let near = |path: &str| paths.nearest(&segments(path)).map(|(_, template)| template);
        assert_eq!(near("/api/v2/users/5"), Some("/api/{version}/users/{id}{mediaTypeExtension}".to_owned()));
        assert_eq!(
            near("/api/v2/users/5/grups.json"),
            Some("/api/{version}/users/{user_id}/groups{mediaTypeExtension}".to_owned())
        );
        assert_eq!(near("/q/w/e/r/t/y"), None);
    }
}
