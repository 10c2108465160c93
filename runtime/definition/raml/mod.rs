//! RAML 0.8 and 1.0: converts a tree of nodes to the [`Definition`].
//!
//! In reading order: [`overlay`] merges overlays and extensions into the definition that they extend; [`scope`]
//! resolves declared names ([`scopes`]); [`apply`] applies resource types and traits with [`template`] and [`merge`];
//! [`types`] reads RAML 1.0 types, which [`shape`] represents and converts to schemas; [`root`], [`resource`],
//! [`body`], [`parameter`], [`security`] and [`annotation`] interpret the keys. [`parsed`] converts the JSON form of a
//! parsed definition to the same tree. One reader handles both versions; [`context::Context`] has the version.

mod annotation;
mod annotations;
mod apply;
mod body;
mod case;
mod context;
pub(crate) mod diagnostic;
mod http;
pub(crate) mod language;
mod merge;
mod overlay;
mod parameter;
mod parameter_values;
pub(super) mod parsed;
mod resource;
mod root;
mod scope;
mod scopes;
mod security;
pub(crate) mod shape;
mod template;
mod types;
mod unapplied;
mod uri;

use std::collections::HashSet;
use std::rc::Rc;

use crate::documents::Documents;
use crate::model::Definition;
use crate::tree::node::Node;
use apinb_schema::schema::Schemas;
use context::Context;
use language::Version;

/// Reads the definition from its root node. `any_keys`: accept unknown keys.
pub(crate) fn read(documents: &mut Documents<'_>, root: &Rc<Node>, version: Version, any_keys: bool) -> Definition {
    let mut cx = Context {
        documents,
        version,
        scopes: scopes::Scopes::default(),
        schemas: Schemas::default(),
        security_schemes: Vec::new(),
        media_types: Vec::new(),
        user: root.location.file,
        types: shape::types::Types::default(),
        annotations: annotations::Annotations::default(),
        paths: HashSet::new(),
        used_templates: HashSet::new(),
        any_keys,
    };
    let overlay::Merged { root, owners } = overlay::merged(&mut cx, root);
    cx.open_root(&root, &owners);
    root::definition(&mut cx, &root)
}
