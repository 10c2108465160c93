//! Parses a `multipart/form-data` body (RFC 7578).

/// Maximum number of parts; further ones are ignored.
const MAX_PARTS: usize = 1_000;

/// The reason why a body is not valid multipart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MultipartError {
    /// The content type has no boundary.
    #[error("the content type names no boundary")]
    NoBoundary,
    /// The boundary does not occur.
    #[error("the boundary that the content type names does not occur")]
    NoParts,
    /// A part has no closing boundary.
    #[error("part {number} has no end")]
    Endless {
        /// Starting at 1.
        number: usize,
    },
}

/// A part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultipartPart<'b> {
    pub name: String,
    pub file_name: Option<String>,
    pub media_type: Option<String>,
    pub content: &'b [u8],
}

/// The names and values of the parts, in order. A file is represented by its name.
///
/// # Errors
/// If the body is not valid multipart.
pub fn fields(content_type: &str, body: &[u8]) -> Result<Vec<(String, String)>, MultipartError> {
    let value = |part: MultipartPart<'_>| {
        let text = part.file_name.unwrap_or_else(|| String::from_utf8_lossy(part.content).into_owned());
        (part.name, text)
    };
    Ok(parts(content_type, body)?.into_iter().map(value).collect())
}

/// The parts that have a name, in order.
///
/// # Errors
/// If the body is not valid multipart.
pub fn parts<'b>(content_type: &str, body: &'b [u8]) -> Result<Vec<MultipartPart<'b>>, MultipartError> {
    let boundary = parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty());
    let delimiter = format!("--{}", boundary.ok_or(MultipartError::NoBoundary)?).into_bytes();
    let start = find(body, &delimiter).ok_or(MultipartError::NoParts)?;
    let mut rest = body.get(start + delimiter.len()..).unwrap_or_default();
    let delimiter = [b"\r\n".as_slice(), &delimiter].concat();
    let mut parts = Vec::new();
    for number in 1..=MAX_PARTS {
        if rest.starts_with(b"--") {
            break;
        }
        let end = find(rest, &delimiter).ok_or(MultipartError::Endless { number })?;
        let (part, after) = rest.split_at_checked(end).unwrap_or_default();
        parts.extend(named_part(part));
        rest = after.get(delimiter.len()..).unwrap_or_default();
    }
    Ok(parts)
}

fn named_part(part: &[u8]) -> Option<MultipartPart<'_>> {
    let head_end = find(part, b"\r\n\r\n")?;
    let (head, content) = part.split_at_checked(head_end)?;
    let head = String::from_utf8_lossy(head);
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
        })
    };
    // A parameter follows the first `;`.
    let disposition = header("content-disposition")?;
    Some(MultipartPart {
        name: parameter(&disposition, "name")?,
        file_name: parameter(&disposition, "filename"),
        media_type: header("content-type"),
        content: content.get(4..).unwrap_or_default(),
    })
}

/// A parameter in a header value: `name="a b"`. Ignores the case of the name.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once(';') {
        let (name, value) = after.split_once('=')?;
        let value = value.trim_start();
        let (text, behind) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => value.find(';').and_then(|end| value.split_at_checked(end)).unwrap_or((value, "")),
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(text.trim().replace("%22", "\""));
        }
        rest = behind;
    }
    None
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(offset) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        let at = from + offset;
        if bytes.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{MultipartError, fields};

    fn check(content_type: &str, body: &str, expected: Result<&[(&str, &str)], MultipartError>) {
        let expected = expected.map(|pairs| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
        });
        assert_eq!(fields(content_type, body.as_bytes()), expected, "{body:?}");
    }

    #[test]
    fn fields_and_files_are_read() {
        check(
            "multipart/form-data; charset=x; boundary=\"b b\"",
            "preamble\r\n--b b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nTwo\r\nlines\r\n--b b\r\n\
             content-disposition: form-data; name=cover; filename=\"a;b.png\"\r\nContent-Type: image/png\r\n\r\n\u{0}\
             \r\n--b b--\r\n",
            Ok(&[("title", "Two\r\nlines"), ("cover", "a;b.png")]),
        );
        check("multipart/form-data; boundary=b", "--b--", Ok(&[]));
        check("multipart/form-data; boundary=b", "--b\r\n\r\n\r\n--b--", Ok(&[]));
    }

    #[test]
    fn invalid_bodies_are_reported() {
        check("multipart/form-data", "--b", Err(MultipartError::NoBoundary));
        check("multipart/form-data; boundary=b", "text", Err(MultipartError::NoParts));
        check("multipart/form-data; boundary=b", "--b\r\nx", Err(MultipartError::Endless { number: 1 }));
    }
}
