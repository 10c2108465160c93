//! Routes the path of a request to an endpoint, with the values of its parameters.

use apinb_definition::routing::segment::Fit;
use apinb_text::web::verb::Verb;

use crate::endpoint::{Endpoint, Operation};
use crate::parent::Parent;
use crate::site::Site;

/// An endpoint that matches a path.
#[derive(Debug)]
pub(crate) struct Match<'a> {
    pub(crate) site: &'a Site,
    pub(crate) endpoint: &'a Endpoint,
    fits: Vec<Fit>,
}

/// The endpoints of a definition that match a path most closely. There are several if the definition declares one
/// resource several times.
pub(crate) fn find<'a>(site: &'a Site, path: &[String]) -> Vec<Match<'a>> {
    let found = site.paths.find(path).into_iter();
    found.filter_map(|one| Some(Match { site, endpoint: site.endpoints.get(one.index)?, fits: one.fits })).collect()
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
