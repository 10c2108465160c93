//! The error for a file that is not text.

use std::fmt;
use std::string::FromUtf8Error;

use apinb_text::diagnostic::Diagnostic;

/// A file that is not UTF-8 text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a text file: {}byte {offset} is not UTF-8", looks(*kind))]
pub struct NotAText {
    /// The path or URL of the user.
    pub name: String,
    /// The first byte that is not UTF-8, from 0.
    pub offset: usize,
    /// What its first bytes look like.
    pub kind: Option<FileKind>,
}

/// A kind of file that is recognized by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A GIF image.
    Gif,
    /// A gzip archive.
    Gzip,
    /// A JPEG image.
    Jpeg,
    /// A PDF document.
    Pdf,
    /// A PNG image.
    Png,
    /// Text in UTF-16.
    Utf16,
    /// A ZIP archive, also a word processor's file.
    Zip,
}

/// The first bytes of each kind.
const FIRST_BYTES: [(&[u8], FileKind); 8] = [
    (b"\x89PNG\r\n\x1a\n", FileKind::Png),
    (b"\xff\xd8\xff", FileKind::Jpeg),
    (b"GIF8", FileKind::Gif),
    (b"%PDF-", FileKind::Pdf),
    (b"PK\x03\x04", FileKind::Zip),
    (b"\x1f\x8b", FileKind::Gzip),
    (b"\xff\xfe", FileKind::Utf16),
    (b"\xfe\xff", FileKind::Utf16),
];

impl NotAText {
    pub(super) fn new(name: String, error: &FromUtf8Error) -> Self {
        let kind = FIRST_BYTES.iter().find(|(first, _)| error.as_bytes().starts_with(first)).map(|(_, kind)| *kind);
        Self { name, offset: error.utf8_error().valid_up_to(), kind }
    }
}

impl Diagnostic for NotAText {
    fn help(&self) -> Option<String> {
        Some(match self.kind {
            Some(FileKind::Utf16) => "Save the notebook as UTF-8.".to_owned(),
            Some(_) => "Pass a markdown file.".to_owned(),
            None => "Convert the file to UTF-8 if it has another encoding.".to_owned(),
        })
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gif => "a GIF image",
            Self::Gzip => "a gzip archive",
            Self::Jpeg => "a JPEG image",
            Self::Pdf => "a PDF document",
            Self::Png => "a PNG image",
            Self::Utf16 => "text in UTF-16",
            Self::Zip => "a ZIP archive",
        })
    }
}

fn looks(kind: Option<FileKind>) -> String {
    kind.map(|kind| format!("it looks like {kind}; ")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::model::Notebook;
    use apinb_text::diagnostic::Diagnostic;

    fn check(bytes: &[u8], message: &str, help: &str) {
        let error = Notebook::from_bytes("a.md", bytes.to_vec()).expect_err("not a text");
        assert_eq!((error.to_string().as_str(), error.help().as_deref()), (message, Some(help)));
    }

    #[test]
    fn binary_files_are_recognized() {
        check(
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            "`a.md` is not a text file: it looks like a PNG image; byte 0 is not UTF-8",
            "Pass a markdown file.",
        );
        check(
            b"\xff\xfea\0",
            "`a.md` is not a text file: it looks like text in UTF-16; byte 0 is not UTF-8",
            "Save the notebook as UTF-8.",
        );
        check(
            b"caf\xe9",
            "`a.md` is not a text file: byte 3 is not UTF-8",
            "Convert the file to UTF-8 if it has another encoding.",
        );
    }

    #[test]
    fn text_is_a_notebook() {
        let notebook = Notebook::from_bytes("a.md", "\u{feff}é\0\r\n".as_bytes().to_vec()).expect("a text");
        assert_eq!(notebook.to_markdown(), "\u{feff}é\0\r\n");
    }
}
