//! `.env` files: environment variables that stand in a file.
//!
//! They are read, not set: the process's environment does not change, and overrides them. What a line may be is what
//! the usual readers agree on; a `$` is a `$`, since passwords have them. The reader is our own so that problems and
//! values have a line, and no file can grow beyond its size.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apinb_text::secret::names::is_secret_name;
use apinb_text::source::span::{Location, SourceFile, Span};
use secrecy::SecretString;

use crate::cli::arguments::OverrideArguments;
use crate::cli::failure::Failure;
use crate::cli::settings::problem::{FileProblem, FileProblemKind, UsageProblem};
use apinb_files::bounded;

/// The file name that is searched beside `apinb.toml` and beside the notebook.
pub const NAME: &str = ".env";
/// Maximum size of a file, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// A variable and its location.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) value: SecretString,
    pub(crate) location: Location,
}

/// The variables of the `.env` files of a notebook.
pub(crate) type Variables = BTreeMap<String, Variable>;

/// The variables of the file that `--env-file` names, else of those in `folders`, of which later ones override earlier
/// ones.
///
/// # Errors
/// All diagnostics about them.
pub(crate) fn variables<'a>(
    arguments: &OverrideArguments,
    here: &Path,
    folders: impl IntoIterator<Item = &'a Path>,
) -> Result<Variables, Failure> {
    if let Some(name) = &arguments.env_file {
        return read(&here.join(name), name);
    }
    let mut variables = Variables::new();
    if arguments.no_env_file {
        return Ok(variables);
    }
    let mut paths: Vec<PathBuf> = folders.into_iter().map(|folder| folder.join(NAME)).collect();
    paths.dedup();
    // A folder named `.env` belongs to another program.
    for path in paths.into_iter().filter(|path| path.is_file()) {
        let shown = path.strip_prefix(here).unwrap_or(&path).display().to_string();
        variables.extend(read(&path, &shown)?);
    }
    Ok(variables)
}

/// The values of variables with secret names.
pub(crate) fn secrets(variables: &Variables) -> Vec<SecretString> {
    let secret = variables.iter().filter(|(name, _)| is_secret_name(name));
    secret.map(|(_, variable)| variable.value.clone()).collect()
}

fn read(path: &Path, name: &str) -> Result<Variables, Failure> {
    let text = bounded::text(path, MAX_BYTES)
        .map_err(|cause| Failure::unusable(UsageProblem::Unreadable { path: name.to_owned(), cause }))?;
    parse(name, &text).map_err(Failure::all_unusable)
}

/// The variables in `text`; of several lines for one variable the last counts.
///
/// # Errors
/// All diagnostics about it.
#[allow(clippy::string_slice, reason = "every offset is where a part of the text begins or ends")]
fn parse(name: &str, text: &str) -> Result<Variables, Vec<FileProblem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = Arc::new(SourceFile::new(name, masked(text)));
    let mut variables = Variables::new();
    let mut problems = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let line = first_line(rest);
        let at = text.len() - rest.len() + (line.len() - line.trim_start().len());
        let location = |length: usize| Location::new(&file, Span::new(at, at + length));
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            rest = after_line(rest, line.len());
            continue;
        }
        let Some((key, after)) = key(content) else {
            problems.push(FileProblem { location: location(content.len()), kind: FileProblemKind::NoVariable });
            rest = after_line(rest, line.len());
            continue;
        };
        let value_at = at + content.len() - after.len();
        let (value, length) = match value(&text[value_at..]) {
            Ok(found) => found,
            Err((what, help)) => {
                let kind = FileProblemKind::Unfit { key: key.to_owned(), what, help };
                problems.push(FileProblem { location: location(key.len()), kind });
                if what == UNCLOSED {
                    // Where the next variable begins is unknown.
                    break;
                }
                rest = after_line(rest, line.len());
                continue;
            }
        };
        variables.insert(key.to_owned(), Variable { value: SecretString::from(value), location: location(key.len()) });
        let end = value_at + length;
        rest = after_line(&text[end..], first_line(&text[end..]).len());
    }
    if problems.is_empty() { Ok(variables) } else { Err(problems) }
}

const UNCLOSED: &str = "has no closing quote";

/// The value at the beginning of `text`, and how many bytes it takes.
fn value(text: &str) -> Result<(String, usize), (&'static str, &'static str)> {
    let line = first_line(text);
    let start = line.len() - line.trim_start().len();
    let quote = line.trim_start().chars().next().filter(|first| matches!(first, '"' | '\''));
    let Some(quote) = quote else {
        let comment = line.char_indices().find(|(at, character)| {
            let before = line.get(..*at).and_then(|before| before.chars().next_back());
            *character == '#' && before.is_none_or(char::is_whitespace)
        });
        let value = comment.and_then(|(at, _)| line.get(..at)).unwrap_or(line);
        return Ok((value.trim().to_owned(), line.len()));
    };
    let mut value = String::new();
    let mut characters = text.get(start + 1..).unwrap_or_default().char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character == quote => {
                let end = start + 1 + at + 1;
                let after = first_line(text.get(end..).unwrap_or_default()).trim_start();
                return match after.is_empty() || after.starts_with('#') {
                    true => Ok((value, end)),
                    false => Err(("has text after its value", "quote the whole value")),
                };
            }
            '\\' if quote == '"' => match characters.next().map(|(_, escaped)| escaped) {
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some('t') => value.push('\t'),
                Some(escaped @ ('\\' | '"' | '$')) => value.push(escaped),
                Some(other) => value.extend(['\\', other]),
                None => break,
            },
            _ => value.push(character),
        }
    }
    Err((UNCLOSED, "Close the quote, or use quotes of the other kind."))
}

