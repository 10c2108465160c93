//! What is new in OpenAPI 3.2, which is read as 3.1: keys without an effect on clients, and keys that are ignored with a
//! warning. The readers of the parts handle all others.

use crate::openapi::context::Context;
use crate::openapi::diagnostic::OpenApiDiagnostic;
use crate::openapi::version::Version;
use crate::tree::node::{Entry, NodeLocation};
use apinb_text::display::truncate::excerpt;

/// What a new key means for apinb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// Its part is read as it would be without it.
    None,
    /// It is ignored, and other tools do more with it.
    Ignored,
    /// A reader handles it.
    Read,
}

/// The keys that are new in 3.2, by the part that has them.
const NEW: [(&str, &str, Effect); 19] = [
    // The names by which references find the document: `reference.rs`.
    ("the root", "$self", Effect::Read),
    ("the components", "mediaTypes", Effect::Read),
    ("a server", "name", Effect::None),
    ("a tag", "summary", Effect::None),
    ("a tag", "parent", Effect::None),
    ("a tag", "kind", Effect::None),
    ("a path item", "query", Effect::Read),
    ("a path item", "additionalOperations", Effect::Read),
    ("a response", "summary", Effect::Read),
    ("a media type", "itemSchema", Effect::Ignored),
    // Like `encoding`, which apinb does not use.
    ("a media type", "prefixEncoding", Effect::None),
    ("a media type", "itemEncoding", Effect::None),
    ("an example", "dataValue", Effect::Read),
    ("an example", "serializedValue", Effect::Read),
    ("a security scheme", "oauth2MetadataUrl", Effect::None),
    ("a security scheme", "deprecated", Effect::None),
    ("the flows of OAuth 2.0", "deviceAuthorization", Effect::Ignored),
    ("a flow of OAuth 2.0", "deviceAuthorizationUrl", Effect::None),
    ("a discriminator", "defaultMapping", Effect::None),
];

impl Context<'_, '_> {
    /// Reports an unknown key, unless it is an extension (`x-…`), or new in 3.2 and without an effect.
    pub(super) fn unknown_key(&mut self, entry: &Entry, within: &'static str, known: &[&'static str]) {
        if entry.key.starts_with("x-") {
            return;
        }
        let new = NEW.iter().find(|(part, key, _)| *part == within && *key == &*entry.key);
        match (new, self.version) {
            (Some((_, key, Effect::Ignored)), Version::V32) => {
                self.ignored(key, "apinb ignores it, and others like it.", entry.location);
            }
            (Some(_), Version::V32) => {}
            (Some(_), Version::V30 | Version::V31) => {
                let (location, key) = (self.documents.locate(entry.location), excerpt(&entry.key));
                self.documents.report(OpenApiDiagnostic::NewerKey { location, key, within });
            }
            (None, _) | (Some(_), Version::V2) => self.documents.unknown_key(entry, within, known),
        }
    }

    /// Warns about the first use of something in OpenAPI 3.2 that apinb does not support.
    pub(super) fn ignored(&mut self, what: &'static str, help: &'static str, location: NodeLocation) {
        if self.references.ignored.insert(what) {
            let location = self.documents.locate(location);
            self.documents.report(OpenApiDiagnostic::Ignored { location, what, help });
        }
    }
}
