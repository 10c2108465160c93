//! The rules for calls: a file each, with its documentation and what it finds in one call.

mod deprecated;
mod example;
mod lifecycle;
mod media_type;
mod missing_body;
mod read_write_only;
pub(crate) mod request;
mod response_body;
mod response_header;
mod rule;
mod security;
mod server_error;
mod undeclared_status;
mod undocumented_property;
mod unexpected_body;
mod unknown_operation;

use apinb_text::diagnostic::rule::Rule;

pub(crate) use rule::ContractRule;

/// The area of the codes.
pub const AREA: &str = "contract/";

/// By code.
pub(crate) const RULES: &[&ContractRule] = &[
    &deprecated::RULE,
    &example::RULE,
    &lifecycle::RULE,
    &media_type::RULE,
    &missing_body::RULE,
    &read_write_only::RULE,
    &request::RULE,
    &response_body::RULE,
    &response_header::RULE,
    &security::RULE,
    &server_error::RULE,
    &undeclared_status::RULE,
    &undocumented_property::RULE,
    &unexpected_body::RULE,
    &unknown_operation::RULE,
];

/// All rules for calls.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().map(|rule| &rule.rule)
}
