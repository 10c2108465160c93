//! The difference between the value that an assertion expected and the one that it got.

use similar::{ChangeTag, TextDiff};

use super::layout::{DIM, GREEN, Line, PLAIN, RED, Style, cut};

/// Maximum number of lines of a difference, and of equal lines around a change.
const LINES: usize = 13;
const CONTEXT: usize = 2;
/// Maximum number of lines that are compared, since comparing takes more than linear time.
const COMPARED: usize = 2_000;

/// The lines of a difference: `-` is expected, `+` is actual. `width`: maximum width of a line.
pub(super) fn diff(expected: &str, actual: &str, width: usize, all: bool) -> Vec<Line> {
    if expected == actual {
        let mut line = Line::default();
        line.push(DIM, "expected and actual look the same: they differ in a type or a hidden property");
        return vec![line];
    }
    if !expected.contains('\n') && !actual.contains('\n') {
        let from = shown_from(expected, actual, width);
        let one = |style, name: &str, value: &str| {
            let value = value.get(from..).unwrap_or_default();
            styled(style, &cut(&format!("{name:<10}{}{value}", if from > 0 { "…" } else { "" }), width))
        };
        return vec![one(RED, "expected:", expected), one(GREEN, "actual:", actual)];
    }
    let mut lines = Vec::new();
    let (expected, actual) = (first(expected), first(actual));
    let diff = TextDiff::configure().diff_lines(expected.as_str(), actual.as_str());
    for (index, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if index > 0 {
            lines.push(styled(DIM, "  …"));
        }
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let (style, mark) = match change.tag() {
                ChangeTag::Delete => (RED, '-'),
                ChangeTag::Insert => (GREEN, '+'),
                ChangeTag::Equal => (PLAIN, ' '),
            };
            let text = change.value().trim_end_matches(['\r', '\n']).replace('\t', "    ");
            lines.push(styled(style, &cut(&format!("{mark} {text}"), width)));
        }
    }
    let hidden = if all { 0 } else { lines.len().saturating_sub(LINES) };
    if hidden > 1 {
        lines.truncate(LINES);
        lines.push(styled(DIM, &format!("  … {hidden} more lines; -v shows all")));
    }
    let mut legend = Line::default();
    legend.push(RED, "- expected").push(PLAIN, "  ").push(GREEN, "+ actual");
    lines.insert(0, legend);
    lines
}

/// Where two values on one line are shown from, so that their first difference is among the first `width` columns.
fn shown_from(expected: &str, actual: &str, width: usize) -> usize {
    let pairs = expected.char_indices().zip(actual.chars());
    let same = pairs.take_while(|((_, one), other)| one == other).map(|((at, one), _)| at + one.len_utf8());
    let same = same.last().unwrap_or_default();
    if same < width / 2 { 0 } else { expected.floor_char_boundary(same - width / 4) }
}

fn styled(style: Style, text: &str) -> Line {
    let mut line = Line::default();
    line.push(style, text);
    line
}

fn first(text: &str) -> String {
    let mut first: String = text.split_inclusive('\n').take(COMPARED).collect();
    if !first.ends_with('\n') {
        first.push('\n');
    }
    first
}

#[cfg(test)]
mod tests {
    use super::diff;

    fn check(expected: &str, actual: &str, lines: &[&str]) {
        let shown: Vec<String> = diff(expected, actual, 40, false)
            .into_iter()
            .map(|line| line.render(None, false).trim_end().to_owned())
            .collect();
        assert_eq!(shown, lines, "{expected} {actual}");
    }

    #[test]
    fn changed_lines_are_shown_with_the_lines_around_them() {
        check("200", "404", &["expected: 200", "actual:   404"]);
        let expected = "{\n  a: 1,\n  b: 2,\n  c: 3,\n  d: 4,\n  e: 5\n}";
        check(
            expected,
            &expected.replace("d: 4", "d: 'four'"),
            &["- expected  + actual", "    b: 2,", "    c: 3,", "-   d: 4,", "+   d: 'four',", "    e: 5", "  }"],
        );
    }

    #[test]
    fn long_lines_and_long_differences_are_truncated() {
        let wide = "x".repeat(100);
        check(&wide, "y", &[&format!("expected: {}…", "x".repeat(29)), "actual:   y"]);
        let same = "a".repeat(100);
        check(&format!("{same}X"), &format!("{same}Y"), &["expected: …aaaaaaaaaaX", "actual:   …aaaaaaaaaaY"]);
        let many = |name: &str| (0..50).map(|number| format!("{name}{number}\n")).collect::<String>();
        let lines = diff(&many("a"), &many("b"), 40, false);
        assert_eq!(lines.len(), 15);
        assert_eq!(
            lines.last().map(|line| line.clone().render(None, false)).unwrap(),
            "  … 87 more lines; -v shows all\n"
        );
        assert_eq!(diff(&many("a"), &many("b"), 40, true).len(), 101);
    }

    #[test]
    fn equal_texts_are_explained() {
        let lines = diff("[ 1 ]", "[ 1 ]", 40, false);
        assert_eq!(lines.len(), 1);
    }
}