/// The name of the variable that `line` sets, and what comes after its `=`.
fn key(line: &str) -> Option<(&str, &str)> {
    let (key, after) = line.split_once('=')?;
    let key = key.trim();
    let key = key.strip_prefix("export").filter(|key| key.starts_with(char::is_whitespace)).map_or(key, str::trim);
    let fits = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-');
    let is_name = key.chars().all(fits) && key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    is_name.then_some((key, after))
}

fn first_line(text: &str) -> &str {
    text.split(['\n', '\r']).next().unwrap_or(text)
}

/// The text after the line end that follows the first `length` bytes.
fn after_line(text: &str, length: usize) -> &str {
    let rest = text.get(length..).unwrap_or_default();
    rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])).unwrap_or(rest)
}

/// `text` as messages may show it, with `*` for every byte of what may be a value. Each line may be the middle of one,
/// so only what looks like the name of a variable before a `=` is left, in upper case as nothing else is. Positions
/// stay.
fn masked(text: &str) -> String {
    let is_name = |key: &&str| {
        let named = |character: char| character.is_ascii_uppercase() || matches!(character, '_' | ' ');
        key.trim().strip_prefix("export ").unwrap_or(key).chars().all(named)
    };
    let line = |line: &str| -> String {
        let named = line.split_once('=').map(|(key, _)| key).filter(is_name).map_or(0, |key| key.len() + 1);
        let star = |character: char| match character {
            '\n' | '\r' | ' ' | '\t' => character.to_string(),
            _ => "*".repeat(character.len_utf8()),
        };
        let (name, value) = line.split_at_checked(named).unwrap_or(("", line));
        name.chars().map(|character| character.to_string()).chain(value.chars().map(star)).collect()
    };
    text.split_inclusive('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use apinb_text::diagnostic::render::render;
    use secrecy::ExposeSecret as _;

    use super::{masked, parse, secrets};

    fn check(text: &str, expected: &[(&str, &str, usize)]) {
        let variables = parse(".env", text).expect("no problems");
        let found: Vec<_> = variables
            .iter()
            .map(|(name, found)| (name.as_str(), found.value.expose_secret(), found.location.position().line))
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn common_forms_of_lines_are_accepted() {
        check("", &[]);
        check(
            "\u{feff}# a comment\n\n  A=1  \r\nexport B = two words # not this\n",
            &[("A", "1", 3), ("B", "two words", 4)],
        );
        check("A=\nB= # nothing\nC=a#b", &[("A", "", 1), ("B", "", 2), ("C", "a#b", 3)]);
        check(
            "A='$x \\n \"y\"' # c\nB=\"1\\n\\\"2\\\\ \\d $3\"",
            &[("A", "$x \\n \"y\"", 1), ("B", "1\n\"2\\ \\d $3", 2)],
        );
        check(
            "A=\"-- one\ntwo==\n\"\nexport=5\na.b-c=$A",
            &[("A", "-- one\ntwo==\n", 1), ("a.b-c", "$A", 5), ("export", "5", 4)],
        );
        check("A=1\rA=2", &[("A", "2", 2)]);
        check("A=it's é", &[("A", "it's é", 1)]);
    }

    #[test]
    fn diagnostics_have_their_line_and_show_no_value() {
        let problems =
            parse(".env", "OK=1\nhunter2\n1A=hunter2\nB='x' hunter2\nC=\"hunter2\nD=hunter2\n").expect_err("problems");
        let shown: Vec<String> = problems.iter().map(|problem| render(problem, None, false)).collect();
        let shown = shown.join("\n");
        for part in
            [".env:2:1", ".env:3:1", ".env:4:1", "`B` has text after its value", ".env:5:1", "`C` has no closing quote"]
        {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(!shown.contains(".env:6"), "{shown}");
    }

    #[test]
    fn only_names_are_shown_in_source_lines() {
        assert_eq!(masked("export TOKEN=\"ab\nMIIé==\n"), "export TOKEN=***\n*******\n");
    }

    #[test]
    fn any_text_is_parsed() {
        for text in ["=", "'", "A=\"", "A=\"\\", "A='\r", "é=é", "\0", "A==\"", "export", "export =1", "A=\"é\\é\" é"]
        {
            let _ = parse(".env", text);
        }
        assert_eq!(secrets(&parse(".env", "API_KEY=abc\nDOMAIN=acme").expect("no problems")).len(), 1);
    }
}
