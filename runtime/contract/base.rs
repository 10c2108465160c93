//! The base URIs below which the calls of an API are.

use apinb_text::web::host::HostPattern;
use apinb_text::web::uri::UriTemplate;
use url::Url;

/// Maximum number of base URIs beside those of a definition.
const MAX_OTHERS: usize = 64;

/// Which calls belong to an API.
#[derive(Clone, Debug)]
pub struct Bases {
    pub(crate) declared: Declared,
    others: Vec<Base>,
}

/// What the base URIs of the definition are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    /// Those without a host allow any host: the calls are of this API.
    AnyHost,
    /// Only those with a host count: the calls are of many APIs.
    WithHost,
    /// They are replaced.
    Replaced,
}

/// A base URI, whose host may have parameters.
#[derive(Clone, Debug)]
struct Base {
    text: String,
    host: Option<HostPattern>,
    segments: Vec<String>,
}

impl Bases {
    /// The base URIs of the definition; one without a host allows any host.
    #[must_use]
    pub fn declared() -> Self {
        Self { declared: Declared::AnyHost, others: Vec::new() }
    }

    /// Those of the definition that have a host, and those that are added.
    #[must_use]
    pub fn known() -> Self {
        Self { declared: Declared::WithHost, others: Vec::new() }
    }

    /// Only this one.
    #[must_use]
    pub fn only(base_uri: &str) -> Self {
        Self { declared: Declared::Replaced, others: vec![Base::new(base_uri)] }
    }

    /// Adds a base URI.
    pub fn add(&mut self, base_uri: &str) {
        if self.others.len() < MAX_OTHERS && !self.others.iter().any(|base| base.text == base_uri) {
            self.others.push(Base::new(base_uri));
        }
    }

    /// The rest of the path of `url`, whose segments are `path`, below each base URI that was added.
    pub(crate) fn below<'p>(&self, url: &Url, path: &'p [String]) -> impl Iterator<Item = &'p [String]> {
        let below = |base: &Base| {
            let is_host = base.host.as_ref().is_none_or(|host| host.matches(url) || host.is_any_host());
            path.strip_prefix(base.segments.as_slice()).filter(|_| is_host)
        };
        self.others.iter().filter_map(below).collect::<Vec<_>>().into_iter()
    }
}

impl Base {
    fn new(text: &str) -> Self {
        let template = UriTemplate::parse(text);
        let segments = template.path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
        let host = template.host.as_ref().map(|host| HostPattern::new(host));
        Self { text: text.to_owned(), host, segments }
    }
}
