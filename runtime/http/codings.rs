//! The content codings of a response (RFC 9110, section 8.4): `gzip`, `deflate`, `br`, and lists of them. A body is
//! decoded when it has arrived, so that a limit applies to it as it was received and to what it becomes.

use std::io::{self, Read};

use brotli_decompressor::Decompressor;
use flate2::bufread::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap};

/// How many codings a body may have: each one can multiply its size.
const MAX_CODINGS: usize = 4;

/// How much is decoded at a time, in bytes.
const STEP: usize = 64 << 10;

/// The first bytes of a member (RFC 1952, section 2.3.1).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A coding that apinb decodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Gzip,
    Deflate,
    Brotli,
}

/// Why a body cannot be decoded.
#[derive(Debug)]
pub(crate) enum DecodeError {
    /// The data is not in its coding.
    Broken(io::Error),
    /// The consumer of the decoded bytes takes no more.
    Refused,
}

/// The codings of a response, in the order in which they were applied; empty if there is none, or one that apinb does
/// not know: then the body stays as it is.
pub(crate) fn of(headers: &HeaderMap) -> Vec<Coding> {
    let mut codings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        let Ok(value) = value.to_str() else { return Vec::new() };
        for name in value.split(',').map(|name| name.trim().to_ascii_lowercase()) {
            match name.as_str() {
                // Section 8.4.1.3: `x-gzip` is `gzip`.
                "gzip" | "x-gzip" => codings.push(Coding::Gzip),
                "deflate" => codings.push(Coding::Deflate),
                "br" => codings.push(Coding::Brotli),
                "" | "identity" => {}
                _ => return Vec::new(),
            }
        }
    }
    if codings.len() > MAX_CODINGS { Vec::new() } else { codings }
}

/// Drops the headers that describe the coded body.
pub(crate) fn forget(headers: &mut HeaderMap) {
    headers.remove(CONTENT_ENCODING);
    headers.remove(CONTENT_LENGTH);
}

impl Coding {
    /// Decodes `body`; `accept` takes the decoded bytes piece by piece, and says whether it takes more.
    ///
    /// # Errors
    /// If the body is broken or incomplete, or `accept` takes no more.
    pub(crate) fn decode(self, body: &[u8], accept: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), DecodeError> {
        match self {
            Self::Gzip => gzip(body, accept),
            Self::Deflate => deflate(body, accept),
            Self::Brotli if has_large_window(body) => Err(broken("the window of brotli is too large")),
            Self::Brotli => copy(&mut Decompressor::new(body, STEP), accept),
        }
    }
}

fn broken(cause: &str) -> DecodeError {
    DecodeError::Broken(io::Error::new(io::ErrorKind::InvalidData, cause))
}

/// Whether a stream wants a window of up to 1 GB, which RFC 7932, section 9.1, does not have, but the decoder.
fn has_large_window(body: &[u8]) -> bool {
    body.first().is_some_and(|first| first & 0x7f == 0x11)
}

/// All members (RFC 1952, section 2.2). What follows the last one is padding.
fn gzip(mut body: &[u8], accept: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), DecodeError> {
    loop {
        copy(&mut GzDecoder::new(&mut body), accept)?;
        if !body.starts_with(&GZIP_MAGIC) {
            return Ok(());
        }
    }
}

/// The `zlib` format (RFC 1950); some servers leave its wrapper out, which browsers accept.
fn deflate(mut body: &[u8], accept: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), DecodeError> {
    let mut decoder = Decompress::new(is_zlib(body));
    let mut decoded = vec![0; STEP];
    loop {
        let (taken, made) = (decoder.total_in(), decoder.total_out());
        let status = decoder.decompress(body, &mut decoded, FlushDecompress::None);
        let status = status.map_err(|_| broken("corrupt deflate stream"))?;
        let taken = usize::try_from(decoder.total_in() - taken).unwrap_or(usize::MAX);
        let made = usize::try_from(decoder.total_out() - made).unwrap_or(usize::MAX);
        body = body.get(taken..).unwrap_or_default();
        if !accept(decoded.get(..made).unwrap_or_default()) {
            return Err(DecodeError::Refused);
        }
        match status {
            Status::StreamEnd => return Ok(()),
            _ if taken == 0 && made == 0 => return Err(broken("the deflate stream is incomplete")),
            Status::Ok | Status::BufError => {}
        }
    }
}

