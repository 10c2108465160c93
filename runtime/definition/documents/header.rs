//! The first line of a RAML document: its version and its fragment type (RAML 1.0, "Typed Fragments").

/// The parsed first line of a RAML document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Header<'t> {
    /// `#%RAML 0.8`.
    Raml08,
    /// `#%RAML 1.0`.
    Raml10,
    /// `#%RAML 1.0 Trait`.
    Fragment(Fragment),
    /// `#%RAML 1.0` with an unknown word, or `#%RAML 0.8` with any word.
    UnknownFragment(&'t str),
    /// Another version: the text after `#%RAML`.
    UnknownVersion(&'t str),
}

/// A typed fragment of RAML 1.0: a part of a definition in a separate document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fragment {
    Library,
    Overlay,
    Extension,
    Trait,
    ResourceType,
    DataType,
    NamedExample,
    SecurityScheme,
    DocumentationItem,
    AnnotationTypeDeclaration,
}

const ALL: [(&str, Fragment); 10] = [
    ("Library", Fragment::Library),
    ("Overlay", Fragment::Overlay),
    ("Extension", Fragment::Extension),
    ("Trait", Fragment::Trait),
    ("ResourceType", Fragment::ResourceType),
    ("DataType", Fragment::DataType),
    ("NamedExample", Fragment::NamedExample),
    ("SecurityScheme", Fragment::SecurityScheme),
    ("DocumentationItem", Fragment::DocumentationItem),
    ("AnnotationTypeDeclaration", Fragment::AnnotationTypeDeclaration),
];

impl Fragment {
    /// The identifier in the first line.
    pub(crate) fn name(self) -> &'static str {
        ALL.iter().find(|(_, fragment)| *fragment == self).map_or("", |(name, _)| name)
    }

    /// All identifiers, for messages.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        ALL.iter().map(|(name, _)| *name)
    }

    /// Whether the fragment is included by `!include`. Libraries, overlays and extensions are named by `uses` or
    /// `extends`.
    pub(crate) fn is_included(self) -> bool {
        !matches!(self, Self::Library | Self::Overlay | Self::Extension)
    }
}

/// Parses the first line of a document; none if it does not start with `#%RAML`.
pub(crate) fn header(text: &str) -> Option<Header<'_>> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let rest = text.lines().next()?.strip_prefix("#%RAML")?;
    let mut words = rest.split_whitespace();
    let header = match (words.next(), words.next(), words.next()) {
        (Some("0.8"), None, _) => Header::Raml08,
        (Some("0.8"), Some(word), _) => Header::UnknownFragment(word),
        (Some("1.0"), None, _) => Header::Raml10,
        (Some("1.0"), Some(word), None) => match ALL.iter().find(|(name, _)| *name == word) {
            Some((_, fragment)) => Header::Fragment(*fragment),
            None => Header::UnknownFragment(word),
        },
        (Some("1.0"), Some(word), Some(_)) => Header::UnknownFragment(word),
        _ => Header::UnknownVersion(rest.trim()),
    };
    Some(header)
}

#[cfg(test)]
mod tests {
    use super::{Fragment, Header, header};

    #[test]
    fn the_first_line_determines_the_kind_of_a_document() {
        for (text, expected) in [
            ("#%RAML 0.8\ntitle: T", Some(Header::Raml08)),
            ("\u{feff}#%RAML 1.0\r\n", Some(Header::Raml10)),
            ("#%RAML 1.0 Trait\n", Some(Header::Fragment(Fragment::Trait))),
            ("#%RAML 1.0  Library \n", Some(Header::Fragment(Fragment::Library))),
            ("#%RAML 1.0 Traits\n", Some(Header::UnknownFragment("Traits"))),
            ("#%RAML 0.8 Trait\n", Some(Header::UnknownFragment("Trait"))),
            ("#%RAML 2.0\n", Some(Header::UnknownVersion("2.0"))),
            ("#%RAML\n", Some(Header::UnknownVersion(""))),
            ("# %RAML 1.0\n", None),
            ("title: T", None),
            ("", None),
        ] {
            assert_eq!(header(text), expected, "{text:?}");
        }
    }
}
