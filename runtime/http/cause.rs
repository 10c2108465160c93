//! Short messages for failed requests, from the errors of reqwest and the layers below it.

use std::error::Error;
use std::io::{self, ErrorKind};

use rustls::CertificateError;

use crate::exchange::HttpError;
use crate::trusted;

/// Maximum length of a chain of causes.
const DEPTH: usize = 16;

const CUT_SHORT: &str = "the server closed the connection before the response was complete";

/// The error of a failed request or a broken body. The address of a mock server is not in it: only the innermost cause is
/// shown, without the URL that reqwest adds.
pub(crate) fn of(error: &reqwest::Error) -> HttpError {
    if error.is_timeout() && error.is_connect() {
        return connection("connecting took too long");
    }
    if error.is_dns() {
        let text = innermost(error).to_lowercase();
        let unknown = ["not known", "no such host", "no address associated", "nodename"];
        return connection(if unknown.iter().any(|words| text.contains(words)) {
            "no such host"
        } else {
            "cannot resolve the host name"
        });
    }
    if let Some(known) = chain(error).find_map(known) {
        return known;
    }
    if error.is_builder() {
        return HttpError::Invalid { cause: innermost(error) };
    }
    HttpError::Connection { cause: innermost(error) }
}

/// The error of a body that broke off.
pub(crate) fn of_body(error: &reqwest::Error, status: u16, received: u64) -> HttpError {
    match of(error) {
        HttpError::Connection { cause } => HttpError::Incomplete { status, received, cause: cause.into() },
        other => other,
    }
}

/// The error of setting up a client.
pub(crate) fn of_setup(error: &reqwest::Error) -> HttpError {
    HttpError::Connection { cause: format!("the network cannot be set up: {}", innermost(error)) }
}

fn connection(cause: &str) -> HttpError {
    HttpError::Connection { cause: cause.to_owned() }
}

fn known(cause: &(dyn Error + 'static)) -> Option<HttpError> {
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(tls(error));
    }
    if let Some(error) = cause.downcast_ref::<hyper::Error>() {
        return http(error);
    }
    cause.downcast_ref::<io::Error>().and_then(system)
}

fn system(error: &io::Error) -> Option<HttpError> {
    Some(connection(match error.kind() {
        ErrorKind::ConnectionRefused => "connection refused",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => "the connection was reset",
        ErrorKind::BrokenPipe | ErrorKind::NotConnected => "the server closed the connection",
        ErrorKind::UnexpectedEof => CUT_SHORT,
        ErrorKind::HostUnreachable => "the host cannot be reached",
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => "the network cannot be reached",
        ErrorKind::TimedOut => "the connection timed out",
        ErrorKind::AddrNotAvailable => "no local address is available",
        ErrorKind::PermissionDenied => "the system does not allow the connection",
        _ => return None,
    }))
}

fn http(error: &hyper::Error) -> Option<HttpError> {
    // hyper has no method for it.
    if error.is_parse() && error.to_string().contains("too large") {
        return Some(HttpError::Protocol { cause: "the headers of the response are too large".to_owned() });
    }
    if error.is_parse() || error.is_parse_status() {
        return Some(HttpError::Protocol { cause: "the response is not HTTP".to_owned() });
    }
    if error.is_incomplete_message() {
        return Some(connection(CUT_SHORT));
    }
    None
}

fn tls(error: &rustls::Error) -> HttpError {
    let rustls::Error::InvalidCertificate(reason) = error else {
        return HttpError::Untrusted { cause: format!("no secure connection: {error}") };
    };
    let reason = match reason {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => "its issuer is not trusted".to_owned(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "it is not valid yet".to_owned(),
        CertificateError::Revoked => "it was revoked".to_owned(),
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            "it names no host (it has no `subjectAltName`)".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another host".to_owned()
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it is not for servers".to_owned()
        }
        CertificateError::BadEncoding => "it cannot be read".to_owned(),
        other => trusted::reason_of(other).map_or_else(|| "it is not acceptable".to_owned(), in_words),
    };
    HttpError::Untrusted { cause: format!("the certificate is not valid: {reason}") }
}

/// An error that rustls has no name for, in words.
fn in_words(error: &webpki::Error) -> String {
    match error {
        webpki::Error::CaUsedAsEndEntity => "it is self-signed, or that of an authority".to_owned(),
        webpki::Error::UnsupportedCertVersion => "it is not of version 3".to_owned(),
        other => words(&format!("{other:?}")),
    }
}

/// `EmptyEkuExtension` -> `empty eku extension`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for character in name.chars().take_while(char::is_ascii_alphanumeric) {
        if character.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(character.to_ascii_lowercase());
    }
    words
}

/// The error and its causes, outermost first.
fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let first: &(dyn Error + 'static) = error;
    std::iter::successors(Some(first), |cause| below(*cause)).take(DEPTH)
}

/// The next cause; an `io::Error` that wraps another error leaves that one out of its `source`.
fn below<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

fn innermost(error: &reqwest::Error) -> String {
    let innermost = chain(error).skip(1).last();
    innermost.map_or_else(|| "the request failed".to_owned(), ToString::to_string)
}
