//! All rules whose findings the program reports.

use apinb_text::diagnostic::rule::Rule;

/// The rules for definitions.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    apinb_definition::rules::all()
}
