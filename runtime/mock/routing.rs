//! Routes the path of a request to an endpoint, with the values of its parameters.

use std::cmp::Reverse;

use apinb_definition::routing::path::BaseMatch;
use apinb_definition::routing::segment::{Blanks, Closeness, Fit};
use apinb_text::web::verb::Verb;

use crate::endpoint::{Endpoint, Operation};
use crate::parent::Parent;
use crate::role::outline;
use crate::site::Site;

/// An endpoint that matches a path.
#[derive(Debug)]
pub(crate) struct Match<'a> {
    pub(crate) site: &'a Site,
    pub(crate) endpoint: &'a Endpoint,
    fits: Vec<Fit>,
}

/// The endpoints of several definitions that match a path, closest first: by the base path, then by the segments, then
/// by the order of the definitions. A definition may declare one resource several times.
pub(crate) fn find<'a>(sites: &[&'a Site], path: &[String], blanks: Blanks) -> Vec<Match<'a>> {
    let mut found: Vec<(Reverse<Option<BaseMatch>>, Vec<Closeness>, Match<'a>)> = Vec::new();
    for site in sites {
        let of_site = site.paths.find(path, blanks);
        for one in of_site.matches {
            let Some(endpoint) = site.endpoints.get(one.index) else { continue };
            let closeness = one.closeness().collect();
            found.push((Reverse(of_site.base), closeness, Match { site, endpoint, fits: one.fits }));
        }
    }
    found.sort_by(|(base, closeness, _), (other, others, _)| (base, closeness).cmp(&(other, others)));
    found.into_iter().map(|(_, _, found)| found).collect()
}

impl<'a> Match<'a> {
    /// The entities in the path, from its start: each parameter with its value.
    pub(crate) fn named(&self) -> Vec<Parent> {
        let values = self.fits.iter().flat_map(|fit| &fit.values);
        let named = values.zip(self.site.roles().ancestors(self.endpoint)).map(|((parameter, value), ancestor)| {
            Parent { kind: ancestor.kind.clone(), parameter: parameter.clone(), id: value.clone() }
        });
        named.collect()
    }

    /// Whether the path ends in an entity.
    pub(crate) fn is_entity(&self) -> bool {
        let last = self.site.roles().ancestors(self.endpoint).last();
        last.is_some_and(|last| last.depth == self.endpoint.path.segments.len())
    }

    /// The parameters of the path with their values.
    pub(crate) fn values(&self) -> Vec<(String, String)> {
        self.fits.iter().flat_map(|fit| fit.values.clone()).collect()
    }

    /// Whether the path above lists entities of a kind.
    pub(crate) fn is_listed_above(&self, kind: &str) -> bool {
        self.site.roles().is_listed_above(self.endpoint, kind)
    }

    /// The outline of the path.
    pub(crate) fn outline(&self) -> String {
        outline(&self.endpoint.path.segments)
    }

    /// Identifies the path among all paths of the resource: its outline and its values.
    pub(crate) fn concrete(&self) -> String {
        let mut text = String::new();
        for (segment, fit) in self.endpoint.path.segments.iter().zip(&self.fits) {
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

    /// The operation for a method. HEAD falls back to GET.
    pub(crate) fn operation(&self, verb: Verb) -> Option<&'a Operation> {
        let of = |verb: Verb| self.endpoint.operations.iter().find(|operation| operation.verb == verb);
        of(verb).or_else(|| if verb == Verb::Head { of(Verb::Get) } else { None })
    }
}
