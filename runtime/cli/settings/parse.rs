//! The kinds of values that settings have: how each is read from text, checked, shown and described.

use std::collections::BTreeSet;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use apinb_cassette::ignore::Ignore;
use apinb_cassette::path::JsonPath;
use apinb_cassette::scan::Allowed;
use apinb_files::bounded;
use apinb_http::proxy::Proxy;
use apinb_http::tls::{Tls, TlsError};
use apinb_project::cassette::{CassetteMode, Expired};
use apinb_project::settings::{FailFast, MockSearch, Source};
use apinb_record::contract::ContractMode;
use apinb_text::display::duration;
use apinb_text::web::allowed::AllowedHost;
use serde_json::{Value, json};
use url::Url;

use super::pattern::FilePattern;
use super::setting::{Invalid, SEPARATOR, ValueKind};

/// The most redirects, and the most retries, of a call.
const MAX_COUNT: u32 = 1000;
/// The largest file of certificates, in bytes.
const MAX_PEM_BYTES: u64 = 16 << 20;
const MEGABYTE: usize = 1 << 20;

/// Help for files of certificates.
pub(crate) const PEM_HELP: &str = "a certificate in PEM begins with `-----BEGIN CERTIFICATE-----`";

/// Any text.
pub(crate) static TEXT: ValueKind<String> = ValueKind {
    indirect: true,
    parse: |text, _| Ok(text.to_owned()),
    check: |_| Ok(()),
    show: |text, _, _| text.into(),
    schema: indirect,
};

/// An option of a sign-in: any text, in `apinb.toml` also a list of texts.
pub(crate) static AUTH_OPTION: ValueKind<String> = ValueKind {
    schema: || json!({ "anyOf": [indirect(), { "description": "Scopes or grants.", "type": "array", "items": { "type": "string" } }] }),
    ..TEXT
};

/// A time that is not zero.
pub(crate) static TIME: ValueKind<Duration> = ValueKind {
    indirect: false,
    parse: |text, _| time(text, false),
    check: |_| Ok(()),
    show: show_time,
    schema: || json!({ "$ref": "#/$defs/time" }),
};

/// A time that may be zero.
pub(crate) static PAUSE: ValueKind<Duration> = ValueKind {
    indirect: false,
    parse: |text, _| time(text, true),
    check: |_| Ok(()),
    show: show_time,
    schema: || json!({ "$ref": "#/$defs/pause" }),
};

/// How often something may happen.
pub(crate) static COUNT: ValueKind<u32> = ValueKind {
    indirect: false,
    parse: |text, _| {
        let count = text.trim().parse().ok().filter(|count| *count <= MAX_COUNT);
        count.ok_or_else(|| expected("a number from 0 to 1000", "Write a whole number, such as `3`."))
    },
    check: |_| Ok(()),
    show: show_number,
    schema: || json!({ "type": "integer", "minimum": 0, "maximum": MAX_COUNT }),
};

/// The size of the heap: MB as text, bytes as a value.
pub(crate) static HEAP: ValueKind<usize> = ValueKind {
    indirect: false,
    parse: |text, _| {
        let bytes = megabytes(text, 32..=65536);
        bytes.ok_or_else(|| expected("a number of MB from 32 to 65536", "Write a whole number, such as `2048`."))
    },
    check: |_| Ok(()),
    show: show_number,
    schema: || json!({ "type": "integer", "minimum": 32, "maximum": 65536 }),
};

/// A size of output in bytes, written in MB.
pub(crate) static OUTPUT: ValueKind<usize> = ValueKind {
    indirect: false,
    parse: |text, _| {
        let bytes = megabytes(text, 1..=32);
        bytes.ok_or_else(|| expected("a number of MB from 1 to 32", "Write a whole number, such as `16`."))
    },
    check: |_| Ok(()),
    show: show_number,
    schema: || json!({ "type": "integer", "minimum": 1, "maximum": 32 }),
};

/// So many megabytes in bytes; none if their number is not in the range.
fn megabytes(text: &str, range: RangeInclusive<usize>) -> Option<usize> {
    let megabytes = text.trim().parse().ok().filter(|megabytes: &usize| range.contains(megabytes))?;
    Some(megabytes.saturating_mul(MEGABYTE))
}

/// True or false.
pub(crate) static SWITCH: ValueKind<bool> = ValueKind {
    indirect: false,
    parse: |text, _| text.parse().map_err(|_| expected("`true` or `false`", "Write `true` or `false`.")),
    check: |_| Ok(()),
    show: |text, _, _| text.parse().map_or_else(|_| text.into(), Value::Bool),
    schema: || json!({ "type": "boolean" }),
};

