//! Renders how much of a definition calls and notebooks show: for a terminal, and as files for people and programs.

mod html;
mod lcov;

use std::io;

use apinb_record::contract::coverage::{CoverageReport, DefinitionCoverage, Measure, PartKind};

use super::json;
use super::layout::{BOLD, DIM, GREEN, Line, PLAIN, YELLOW, one_line};
use super::syntax::Syntax;

/// The formats of a coverage report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoverageForm {
    /// [`CoverageReport`], for programs.
    Json,
    /// A page for people.
    Html,
    /// A tracefile of LCOV: definitions as source files, operations as functions, parts as lines.
    Lcov,
}

impl CoverageForm {
    /// The endings of file names, with the formats that they stand for.
    pub const ENDINGS: [(&str, Self); 4] =
        [("json", Self::Json), ("html", Self::Html), ("lcov", Self::Lcov), ("info", Self::Lcov)];

    /// The format of a file with this name; JSON for `-`.
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        if name == "-" {
            return Some(Self::Json);
        }
        let (_, ending) = name.rsplit_once('.')?;
        let known = |(known, _): &&(&str, Self)| known.eq_ignore_ascii_case(ending);
        Self::ENDINGS.iter().find(known).map(|(_, form)| *form)
    }

    pub(super) const fn syntax(self) -> Syntax {
        match self {
            Self::Json => Syntax::Json,
            Self::Html => Syntax::Markup,
            Self::Lcov => Syntax::Text,
        }
    }

    pub(super) const fn marks(self) -> fn(&str) -> bool {
        match self {
            Self::Json => |head| {
                head.starts_with("{\n  \"version\": ")
                    && head.contains("\n  \"generator\": \"apinb ")
                    && head.contains("\n  \"definitions\": [")
            },
            Self::Html => |head| head.starts_with("<!DOCTYPE html>") && head.contains(" · apinb</title>"),
            Self::Lcov => |head| head.starts_with(lcov::FIRST_LINE),
        }
    }

    /// Writes the report, with a trailing line feed.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(self, generator: &str, definitions: &[DefinitionCoverage], out: &mut dyn io::Write) -> io::Result<()> {
        let out = &mut self.syntax().escaped(out);
        self.content(generator, definitions, out)?;
        out.finish()
    }

    pub(super) fn content(
        self,
        generator: &str,
        definitions: &[DefinitionCoverage],
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        match self {
            Self::Json => json::pretty(&CoverageReport::new(generator, definitions), out),
            Self::Html => html::write(generator, definitions, out),
            Self::Lcov => lcov::write(definitions, out),
        }
    }
}

/// The counts of a definition for a terminal, a line for each kind. Lines fit into `width` columns. `color` adds ANSI
/// escape codes.
#[must_use]
pub fn text(coverage: &DefinitionCoverage, measure: Measure, width: usize, color: bool) -> String {
    let mut head = Line::default();
    head.push(BOLD, &format!("coverage of {}", coverage.title));
    let mut text = head.render(Some(width), color);
    for counts in coverage.counts().iter().filter(|counts| counts.total > 0) {
        let (covered, total) = (counts.covered(measure), counts.total);
        let mut line = Line::default();
        let style = if covered == total { GREEN } else { YELLOW };
        let share = format!("{:>3} %  {covered}/{total}", counts.percent(measure));
        line.push(PLAIN, &format!("  {}", counts.kind.plural())).pad_to(23).push(style, &share);
        let mut missing = missing(coverage, counts.kind, measure);
        if let Some(first) = missing.next() {
            line.pad_to(40).push(DIM, &format!("missing: {first}"));
            line.push(DIM, if missing.next().is_some() { ", …" } else { "" });
        }
        text.push_str(&line.render(Some(width), color));
    }
    text.push('\n');
    text
}

/// The counts of a definition on one line: `coverage of Users: operations 40 % (2/5), statuses 50 % (4/8), …`.
#[must_use]
pub fn line(coverage: &DefinitionCoverage, measure: Measure, width: Option<usize>, color: bool) -> String {
    let mut line = Line::default();
    line.push(PLAIN, &format!("coverage of {}: ", coverage.title));
    let counts = coverage.counts();
    for (at, counts) in counts.iter().filter(|counts| counts.total > 0).enumerate() {
        let style = if counts.covered(measure) == counts.total { GREEN } else { YELLOW };
        line.push(PLAIN, if at > 0 { ", " } else { "" });
        line.push(PLAIN, &format!("{} ", counts.kind.plural()));
        line.push(style, &format!("{} %", counts.percent(measure)));
        line.push(DIM, &format!(" ({}/{})", counts.covered(measure), counts.total));
    }
    line.render_wrapped(width, color)
}

