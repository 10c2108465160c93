//! The macro that declares rules.

/// Declares a static `Rule` for each entry, and the list of them.
macro_rules! rules {
    ($($name:ident = $code:literal, $severity:ident, $title:literal, $documentation:literal,
        [$($document:literal = $text:literal;)*];)*) => {
        $(pub(crate) static $name: apinb_text::diagnostic::rule::Rule = apinb_text::diagnostic::rule::Rule {
            code: $code,
            severity: apinb_text::diagnostic::Severity::$severity,
            title: $title,
            documentation: $documentation,
            example: &[$(apinb_text::diagnostic::rule::ExampleDocument { name: $document, text: $text }),*],
        };)*

        pub(super) const ALL: &[&apinb_text::diagnostic::rule::Rule] = &[$(&$name),*];
    };
}
pub(super) use rules;