/// What a failed cell ends.
pub(crate) static FAIL_FAST: ValueKind<FailFast> = ValueKind {
    indirect: false,
    parse: |text, _| match text {
        "false" => Ok(FailFast::Never),
        "true" => Ok(FailFast::Notebook),
        "all" => Ok(FailFast::All),
        _ => Err(expected("`true`, `false` or `all`", "Write `true`, `false` or `all`.")),
    },
    check: |_| Ok(()),
    show: |text, _, _| text.parse().map_or_else(|_| text.into(), Value::Bool),
    schema: || json!({ "enum": [true, false, "all"] }),
};

/// How a run uses the cassette.
pub(crate) static CASSETTE_MODE: ValueKind<CassetteMode> = ValueKind {
    indirect: false,
    parse: |text, _| match text.trim() {
        "off" => Ok(CassetteMode::Off),
        "replay" => Ok(CassetteMode::Replay),
        "record" => Ok(CassetteMode::Record),
        "record-always" => Ok(CassetteMode::RecordAlways),
        "record-missing" => Ok(CassetteMode::RecordMissing),
        "drift" => Ok(CassetteMode::Drift { writes: false, values: false }),
        "drift-writes" => Ok(CassetteMode::Drift { writes: true, values: false }),
        "drift-values" => Ok(CassetteMode::Drift { writes: false, values: true }),
        "drift-writes-values" => Ok(CassetteMode::Drift { writes: true, values: true }),
        _ => Err(expected(
            "`off`, `replay`, `record`, `record-always` or `record-missing`",
            "Write `replay` to replay the cassette of the notebook.",
        )),
    },
    check: |_| Ok(()),
    show: |text, _, _| text.into(),
    schema: || json!({ "enum": ["off", "replay", "record", "record-always", "record-missing"] }),
};

/// What happens to an expired recording.
pub(crate) static EXPIRED: ValueKind<Expired> = ValueKind {
    indirect: false,
    parse: |text, _| match text.trim() {
        "warn" => Ok(Expired::Warn),
        "fail" => Ok(Expired::Fail),
        "record" => Ok(Expired::Record),
        _ => Err(expected("`warn`, `fail` or `record`", "Write `warn`, `fail` or `record`.")),
    },
    check: |_| Ok(()),
    show: |text, _, _| text.into(),
    schema: || json!({ "enum": ["warn", "fail", "record"] }),
};

/// The age of a recording.
pub(crate) static AGE: ValueKind<Duration> = ValueKind {
    // It is only compared: unlike a time to wait, it may be longer than a year.
    parse: |text, _| {
        humantime::parse_duration(text.trim())
            .map_err(|_| expected("an age", "Write a duration such as `12h`, `30d` or `2y`."))
    },
    show: |text, _, _| {
        humantime::parse_duration(text)
            .map_or_else(|_| text.into(), |age| humantime::format_duration(age).to_string().into())
    },
    ..TIME
};

/// Parts of requests.
pub(crate) static CASSETTE_IGNORE: ValueKind<Vec<String>> = ValueKind {
    indirect: false,
    parse: |text, _| {
        let is_part = |part: &&str| part.parse::<Ignore>().is_ok();
        let all = lines(text);
        let valid = all.iter().all(|part| is_part(&part.as_str()));
        let help = "Write parts such as `body:$.request_id`, `query:ts` and `header:X-Trace`.";
        if valid { Ok(all) } else { Err(expected("parts of requests", help)) }
    },
    check: |_| Ok(()),
    show: |text, _, _| lines(text).into(),
    schema: || json!({ "type": "array", "items": { "type": "string" } }),
};

/// Parts of JSON bodies.
pub(crate) static CASSETTE_REDACT: ValueKind<Vec<String>> = ValueKind {
    indirect: false,
    parse: |text, _| {
        let all = lines(text);
        let valid = all.iter().all(|path| path.parse::<JsonPath>().is_ok());
        let help = "Write JSON paths such as `$.user.email` and `$..phone`.";
        if valid { Ok(all) } else { Err(expected("JSON paths", help)) }
    },
    check: |_| Ok(()),
    show: |text, _, _| lines(text).into(),
    schema: || json!({ "type": "array", "items": { "type": "string" } }),
};

