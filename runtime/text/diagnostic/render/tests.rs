use std::sync::Arc;

use crate::diagnostic::render::render;
use crate::diagnostic::rule::Rule;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::span::{Location, SourceFile, Span};

#[derive(Debug, thiserror::Error)]
#[error("{text}")]
struct TestDiagnostic {
    text: &'static str,
    location: Option<Location>,
    #[source]
    cause: Option<Box<TestDiagnostic>>,
    help: Option<&'static str>,
    severity: Severity,
    rule: Option<&'static Rule>,
}

static RULE: Rule = Rule {
    code: "raml/library-cycle",
    severity: Severity::Note,
    title: "Library cycle",
    documentation: "Libraries use one another.",
    example: &[],
};

impl Diagnostic for TestDiagnostic {
    fn rule(&self) -> Option<&'static Rule> {
        self.rule
    }

    fn severity(&self) -> Severity {
        self.severity
    }

    fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }

    fn help(&self) -> Option<String> {
        self.help.map(str::to_owned)
    }
}

fn diagnostic(text: &'static str) -> TestDiagnostic {
    TestDiagnostic { text, location: None, cause: None, help: None, severity: Severity::Error, rule: None }
}

fn at(source: &str, span: (usize, usize)) -> TestDiagnostic {
    let file = Arc::new(SourceFile::new("dir/a.raml", source));
    TestDiagnostic {
        location: Some(Location::new(&file, Span::new(span.0, span.1))),
        ..diagnostic("unknown key `tittle`")
    }
}

/// The rendered source line and its underline.
fn check_line(source: &str, span: (usize, usize), line: &str, underline: &str) {
    let text = render(&at(source, span), None, false);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[3..], [line, underline], "{text}");
}

#[test]
fn text_position_causes_and_help() {
    let diagnostic = TestDiagnostic {
        cause: Some(Box::new(TestDiagnostic {
            cause: Some(Box::new(diagnostic("root"))),
            ..diagnostic("the middle: root")
        })),
        help: Some("Did you mean `title`?"),
        ..at("#%RAML 0.8\n# 2\n# 3\n# 4\n# 5\n# 6\n# 7\n# 8\n# 9\n  tittle: x\n", (45, 51))
    };
    assert_eq!(
        render(&diagnostic, None, false),
        "\
error: unknown key `tittle`
  --> dir/a.raml:10:3
   |
10 |   tittle: x
   |   ^^^^^^
caused by: the middle: root

help: Did you mean `title`?
"
    );
}

#[test]
fn without_position_or_help_it_is_one_line() {
    assert_eq!(render(&diagnostic("no such file"), None, false), "error: no such file\n");
    let warning = TestDiagnostic { severity: Severity::Warning, ..diagnostic("first\nsecond\n") };
    assert_eq!(render(&warning, None, false), "warning: first\n  second\n");
}

#[test]
fn the_code_follows_the_severity() {
    let note = TestDiagnostic { severity: Severity::Note, rule: Some(&RULE), ..diagnostic("a.raml -> a.raml") };
    assert_eq!(render(&note, None, false), "note[raml/library-cycle]: a.raml -> a.raml\n");
    assert_eq!(
        render(&note, None, true),
        "\x1b[1m\x1b[32mnote[raml/library-cycle]:\x1b[0m \x1b[1ma.raml -> a.raml\x1b[0m\n"
    );
}

#[test]
fn a_diagnostic_has_the_severity_of_its_rule() {
    #[derive(Debug, thiserror::Error)]
    #[error("x")]
    struct Broken(Option<&'static Rule>);
    impl Diagnostic for Broken {
        fn rule(&self) -> Option<&'static Rule> {
            self.0
        }
    }
    assert_eq!(Broken(Some(&RULE)).severity(), Severity::Note);
    assert_eq!(Broken(None).severity(), Severity::Error);
}

#[test]
fn colors_are_added_on_request() {
    let diagnostic = TestDiagnostic { help: Some("h"), ..at("abc", (1, 2)) };
    assert_eq!(
        render(&diagnostic, None, true),
        "\x1b[1m\x1b[31merror:\x1b[0m \x1b[1munknown key `tittle`\x1b[0m
  \x1b[1m\x1b[34m-->\x1b[0m dir/a.raml:1:2
  \x1b[1m\x1b[34m|\x1b[0m
\x1b[1m\x1b[34m1\x1b[0m \x1b[1m\x1b[34m|\x1b[0m abc
  \x1b[1m\x1b[34m|\x1b[0m  \x1b[1m\x1b[31m^\x1b[0m

\x1b[1m\x1b[36mhelp:\x1b[0m h
"
    );
}

#[test]
fn the_underline_counts_columns() {
    check_line("\tab", (1, 3), "1 |     ab", "  |     ^^");
    check_line("日本x", (3, 6), "1 | 日本x", "  |   ^^");
    check_line("e\u{301}x", (3, 4), "1 | e\u{301}x", "  |  ^");
    check_line("a\x1b[2J\u{202e}b", (9 - 1, 9), "1 | a␛[2J\\u{202e}b", "  |              ^");
}

#[test]
fn the_underline_stays_in_its_line() {
    check_line("abc", (3, 3), "1 | abc", "  |    ^");
    check_line("abc\r\ndef", (1, 8), "1 | abc", "  |  ^^");
    check_line("abc", (90, 99), "1 | abc", "  |    ^");
    check_line("", (0, 0), "1 |", "  | ^");
}

#[test]
fn a_long_line_is_truncated_around_the_position() {
    let (left, right) = ("l".repeat(50_000), "r".repeat(50_000));
    let source = format!("{left}HERE{right}");
    check_line(
        &source,
        (50_000, 50_004),
        &format!("1 | …{}HERE{}…", "l".repeat(40), "r".repeat(76)),
        &format!("  | {}^^^^", " ".repeat(41)),
    );
    check_line(&source, (0, 100_000), &format!("1 | {}…", "l".repeat(120)), &format!("  | {}", "^".repeat(120)));
    check_line(&source, (100_003, 100_004), &format!("1 | …{}", "r".repeat(120)), &format!("  | {}^", " ".repeat(120)));
}

#[test]
fn untrusted_text_is_escaped() {
    let file = Arc::new(SourceFile::new("a\x1b]0;x\x07.md", "\x1b[31m"));
    let diagnostic = TestDiagnostic {
        text: "m\x1b[0m",
        cause: Some(Box::new(diagnostic("c\x1b"))),
        help: Some("h\u{9b}"),
        location: Some(Location::new(&file, Span::new(0, 1))),
        ..diagnostic("")
    };
    let text = render(&diagnostic, None, false);
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}