/// The parts of a kind that are not covered.
fn missing(coverage: &DefinitionCoverage, kind: PartKind, measure: Measure) -> impl Iterator<Item = String> {
    coverage.operations.iter().flat_map(move |operation| {
        let is_missing = kind == PartKind::Operation && !operation.shown.by(measure);
        let parts = operation.parts.iter().filter(move |part| part.kind == kind && !part.shown.by(measure));
        let parts = parts.map(|part| one_line(&format!("{} {}", operation.operation, part.name)));
        is_missing.then(|| operation.operation.clone()).into_iter().chain(parts)
    })
}

#[cfg(test)]
mod tests {
    use apinb_record::contract::coverage::{
        CellPlace, DefinitionCoverage, Measure, OperationCoverage, PartCoverage, PartKind, PartPlace, Shown,
    };

    use super::CoverageForm;

    fn place(file: Option<&str>, line: usize) -> PartPlace {
        PartPlace { file: file.map(str::to_owned), line: Some(line) }
    }

    fn part(kind: PartKind, name: &str, place: PartPlace, called: bool, violated: bool) -> PartCoverage {
        PartCoverage {
            kind,
            name: name.to_owned(),
            place,
            shown: Shown { called, violated, documented: name.ends_with("id") },
        }
    }

    fn coverage() -> DefinitionCoverage {
        use PartKind::{MediaType, Parameter, ResponseProperty, Status};
        let get = OperationCoverage {
            operation: "GET /users/{id},{more}".to_owned(),
            place: place(None, 6),
            shown: Shown { called: true, violated: true, documented: true },
            calls: 3,
            parts: vec![
                part(Parameter, "path id", place(None, 7), true, false),
                part(Status, "200", place(None, 10), true, true),
                part(MediaType, "200 application/json", place(None, 11), true, false),
                part(ResponseProperty, "200 $.id", place(Some("user.yaml"), 4), true, true),
                part(ResponseProperty, "200 $[\"<b>\"]", place(Some("user.yaml"), 5), false, false),
                part(Status, "404", place(None, 20), false, false),
            ],
            cells: vec![CellPlace { notebook: "a & b.md".to_owned(), cell: 3 }],
            more_cells: true,
        };
        let delete = OperationCoverage {
            operation: "DELETE /users/{id}\n".to_owned(),
            place: place(None, 30),
            parts: vec![part(ResponseProperty, "200 $.id", place(Some("user.yaml"), 4), false, false)],
            ..OperationCoverage::default()
        };
        DefinitionCoverage {
            title: "Users <script>".to_owned(),
            definition: "api.yaml".to_owned(),
            operations: vec![get, delete],
            truncated: true,
        }
    }

    fn written(form: CoverageForm) -> String {
        let mut out = Vec::new();
        form.write("apinb 1", &[coverage()], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!((form.marks())(&text), "{text}");
        text
    }

    #[test]
    fn the_terminal_says_what_is_missing() {
        let text = super::text(&coverage(), Measure::Called, 72, false);
        assert!(
            text.starts_with(
                "coverage of Users <script>\n  operations            50 %  1/2       missing: DELETE /users/{id}\n"
            ),
            "{text}"
        );
        assert!(text.contains("  response properties   33 %  1/3       missing: GET /users/{id},{more}…\n"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 72), "{text}");
        let documented = super::line(&coverage(), Measure::Documented, None, false);
        assert!(
            documented.starts_with("coverage of Users <script>: operations 50 % (1/2), statuses 0 % (0/2), "),
            "{documented}"
        );
    }

    #[test]
    fn a_tracefile_has_operations_as_functions_and_parts_as_lines() {
        let expected = "TN:apinb\nSF:api.yaml\nFN:6,GET /users/{id}%2C{more}\nFN:30,DELETE /users/{id}\n\
            FNDA:3,GET /users/{id}%2C{more}\nFNDA:0,DELETE /users/{id}\nFNF:2\nFNH:1\n\
            DA:6,3\nDA:7,1\nDA:10,1\nDA:11,1\nDA:20,0\nDA:30,0\nLF:6\nLH:4\nend_of_record\n\
            TN:apinb\nSF:user.yaml\nFNF:0\nFNH:0\nDA:4,1\nDA:5,0\nLF:2\nLH:1\nend_of_record\n";
        assert_eq!(written(CoverageForm::Lcov), expected);
    }

    #[test]
    fn a_page_shows_what_is_missing_and_escapes_all_texts() {
        let page = written(CoverageForm::Html);
        for part in [
            "Users &lt;script&gt;",
            "DELETE</span>",
            "not called",
            "a &amp; b.md $3",
            "and more",
            "title=\"user.yaml:5\"",
            "$[&quot;&lt;b&gt;&quot;]",
            "has more parts than are listed",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    }

    #[test]
    fn the_name_of_a_file_says_the_format() {
        let of = |name: &str| CoverageForm::of_file(name);
        assert_eq!(of("a.HTML"), Some(CoverageForm::Html));
        assert_eq!((of("b/c.info"), of("c.lcov")), (Some(CoverageForm::Lcov), Some(CoverageForm::Lcov)));
        assert_eq!((of("-"), of("json"), of("a.xml")), (Some(CoverageForm::Json), None, None));
    }
}