fn lines(text: &str) -> Vec<String> {
    text.split(SEPARATOR).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Whether calls are held against their definitions, and what differences mean.
pub(crate) static CONTRACT_MODE: ValueKind<ContractMode> = ValueKind {
    indirect: false,
    parse: |text, _| match text {
        "off" => Ok(ContractMode::Off),
        "warn" => Ok(ContractMode::Warn),
        "fail" => Ok(ContractMode::Fail),
        _ => Err(expected("`warn`, `fail` or `off`", "Write `warn`, `fail` or `off`.")),
    },
    check: |_| Ok(()),
    show: |text, _, _| text.into(),
    schema: || json!({ "enum": ["warn", "fail", "off"] }),
};

/// The least serious findings that fail: true for warnings.
pub(crate) static FAILS_ON_WARNINGS: ValueKind<bool> = ValueKind {
    indirect: false,
    parse: |text, _| match text {
        "error" => Ok(false),
        "warning" => Ok(true),
        _ => Err(expected("`error` or `warning`", "Write `error` or `warning`.")),
    },
    check: |_| Ok(()),
    show: |text, _, _| text.into(),
    schema: || json!({ "enum": ["error", "warning"] }),
};

/// The severity of a rule.
pub(crate) static LEVEL: ValueKind<String> = ValueKind {
    indirect: false,
    parse: |text, _| match text {
        "error" | "warning" | "note" | "off" => Ok(text.to_owned()),
        _ => Err(expected("`error`, `warning`, `note` or `off`", "Write `error`, `warning`, `note` or `off`.")),
    },
    check: |_| Ok(()),
    show: |text, _, _| text.into(),
    schema: || json!({ "enum": ["error", "warning", "note", "off"] }),
};

/// A file that may be written.
pub(crate) static OUTPUT_FILE: ValueKind<PathBuf> = ValueKind {
    check: |path| match path.is_dir() {
        true => Err(Invalid::Unreadable { path: path.clone(), cause: io::ErrorKind::IsADirectory.into() }),
        false => Ok(()),
    },
    ..FOLDER
};

/// The answer of a mock server to a search that finds nothing.
pub(crate) static MOCK_SEARCH: ValueKind<MockSearch> = ValueKind {
    indirect: false,
    parse: |text, _| match text.trim() {
        "matching" => Ok(MockSearch::Matching),
        "always" => Ok(MockSearch::Always),
        _ => Err(expected("`matching` or `always`", "Write `matching` or `always`.")),
    },
    check: |_| Ok(()),
    show: |text, _, _| text.into(),
    schema: || json!({ "enum": ["matching", "always"] }),
};

/// A file or a URL.
pub(crate) static SOURCE: ValueKind<Source> = ValueKind {
    indirect: true,
    parse: |text, folder| Ok(source(text, folder)),
    check: |source| match source {
        Source::File(path) => match std::fs::metadata(path) {
            Ok(_) => Ok(()),
            Err(cause) => Err(Invalid::Unreadable { path: path.clone(), cause }),
        },
        Source::Url(_) => Ok(()),
    },
    show: |text, folder, here| match source(text, folder) {
        Source::File(path) => shown_path(&path, here),
        Source::Url(url) => url.to_string().into(),
    },
    schema: indirect,
};

/// A base URI without parameters.
pub(crate) static BASE_URI: ValueKind<Url> = ValueKind {
    indirect: true,
    parse: |text, _| base_uri(text),
    check: |_| Ok(()),
    show: |text, _, _| text.into(),
    schema: indirect,
};

/// The address of an HTTP proxy.
pub(crate) static PROXY: ValueKind<Proxy> = ValueKind {
    indirect: true,
    parse: |text, _| {
        let help = "Write `http://host:port`, with `user:password@` before the host if the proxy requires them.";
        Proxy::parse(text).map_err(|_| Invalid::Expected {
            expected: "the address of an HTTP proxy",
            help,
            hidden: true,
        })
    },
    check: |_| Ok(()),
    show: |text, _, _| text.into(),
    schema: indirect,
};

/// The lists of requests that the user accepts in advance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AcceptedTrust {
    /// Any.
    All,
    /// Those with these hashes.
    Lists(BTreeSet<String>),
}

/// `all`, or hashes with commas between them.
pub(crate) static TRUST: ValueKind<AcceptedTrust> = ValueKind {
    indirect: false,
    parse: |text, _| {
        if text.trim() == "all" {
            return Ok(AcceptedTrust::All);
        }
        let is_hash = |hash: &str| !hash.is_empty() && hash.chars().all(|character| character.is_ascii_hexdigit());
        let hashes: BTreeSet<String> = text.split(',').map(|hash| hash.trim().to_ascii_lowercase()).collect();
        if hashes.iter().all(|hash| is_hash(hash)) {
            return Ok(AcceptedTrust::Lists(hashes));
        }
        Err(expected("a hash or `all`", "Copy the hash that `apinb trust show` prints."))
    },
    check: |_| Ok(()),
    show: |text, _, _| text.into(),
    schema: || json!({ "type": "string" }),
};

