//! API definitions: from the text of a RAML or OpenAPI document, and what it includes, to one [`model`] of the API.
//!
//! Reading files and URLs is left to the caller, which passes a [`Loader`](apinb_text::source::loader::Loader).
//!
//! Each part knows only those before it: [`limits`] and [`codes`], [`model`], [`tree`]; [`syntax`] turns text into a
//! tree, [`overview`] lists resources; [`documents`] holds the documents of a definition; [`raml`] and [`openapi`] read
//! trees; [`load`] chooses between them.

pub mod codes;
pub mod documents;
mod limits;
pub mod load;
pub mod model;
mod openapi;
pub mod overview;
mod raml;
pub mod routing;
mod syntax;
#[cfg(test)]
mod tests;
mod tree;