/// Whether a stream has the header of the `zlib` format (RFC 1950, section 2.2).
fn is_zlib(body: &[u8]) -> bool {
    match body {
        [method, flags, ..] => method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0,
        _ => true,
    }
}

fn copy(decoder: &mut dyn Read, accept: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), DecodeError> {
    let mut decoded = vec![0; STEP];
    loop {
        match decoder.read(&mut decoded) {
            Ok(0) => return Ok(()),
            Ok(length) => {
                if !accept(decoded.get(..length).unwrap_or_default()) {
                    return Err(DecodeError::Refused);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(DecodeError::Broken(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use reqwest::header::{CONTENT_ENCODING, HeaderMap, HeaderValue};

    use super::{Coding, DecodeError, of};

    const TEXT: &[u8] = b"one two three one two three one two three";
    /// `TEXT` in brotli: one meta-block that is not compressed (RFC 7932, section 9.2), and the empty last one.
    fn brotli() -> Vec<u8> {
        // WBITS 16 (`0`), ISLAST 0, MNIBBLES 4 (`00`), MLEN - 1 in 16 bits, ISUNCOMPRESSED 1: 21 bits.
        let header = u32::try_from(TEXT.len() - 1).unwrap() << 4 | 1 << 20;
        [&header.to_le_bytes()[..3], TEXT, &[0x03]].concat()
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib() -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(TEXT).unwrap();
        encoder.finish().unwrap()
    }

    fn raw() -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(TEXT).unwrap();
        encoder.finish().unwrap()
    }

    fn decoded(coding: Coding, body: &[u8]) -> Option<Vec<u8>> {
        let mut decoded = Vec::new();
        let mut accept = |piece: &[u8]| {
            decoded.extend_from_slice(piece);
            true
        };
        coding.decode(body, &mut accept).ok()?;
        Some(decoded)
    }

    #[test]
    fn each_format_is_decoded() {
        let padded = [gzip(TEXT), vec![0; 8]].concat();
        let members = [gzip(&TEXT[..7]), gzip(&TEXT[7..])].concat();
        for (coding, body) in [
            (Coding::Gzip, gzip(TEXT)),
            (Coding::Gzip, padded),
            (Coding::Gzip, members),
            (Coding::Deflate, zlib()),
            (Coding::Deflate, raw()),
            (Coding::Brotli, brotli()),
        ] {
            assert_eq!(decoded(coding, &body).as_deref(), Some(TEXT), "{coding:?} {body:?}");
        }
    }

    #[test]
    fn broken_and_incomplete_bodies_are_errors() {
        for (coding, body) in [
            (Coding::Gzip, gzip(TEXT)),
            (Coding::Deflate, zlib()),
            (Coding::Deflate, raw()),
            (Coding::Brotli, brotli()),
        ] {
            for length in 1..body.len() {
                assert_eq!(decoded(coding, &body[..length]), None, "{coding:?} {length}");
            }
            assert_eq!(decoded(coding, b"{\"not\": \"coded\"}"), None, "{coding:?}");
        }
        let large = Coding::Brotli.decode(&[0x11, 0x1e, 0x00], &mut |_| true);
        assert!(matches!(large, Err(DecodeError::Broken(error)) if error.to_string().contains("window")));
        let second = [gzip(TEXT), gzip(TEXT)[..12].to_vec()].concat();
        assert_eq!(decoded(Coding::Gzip, &second), None);
    }

    #[test]
    fn a_bomb_ends_when_no_more_is_accepted() {
        let bomb = gzip(&vec![0; 1 << 22]);
        let mut length = 0;
        let mut accept = |piece: &[u8]| {
            length += piece.len();
            length <= 1 << 17
        };
        assert!(matches!(Coding::Gzip.decode(&bomb, &mut accept), Err(DecodeError::Refused)));
        assert!(length <= 1 << 18);
    }

    #[test]
    fn names_are_compared_without_case_and_lists_are_read() {
        for (values, expected) in [
            (&["GZIP"][..], &[Coding::Gzip][..]),
            (&["x-gzip"], &[Coding::Gzip]),
            (&["identity"], &[]),
            (&["Deflate, Br"], &[Coding::Deflate, Coding::Brotli]),
            (&["deflate", "gzip,"], &[Coding::Deflate, Coding::Gzip]),
            (&["gzip, unknown"], &[]),
            (&["gzip,gzip,gzip,gzip,gzip"], &[]),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
            }
            assert_eq!(of(&headers), expected, "{values:?}");
        }
    }
}
