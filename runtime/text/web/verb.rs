//! The HTTP methods that a definition may have, and their properties.

/// An HTTP method that a definition may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Verb {
    #[default]
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    Trace,
    /// RAML 0.8 takes it over from RFC 2616. Only a proxy understands it, so it is never sent.
    Connect,
    /// OpenAPI 3.2: a search whose criteria are the body.
    Query,
}

impl Verb {
    /// All verbs.
    pub const ALL: [Self; 10] = [
        Self::Get,
        Self::Head,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
        Self::Options,
        Self::Trace,
        Self::Connect,
        Self::Query,
    ];
    /// The verbs of RAML.
    pub const RAML: [Self; 9] = [
        Self::Get,
        Self::Head,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
        Self::Options,
        Self::Trace,
        Self::Connect,
    ];
    /// The verbs of OpenAPI before 3.2.
    pub const OPENAPI: [Self; 8] =
        [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete, Self::Options, Self::Trace];
    /// The verbs that clients can send.
    pub const CALLABLE: [Self; 9] = [
        Self::Get,
        Self::Head,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
        Self::Options,
        Self::Trace,
        Self::Query,
    ];
    /// The verbs of paths without a definition: `client('/path')`.
    pub const WITHOUT_DEFINITION: [Self; 6] = [Self::Get, Self::Head, Self::Put, Self::Post, Self::Patch, Self::Delete];

    /// Its name in lower case, as in definitions and clients.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Head => "head",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::Options => "options",
            Self::Trace => "trace",
            Self::Connect => "connect",
            Self::Query => "query",
        }
    }

    /// In upper case, as HTTP writes it.
    #[must_use]
    pub fn method(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
            Self::Connect => "CONNECT",
            Self::Query => "QUERY",
        }
    }

    /// The verb of a name in lower case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }

    /// The verb of a name in lower case, in RAML.
    #[must_use]
    pub fn of_raml(name: &str) -> Option<Self> {
        Self::RAML.into_iter().find(|verb| verb.name() == name)
    }

    /// The verb of a request's method, in upper case.
    #[must_use]
    pub fn from_method(method: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.method() == method)
    }

    /// The verb of a name in lower case, if it is one of [`Verb::CALLABLE`].
    #[must_use]
    pub fn callable(name: &str) -> Option<Self> {
        Self::from_name(name).filter(|verb| Self::CALLABLE.contains(verb))
    }

    /// Whether a request of it may be repeated without a further effect: RFC 9110 section 9.2.2, except `TRACE`, and
    /// `QUERY`, which is safe.
    #[must_use]
    pub fn is_idempotent(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options | Self::Put | Self::Delete | Self::Query)
    }
}

#[cfg(test)]
mod tests {
    use super::Verb;

    #[test]
    fn every_verb_has_its_names() {
        for verb in Verb::ALL {
            assert_eq!(Verb::from_name(verb.name()), Some(verb));
            assert_eq!(Verb::from_method(verb.method()), Some(verb));
            assert!(verb.name().eq_ignore_ascii_case(verb.method()));
        }
        assert_eq!(Verb::from_name("GET"), None);
        assert_eq!(Verb::from_method("Get"), None);
        assert_eq!(Verb::of_raml("query"), None);
    }

    #[test]
    fn connect_is_not_callable() {
        for (name, expected) in
            [("get", Some(Verb::Get)), ("trace", Some(Verb::Trace)), ("connect", None), ("id", None), ("GET", None)]
        {
            assert_eq!(Verb::callable(name), expected, "{name}");
        }
    }
}
