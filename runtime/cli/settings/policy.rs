//! `[network]` and the flags of the same names: retries, pauses, proxy, certificates, redirects.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use apinb_http::policy::Policy;
use apinb_http::proxy::Proxy;
use apinb_http::retry::Retry;
use apinb_http::tls::{Tls, TlsError};

use crate::cli::arguments::NetworkArguments;
use crate::cli::settings::file::ConfigFile;
use crate::cli::settings::parse::{TIME_HELP, time, time_flag};
use crate::cli::settings::problem::{FileProblem, FileProblemKind, UsageProblem};
use crate::cli::settings::toml::{Entry, Placed, Reader};
use crate::cli::settings::value::text;
use crate::run::value::ValueError;

/// The most redirects of a call, and the most times that it is made again.
const MOST: u32 = 1000;
/// The largest file of certificates, in bytes.
const MAX_PEM_BYTES: u64 = 16 << 20;

const COUNT_HELP: &str = "write a number from 0 to 1000";
const SWITCH_HELP: &str = "write `true` or `false`";
const PROXY_HELP: &str = "write `http://host:port`, with `user:password@` before the host where it asks for them";
const PEM_HELP: &str = "a certificate in PEM begins with `-----BEGIN CERTIFICATE-----`";

/// What one source gives.
#[derive(Debug, Default)]
pub(crate) struct Given {
    retry: Option<u32>,
    retry_delay: Option<Duration>,
    retry_all_methods: Option<bool>,
    delay: Option<Duration>,
    max_redirs: Option<u32>,
    insecure: Option<bool>,
    proxy: Option<Proxy>,
    trusted: Option<Vec<u8>>,
    /// Certificate, and key where that is in a file of its own.
    identity: Option<(Vec<u8>, Option<Vec<u8>>)>,
}

/// `[network]`.
#[derive(Debug, Default)]
pub struct Table {
    pub(crate) retry: Option<Placed<u32>>,
    pub(crate) retry_delay: Option<Placed<Duration>>,
    pub(crate) retry_all_methods: Option<Placed<bool>>,
    pub(crate) delay: Option<Placed<Duration>>,
    pub(crate) max_redirs: Option<Placed<u32>>,
    pub(crate) insecure: Option<Placed<bool>>,
    pub(crate) proxy: Option<Placed>,
    pub(crate) cacert: Option<Placed>,
    pub(crate) cert: Option<Placed>,
    pub(crate) key: Option<Placed>,
}

impl Table {
    /// This table over `below`, key by key.
    pub(crate) fn over(self, below: Self) -> Self {
        Self {
            retry: self.retry.or(below.retry),
            retry_delay: self.retry_delay.or(below.retry_delay),
            retry_all_methods: self.retry_all_methods.or(below.retry_all_methods),
            delay: self.delay.or(below.delay),
            max_redirs: self.max_redirs.or(below.max_redirs),
            insecure: self.insecure.or(below.insecure),
            proxy: self.proxy.or(below.proxy),
            cacert: self.cacert.or(below.cacert),
            cert: self.cert.or(below.cert),
            key: self.key.or(below.key),
        }
    }
}

/// The keys of `[network]`.
const KEYS: [&str; 10] =
    ["retry", "retry-delay", "retry-all-methods", "delay", "max-redirs", "insecure", "proxy", "cacert", "cert", "key"];