/// The hosts that may be called.
pub(crate) static HOSTS: ValueKind<Vec<AllowedHost>> = ValueKind {
    indirect: false,
    parse: |text, _| {
        let help = "Write a list of hosts such as `api.example.com`, `*.example.com` or `localhost:8080`.";
        let hosts = items(text).map(|item| AllowedHost::parse(item).ok_or_else(|| expected("hosts", help)));
        hosts.collect()
    },
    check: |_| Ok(()),
    show: |text, _, _| items(text).map(Value::from).collect(),
    schema: || json!({ "type": "array", "items": { "type": "string" } }),
};

/// A folder that exists or is made.
pub(crate) static FOLDER: ValueKind<PathBuf> = ValueKind {
    indirect: false,
    parse: |text, folder| Ok(folder.join(text)),
    check: |path| match path.is_file() {
        true => Err(Invalid::Unreadable { path: path.clone(), cause: io::ErrorKind::NotADirectory.into() }),
        false => Ok(()),
    },
    show: |text, folder, here| shown_path(&folder.join(text), here),
    schema: || json!({ "type": "string" }),
};

/// Folders that exist.
pub(crate) static FOLDERS: ValueKind<Vec<PathBuf>> = ValueKind {
    indirect: false,
    parse: |text, folder| {
        let found = |item: &str| {
            let path = folder.join(item);
            match path.canonicalize() {
                Ok(real) if real.is_dir() => Ok(real),
                Ok(_) => Err(Invalid::Unreadable { path, cause: io::ErrorKind::NotADirectory.into() }),
                Err(cause) => Err(Invalid::Unreadable { path, cause }),
            }
        };
        items(text).map(found).collect()
    },
    check: |_| Ok(()),
    show: |text, folder, here| items(text).map(|item| shown_path(&folder.join(item), here)).collect(),
    schema: || json!({ "type": "array", "items": { "type": "string" } }),
};

/// Patterns of files below the folder.
pub(crate) static PATTERNS: ValueKind<Vec<FilePattern>> = ValueKind {
    indirect: false,
    parse: |text, folder| {
        let help = "Write a list of paths such as `drafts/**`, `*.draft.md` or `README.md`.";
        let pattern = |item| FilePattern::parse(item, folder);
        items(text)
            .map(|item| pattern(item).ok_or_else(|| expected("patterns of files below the folder", help)))
            .collect()
    },
    check: |_| Ok(()),
    show: |text, _, _| items(text).map(Value::from).collect(),
    schema: || json!({ "type": "array", "items": { "type": "string" } }),
};

/// What a scan of cassettes allows.
pub(crate) static SCAN_ALLOW: ValueKind<Allowed> = ValueKind {
    indirect: false,
    parse: |text, _| {
        let help = "Write a list of rules such as `personal/email`, or `personal/email=*@mycompany.com`.";
        Allowed::new(items(text)).map_err(|_| expected("rules of `apinb cassette scan`", help))
    },
    check: |_| Ok(()),
    show: |text, _, _| items(text).map(Value::from).collect(),
    schema: || json!({ "type": "array", "items": { "type": "string" } }),
};

/// The values of a list.
fn items(text: &str) -> impl Iterator<Item = &str> {
    let is_empty = text.is_empty();
    text.split(SEPARATOR).filter(move |_| !is_empty)
}

/// The content of a file in PEM.
pub(crate) static PEM: ValueKind<Vec<u8>> = ValueKind {
    indirect: true,
    parse: pem,
    check: |_| Ok(()),
    show: |text, folder, here| shown_path(&folder.join(text), here),
    schema: indirect,
};

/// The same, with certificates that can be trusted.
pub(crate) static TRUSTED_PEM: ValueKind<Vec<u8>> = ValueKind {
    indirect: true,
    parse: |text, folder| {
        let content = pem(text, folder)?;
        match Tls::default().trust(&content) {
            Ok(()) => Ok(content),
            Err(error) => Err(unusable_pem(error)),
        }
    },
    check: |_| Ok(()),
    show: |text, folder, here| shown_path(&folder.join(text), here),
    schema: indirect,
};

/// Why certificates cannot be used.
pub(crate) fn unusable_pem(error: TlsError) -> Invalid {
    let what = match error {
        TlsError::NoCertificate => "has no certificate in PEM",
        TlsError::NoKey => "has no private key in PEM that is not encrypted, and `key` names no other file",
        TlsError::Mismatch => "does not match its private key",
    };
    Invalid::Unusable { what, help: PEM_HELP }
}

