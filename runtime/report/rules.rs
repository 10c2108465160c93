//! Renders the rules of diagnostics: as a list, one rule with its documentation, and all rules as a Markdown page.

use std::fmt::Write as _;

use apinb_record::rule::RuleRecord;

use super::layout::{BOLD, CYAN, Line, PLAIN, wrap};

/// The start of `docs/rules.md`, before the first rule.
const INTRODUCTION: &str = "\
# Rules

`apinb check`, `apinb definition check` and `apinb contract check` report findings, each with the code of the rule that it breaks: \
`error[client/unknown-member]: …`. A code keeps its meaning; `apinb rules CODE` explains one. This page is generated from \
the program.
";

/// A line per rule: code, severity and title, in columns.
#[must_use]
pub fn list(rules: &[RuleRecord], color: bool) -> String {
    let widest = rules.iter().map(|rule| rule.code.len()).max().unwrap_or_default();
    let mut text = String::new();
    for rule in rules {
        let mut line = Line::default();
        line.push(BOLD, rule.code).pad_to(widest + 2);
        line.push(rule.severity.style(), rule.severity.name()).pad_to(widest + 11).push(PLAIN, rule.title);
        text.push_str(&line.render(None, color));
    }
    text
}

/// A rule with its documentation and example. Lines are wrapped at `width` columns, but words are not split.
#[must_use]
pub fn page(rule: &RuleRecord, width: usize, color: bool) -> String {
    let mut head = Line::default();
    head.push(rule.severity.style(), &format!("{}[{}]:", rule.severity.name(), rule.code));
    head.push_as_it_is(PLAIN, " ").push(BOLD, rule.title);
    let mut text = head.render(None, color);
    text.push('\n');
    for line in wrap(rule.documentation, width) {
        text.push_str(&line);
        text.push('\n');
    }
    for document in &rule.example {
        let mut name = Line::default();
        name.push(CYAN, document.name);
        text.push('\n');
        text.push_str(&name.render(None, color));
        text.push_str(&indented(document.text));
    }
    text
}

/// The content of `docs/rules.md`.
#[must_use]
pub fn markdown(rules: &[RuleRecord]) -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str("\n| code | severity | rule |\n| --- | --- | --- |\n");
    // Writing to a `String` cannot fail.
    for RuleRecord { code, severity, title, .. } in rules {
        let anchor = code.replace('/', "");
        let _ = writeln!(text, "| [`{code}`](#{anchor}) | {} | {title} |", severity.name());
    }
    for RuleRecord { code, severity, title, documentation, example } in rules {
        let _ = write!(text, "\n## `{code}`\n\n**{title}** ({}). {documentation}\n", severity.name());
        for document in example {
            let _ = write!(text, "\n`{}`:\n\n{}", document.name, indented(document.text));
        }
    }
    text
}

/// An indented code block in Markdown.
fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |mut indented, line| {
        if !line.is_empty() {
            indented.push_str("    ");
        }
        indented + line + "\n"
    })
}

#[cfg(test)]
mod tests {
    use apinb_record::rule::{DocumentRecord, RuleRecord};
    use apinb_text::diagnostic::Severity;

    use super::{INTRODUCTION, list, markdown, page};

    fn rules() -> [RuleRecord; 2] {
        let example = vec![DocumentRecord { name: "api.raml", text: "title: Shop\n\n/orders:\n" }];
        [
            RuleRecord {
                code: "raml/type-cycle",
                severity: Severity::Error,
                title: "Type cycle",
                documentation: "A type inherits from itself.",
                example,
            },
            RuleRecord {
                code: "definition/limit",
                severity: Severity::Warning,
                title: "Limit reached",
                documentation: "Too large.",
                example: Vec::new(),
            },
        ]
    }

    #[test]
    fn a_list_has_columns() {
        assert_eq!(
            list(&rules(), false),
            "raml/type-cycle   error    Type cycle\ndefinition/limit  warning  Limit reached\n"
        );
    }

    #[test]
    fn a_rule_is_explained() {
        let [rule, _] = rules();
        assert_eq!(
            page(&rule, 20, false),
            "\
error[raml/type-cycle]: Type cycle

A type inherits from
itself.

api.raml
    title: Shop

    /orders:
"
        );
    }

    #[test]
    fn all_rules_are_on_one_page() {
        let expected = "
| code | severity | rule |
| --- | --- | --- |
| [`raml/type-cycle`](#ramltype-cycle) | error | Type cycle |
| [`definition/limit`](#definitionlimit) | warning | Limit reached |

## `raml/type-cycle`

**Type cycle** (error). A type inherits from itself.

`api.raml`:

    title: Shop

    /orders:

## `definition/limit`

**Limit reached** (warning). Too large.
";
        assert_eq!(markdown(&rules()).strip_prefix(INTRODUCTION), Some(expected));
    }
}