/// Reads `[network]`.
pub(crate) fn table(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Table {
    let mut given = Table::default();
    let Some(table) = reader.table(entry) else { return given };
    for entry in reader.known(table, "`[network]`", &KEYS) {
        match entry.0 {
            "retry" => given.retry = reader.parsed(entry, count, "is no number of retries", COUNT_HELP),
            "retry-delay" => given.retry_delay = reader.parsed(entry, time, "is not a time", TIME_HELP),
            "retry-all-methods" => given.retry_all_methods = reader.parsed(entry, switch, "is no switch", SWITCH_HELP),
            "delay" => given.delay = reader.parsed(entry, time, "is not a time", TIME_HELP),
            "max-redirs" => given.max_redirs = reader.parsed(entry, count, "is no number of redirects", COUNT_HELP),
            "insecure" => given.insecure = reader.parsed(entry, switch, "is no switch", SWITCH_HELP),
            "proxy" => given.proxy = reader.value(entry),
            "cacert" => given.cacert = reader.value(entry),
            "cert" => given.cert = reader.value(entry),
            _ => given.key = reader.value(entry),
        }
    }
    given
}

/// What the flags give. Relative paths start at `here`.
pub(crate) fn flags(arguments: &NetworkArguments, here: &Path, problems: &mut Vec<UsageProblem>) -> Given {
    let mut kept = |result: Result<u32, UsageProblem>| result.map_err(|problem| problems.push(problem)).ok();
    let retry = arguments.retry.as_deref().and_then(|text| kept(count_flag(text, "is no number of retries")));
    let max_redirs =
        arguments.max_redirs.as_deref().and_then(|text| kept(count_flag(text, "is no number of redirects")));
    let mut time =
        |text: &Option<String>| text.as_deref().and_then(|text| time_flag(text).map_err(|p| problems.push(p)).ok());
    let (retry_delay, delay) = (time(&arguments.retry_delay), time(&arguments.delay));
    let mut given = Given {
        retry,
        retry_delay,
        retry_all_methods: arguments.retry_all_methods.then_some(true),
        delay,
        max_redirs,
        insecure: arguments.insecure.then_some(true),
        ..Given::default()
    };
    if let Some(text) = &arguments.proxy {
        match Proxy::parse(text) {
            Ok(proxy) => given.proxy = Some(proxy),
            // The address may have a password in it.
            Err(_) => problems.push(UsageProblem::Unfit {
                value: "--proxy".to_owned(),
                what: "is not the address of an HTTP proxy",
                help: PROXY_HELP.to_owned(),
            }),
        }
    }
    let mut file = |name: &Option<String>| {
        let name = name.as_ref()?;
        let content = read(&here.join(name));
        content.map_err(|cause| problems.push(UsageProblem::Unreadable { path: name.clone(), cause })).ok()
    };
    let (cacert, cert, key) = (file(&arguments.cacert), file(&arguments.cert), file(&arguments.key));
    let mut unfit = |name: &Option<String>, error: TlsError| {
        let value = name.clone().unwrap_or_default();
        problems.push(UsageProblem::Unfit { value, what: what(error), help: PEM_HELP.to_owned() });
    };
    if let Some(pem) = cacert {
        match Tls::default().trust(&pem) {
            Ok(()) => given.trusted = Some(pem),
            Err(error) => unfit(&arguments.cacert, error),
        }
    }
    if let Some(cert) = cert
        && (key.is_some() || arguments.key.is_none())
    {
        match Tls::default().show(&cert, key.as_deref()) {
            Ok(()) => given.identity = Some((cert, key)),
            Err(error @ TlsError::NoKey) if arguments.key.is_some() => unfit(&arguments.key, error),
            Err(error) => unfit(&arguments.cert, error),
        }
    }
    given
}

/// The policy that flags and file make; `timeout` is the time that a call has.
pub(crate) fn policy(config: &ConfigFile, flags: &Given, timeout: Duration, problems: &mut Vec<FileProblem>) -> Policy {
    let file = from_file(config, flags, problems);
    let mut tls = Tls::default();
    tls.insecure = flags.insecure.or(file.insecure).unwrap_or_default();
    // Both were tried when they were read.
    if let Some(pem) = flags.trusted.as_ref().or(file.trusted.as_ref()) {
        let _ = tls.trust(pem);
    }
    if let Some((cert, key)) = flags.identity.as_ref().or(file.identity.as_ref()) {
        let _ = tls.show(cert, key.as_deref());
    }
    let usual = Policy::default();
    let redirects = flags.max_redirs.or(file.max_redirs).and_then(|most| usize::try_from(most).ok());
    Policy {
        timeout,
        max_redirects: redirects.unwrap_or(usual.max_redirects),
        retry: Retry {
            times: flags.retry.or(file.retry).unwrap_or_default(),
            delay: flags.retry_delay.or(file.retry_delay),
            all_methods: flags.retry_all_methods.or(file.retry_all_methods).unwrap_or_default(),
        },
        delay: flags.delay.or(file.delay).unwrap_or_default(),
        proxy: flags.proxy.clone().or(file.proxy),
        tls,
        ..usual
    }
}

/// What the file gives. What a flag gives as well is not looked at.
fn from_file(config: &ConfigFile, flags: &Given, problems: &mut Vec<FileProblem>) -> Given {
    let table = &config.network;
    let mut given = Given {
        retry: value(&table.retry),
        retry_delay: value(&table.retry_delay),
        retry_all_methods: value(&table.retry_all_methods),
        delay: value(&table.delay),
        max_redirs: value(&table.max_redirs),
        insecure: value(&table.insecure),
        ..Given::default()
    };
    if let Some(placed) = table.proxy.as_ref().filter(|_| flags.proxy.is_none()) {
        let proxy = text("proxy", placed).and_then(|text| {
            Proxy::parse(&text).map_err(|_| unfit("proxy", placed, "is not the address of an HTTP proxy", PROXY_HELP))
        });
        given.proxy = proxy.map_err(|problem| problems.push(problem)).ok();
    }
    let content = |key: &str, placed: &Placed| -> Result<Vec<u8>, FileProblem> {
        let path: PathBuf = config.folder.join(text(key, placed)?);
        read(&path).map_err(|cause| FileProblem {
            location: placed.location.clone(),
            kind: FileProblemKind::NoValue { key: key.to_owned(), cause: ValueError::Unreadable { path, cause } },
        })
    };
    if let Some(placed) = table.cacert.as_ref().filter(|_| flags.trusted.is_none()) {
        let trusted = content("cacert", placed).and_then(|pem| match Tls::default().trust(&pem) {
            Ok(()) => Ok(pem),
            Err(error) => Err(unfit("cacert", placed, what(error), PEM_HELP)),
        });
        given.trusted = trusted.map_err(|problem| problems.push(problem)).ok();
    }
    if let Some(placed) = table.cert.as_ref().filter(|_| flags.identity.is_none()) {
        let identity = content("cert", placed).and_then(|cert| {
            let key = table.key.as_ref().map(|key| content("key", key)).transpose()?;
            match Tls::default().show(&cert, key.as_deref()) {
                Ok(()) => Ok((cert, key)),
                Err(error) => Err(unfit("cert", placed, what(error), PEM_HELP)),
            }
        });
        given.identity = identity.map_err(|problem| problems.push(problem)).ok();
    }
    given
}

fn value<T: Copy>(placed: &Option<Placed<T>>) -> Option<T> {
    placed.as_ref().map(|placed| placed.value)
}

fn unfit(key: &str, placed: &Placed, what: &'static str, help: &'static str) -> FileProblem {
    FileProblem { location: placed.location.clone(), kind: FileProblemKind::Unfit { key: key.to_owned(), what, help } }
}

fn what(error: TlsError) -> &'static str {
    match error {
        TlsError::NoCertificate => "has no certificate in PEM",
        TlsError::NoKey => "has no private key in PEM that is not encrypted, and no other file is named by `key`",
        TlsError::Mismatch => "and its private key cannot be used together",
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    use io::Read as _;
    let mut content = Vec::new();
    let length = std::fs::File::open(path)?.take(MAX_PEM_BYTES + 1).read_to_end(&mut content)?;
    if u64::try_from(length).is_ok_and(|length| length <= MAX_PEM_BYTES) {
        Ok(content)
    } else {
        Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {MAX_PEM_BYTES} bytes")))
    }
}

fn count(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|count| *count <= MOST)
}

fn count_flag(text: &str, what: &'static str) -> Result<u32, UsageProblem> {
    count(text).ok_or_else(|| UsageProblem::Unfit { value: text.to_owned(), what, help: COUNT_HELP.to_owned() })
}

fn switch(text: &str) -> Option<bool> {
    text.parse().ok()
}