/// A URL when it is one of `http`, `https` or `file`; else a path, below `folder` where it is relative.
pub(crate) fn source(text: &str, folder: &Path) -> Source {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Source::Url(url),
        Ok(url) if url.scheme() == "file" => match url.to_file_path() {
            Ok(path) => Source::File(path),
            Err(()) => Source::File(folder.join(text)),
        },
        _ => Source::File(folder.join(text)),
    }
}

fn base_uri(text: &str) -> Result<Url, Invalid> {
    let unusable =
        |what| Invalid::Unusable { what, help: "Write a complete URL, such as `https://acme.example.org/api`." };
    if text.contains(['{', '}']) {
        return Err(unusable("contains `{parameters}`"));
    }
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err(unusable("is not an `http` or `https` URL")),
    }
}

fn pem(text: &str, folder: &Path) -> Result<Vec<u8>, Invalid> {
    let path = folder.join(text);
    bounded::bytes(&path, MAX_PEM_BYTES).map_err(|cause| Invalid::Unreadable { path, cause })
}

fn time(text: &str, allows_zero: bool) -> Result<Duration, Invalid> {
    duration::parse(text)
        .filter(|time| allows_zero || !time.is_zero())
        .ok_or_else(|| expected("a time", "Write seconds (`90`) or a duration (`500ms`, `30s`, `5m`)."))
}

const fn expected(expected: &'static str, help: &'static str) -> Invalid {
    Invalid::Expected { expected, help, hidden: false }
}

/// The schema of a value that may be in a variable or a file.
fn indirect() -> Value {
    json!({ "$ref": "#/$defs/value" })
}

fn show_time(text: &str, _: &Path, _: &Path) -> Value {
    time(text, true).map_or_else(|_| text.into(), |time| humantime::format_duration(time).to_string().into())
}

fn show_number(text: &str, _: &Path, _: &Path) -> Value {
    text.trim().parse::<u64>().map_or_else(|_| text.into(), Value::from)
}

fn shown_path(path: &Path, here: &Path) -> Value {
    path.strip_prefix(here).unwrap_or(path).display().to_string().into()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{AcceptedTrust, COUNT, HEAP, PAUSE, SWITCH, TIME, TRUST};

    fn check(text: &str, milliseconds: Option<u128>) {
        let time = (TIME.parse)(text, Path::new("/")).ok();
        assert_eq!(time.map(|time| time.as_millis()), milliseconds, "{text:?}");
    }

    #[test]
    fn durations_have_units() {
        check("0.5", Some(500));
        check("5m", Some(300_000));
        for text in ["", "0", "-1", "0s", "abc"] {
            check(text, None);
        }
        assert!((PAUSE.parse)("0", Path::new("/")).is_ok_and(|time| time.is_zero()));
        assert!((PAUSE.parse)("-1", Path::new("/")).is_err());
    }

    #[test]
    fn heap_sizes_are_megabytes_within_bounds() {
        assert_eq!((HEAP.parse)("64", Path::new("/")).ok(), Some(64 << 20));
        for text in ["", "0", "31", "65537", "1GB", "-5", "99999999999999999999"] {
            assert_eq!((HEAP.parse)(text, Path::new("/")).ok(), None, "{text:?}");
        }
    }

    #[test]
    fn counts_have_a_maximum_and_switches_are_booleans() {
        assert_eq!((COUNT.parse)(" 1000 ", Path::new("/")).ok(), Some(1000));
        for text in ["", "1001", "-1", "1.5", "many"] {
            assert_eq!((COUNT.parse)(text, Path::new("/")).ok(), None, "{text:?}");
        }
        assert_eq!((SWITCH.parse)("true", Path::new("/")).ok(), Some(true));
        assert_eq!((SWITCH.parse)("1", Path::new("/")).ok(), None);
    }
    #[test]
    fn trust_is_all_or_hashes() {
        let parse = |text| (TRUST.parse)(text, Path::new("/")).ok();
        assert_eq!(parse("all"), Some(AcceptedTrust::All));
        let lists = |hashes: &[&str]| Some(AcceptedTrust::Lists(hashes.iter().map(|&hash| hash.to_owned()).collect()));
        assert_eq!(parse("0aF"), lists(&["0af"]));
        assert_eq!(parse("0a, 1b"), lists(&["0a", "1b"]));
        for text in ["", "yes", "0a,", "ALL"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
