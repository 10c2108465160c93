//! What was entered, as a notebook that runs again. A secret in it becomes a question.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use apinb_core::redact::{MASK, Redactor};

use super::command::Problem;

/// What was written.
pub(super) struct Saved {
    pub(super) cells: usize,
    pub(super) secrets: usize,
}

/// Writes a notebook of these cells; a file that is there already is left alone.
pub(super) fn save(path: &Path, cells: &[&str], redactor: &Redactor) -> Result<Saved, Problem> {
    let shown = || path.display().to_string();
    let title = path.file_stem().unwrap_or_default().to_string_lossy();
    let (text, secrets) = notebook(&title, cells, redactor);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        Ok(())
    });
    written.map_err(|cause| match cause.kind() {
        io::ErrorKind::AlreadyExists => Problem::Exists { path: shown() },
        _ => Problem::Unwritable { path: shown(), cause },
    })?;
    Ok(Saved { cells: cells.len(), secrets })
}

fn notebook(title: &str, cells: &[&str], redactor: &Redactor) -> (String, usize) {
    let mut text = format!("---\ntitle: {title}\n---\n");
    let mut secrets = 0;
    for cell in cells {
        let code = asked(&redactor.redact(cell), &mut secrets);
        let longest = code.split(|character| character != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        // Writing into a String cannot fail.
        let _ = write!(text, "\n{fence}javascript\n{}\n{fence}\n", code.trim_end());
    }
    (text, secrets)
}

/// With a question in place of each string that is a secret.
fn asked(code: &str, secrets: &mut usize) -> String {
    let mut code = code.to_owned();
    for quote in ['\'', '"', '`'] {
        let string = format!("{quote}{MASK}{quote}");
        while code.contains(&string) {
            *secrets += 1;
            code = code.replacen(&string, &format!("prompt('Secret {secrets}')"), 1);
        }
    }
    // A part of a longer string cannot be asked for in its place.
    *secrets += code.matches(MASK).count();
    code
}

#[cfg(test)]
mod tests {
    use apinb_core::notebook::Notebook;
    use apinb_core::redact::Redactor;

    use super::notebook;

    #[test]
    fn it_has_the_same_cells_and_no_secret() {
        let redactor = Redactor::default();
        redactor.add("hunter2-and-more");
        let cells = ["a = 1", "t = '```'\n", "API.authenticate(c, { clientSecret: 'hunter2-and-more' })"];
        let (text, secrets) = notebook("mine", &cells, &redactor);
        let saved = Notebook::parse("mine.md", text);
        let code: Vec<&str> = saved.cells().map(|cell| cell.code.trim_end()).collect();
        let asked = "API.authenticate(c, { clientSecret: prompt('Secret 1') })";
        assert_eq!(code, ["a = 1", "t = '```'", asked]);
        assert_eq!((saved.title(), secrets), (Some("mine"), 1));
    }
}
