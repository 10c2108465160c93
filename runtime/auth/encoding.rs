//! Percent-encoding for signatures and queries.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// All but the unreserved characters (RFC 3986 section 2.3, RFC 5849 section 3.6).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) fn encode(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, RESERVED).into()
}

/// `name=value&…`, everything encoded.
pub(crate) fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(&encode(name));
        text.push('=');
        text.push_str(&encode(value));
    }
    text
}

/// Adds pairs to the query of a URL.
pub(crate) fn add_query<'a>(url: &mut Url, added: impl IntoIterator<Item = (&'a str, &'a str)>) {
    let added = pairs(added);
    if added.is_empty() {
        return;
    }
    let query = match url.query() {
        None | Some("") => added,
        Some(query) => format!("{}&{added}", query.trim_end_matches('&')),
    };
    url.set_query(Some(&query));
}
