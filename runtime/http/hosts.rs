//! The hosts that may be called: by permission of the user, by a list, and in a mocked run.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apinb_text::secret::handle::HandleError;
use apinb_text::web::allowed::AllowedHost;
use apinb_text::web::host::host;
use serde::{Deserialize, Serialize};
use url::Url;

/// Why a host may not be called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("cannot call `{host}`: network access is off; only local servers may be called")]
    Offline {
        /// With its port, where that is not the usual one.
        host: String,
    },
    #[error("this remote notebook has no permission to call `{host}`")]
    NoPermission { host: String },
    #[error("cannot call `{host}`: it is not one of the allowed hosts")]
    NotListed { host: String },
    #[error("cannot call `{host}`: the value of `{setting}` is trusted for other hosts only")]
    NotTrusted {
        host: String,
        /// The key in `apinb.toml`.
        setting: String,
    },
    #[error("cannot call `{host}` in a mocked run: no definition describes it")]
    NotMocked { host: String },
    /// A secret in the request may not leave, or not for this host.
    #[error("{0}")]
    Secret(HandleError),
}

impl Refusal {
    /// What lifts it: one imperative sentence.
    #[must_use]
    pub fn help(&self) -> String {
        let help = match self {
            Self::Secret(error) => return error.help(),
            Self::Offline { .. } => "Pass `--online` to allow calls to the web.",
            Self::NoPermission { .. } => "Pass `--yes` to let a remote notebook call any host.",
            Self::NotListed { .. } => "Pass `--allow-host HOST`, or add the host to `hosts` in `[network]`.",
            Self::NotTrusted { .. } => {
                "Name the host in the notebook or as a base URI, and accept the new list of `apinb trust show`; or pass `--trust=all`."
            }
            Self::NotMocked { .. } => {
                "Pass `--definition CLIENT=FILE` for a client of this host, or `--mock=known` to call hosts without a definition."
            }
        };
        help.to_owned()
    }
}

impl Refusal {
    /// The same about the host of `url`: the caller named that, and does not know the secret in the place of a handle.
    #[must_use]
    pub(crate) fn naming(mut self, url: &Url) -> Self {
        let named = host(url).unwrap_or_default();
        match &mut self {
            Self::Offline { host }
            | Self::NoPermission { host }
            | Self::NotListed { host }
            | Self::NotTrusted { host, .. }
            | Self::NotMocked { host } => *host = named,
            Self::Secret(HandleError::Elsewhere { secret, .. }) => {
                self = Self::Secret(HandleError::elsewhere(secret, url));
            }
            Self::Secret(HandleError::Encoded { .. }) => {}
        }
        self
    }
}

/// Which hosts may be called; by default all. Clones share the permissions of the user.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(into = "Permissions", from = "Permissions")]
pub struct Hosts {
    /// Those that the user agreed to; none: no permission is needed.
    agreed: Option<Arc<Mutex<BTreeSet<String>>>>,
    offline: bool,
    /// The patterns that a host must match one of; none: every host.
    listed: Option<Arc<[AllowedHost]>>,
    /// Those that the user trusts with the values of a project; none: every host.
    trusted: Option<Arc<TrustedHosts>>,
    /// Whether only mock servers may be called.
    mocked: bool,
    /// The listeners of mocked sign-ins, to which a sign-in page redirects.
    listeners: Arc<Mutex<BTreeSet<String>>>,
}

#[derive(Debug)]
struct TrustedHosts {
    /// The setting that a value is from.
    setting: String,
    patterns: Vec<AllowedHost>,
}

/// The content of [`Hosts`] for another process, which does not share the permissions.
#[derive(Serialize, Deserialize)]
struct Permissions {
    agreed: Option<Vec<String>>,
    offline: bool,
    listed: Option<Vec<String>>,
    trusted: Option<(String, Vec<String>)>,
    mocked: bool,
}

impl From<Hosts> for Permissions {
    fn from(hosts: Hosts) -> Self {
        let texts = |patterns: &[AllowedHost]| patterns.iter().map(ToString::to_string).collect();
        let listed = hosts.listed.as_ref().map(|patterns| texts(patterns));
        let trusted = hosts.trusted.as_ref().map(|trusted| (trusted.setting.clone(), texts(&trusted.patterns)));
        Self { agreed: hosts.agreed(), offline: hosts.offline, listed, trusted, mocked: hosts.mocked }
    }
}

impl From<Permissions> for Hosts {
    fn from(permissions: Permissions) -> Self {
        let Permissions { agreed, offline, listed, trusted, mocked } = permissions;
        // A pattern that is not valid allows nothing.
        let patterns = |texts: &[String]| texts.iter().filter_map(|text| AllowedHost::parse(text)).collect::<Vec<_>>();
        let listed = listed.map(|texts| patterns(&texts).into());
        let trusted = trusted.map(|(setting, texts)| Arc::new(TrustedHosts { setting, patterns: patterns(&texts) }));
        Self { offline, listed, trusted, mocked, ..agreed.map_or_else(Self::default, Self::only) }
    }
}

impl Hosts {
    /// Allows these hosts, and those that are added later.
    #[must_use]
    pub fn only(hosts: impl IntoIterator<Item = String>) -> Self {
        Self::default().with_permission(hosts)
    }

    /// No host: only servers on this machine may be called.
    #[must_use]
    pub fn offline() -> Self {
        Self { offline: true, ..Self::only([]) }
    }

    /// The same, but each host needs the permission of the user, which these have.
    #[must_use]
    pub fn with_permission(self, hosts: impl IntoIterator<Item = String>) -> Self {
        Self { agreed: Some(Arc::new(Mutex::new(hosts.into_iter().collect()))), ..self }
    }

    /// The same, but only hosts that match one of the patterns.
    #[must_use]
    pub fn listed(self, patterns: Vec<AllowedHost>) -> Self {
        Self { listed: Some(patterns.into()), ..self }
    }

    /// The same, but only hosts that match one of the patterns, since the user trusts no others with the value of `setting`.
    #[must_use]
    pub fn trusted(self, setting: String, patterns: Vec<AllowedHost>) -> Self {
        Self { trusted: Some(Arc::new(TrustedHosts { setting, patterns })), ..self }
    }

    /// The same, but calls go to mock servers only.
    #[must_use]
    pub fn mocked(self) -> Self {
        Self { mocked: true, ..self }
    }

    /// The hosts that the user agreed to, sorted; none: no permission is needed.
    #[must_use]
    pub fn agreed(&self) -> Option<Vec<String>> {
        Some(locked(self.agreed.as_ref()?).iter().cloned().collect())
    }

    /// Records that the user agreed to `host`.
    pub fn allow(&self, host: impl Into<String>) {
        if let Some(hosts) = &self.agreed {
            locked(hosts).insert(host.into());
        }
    }

    /// Lets a sign-in page redirect to the listener at `host`, on this machine.
    pub fn allow_listener(&self, host: impl Into<String>) {
        locked(&self.listeners).insert(host.into());
    }

    /// Whether the server of `url` is such a listener.
    #[must_use]
    pub fn is_listener(&self, url: &Url) -> bool {
        host(url).is_some_and(|host| locked(&self.listeners).contains(&host))
    }

    /// Whether the user agreed to `host`, as [`host`] gives it, or need not.
    #[must_use]
    pub fn has(&self, host: &str) -> bool {
        self.agreed.as_ref().is_none_or(|hosts| locked(hosts).contains(host))
    }

    /// The host of `url`, if only the permission of the user is missing.
    #[must_use]
    pub fn needs_permission(&self, url: &Url) -> Option<String> {
        let host = host(url).unwrap_or_default();
        (!self.has(&host) && !self.offline && self.is_listed(url)).then_some(host)
    }

    /// Checks that the server of `url` may be requested; `is_call` says whether by a call, not to read a definition or a
    /// script.
    ///
    /// # Errors
    /// Why it may not.
    pub fn check(&self, url: &Url, is_call: bool) -> Result<(), Refusal> {
        let host = host(url).unwrap_or_default();
        if self.is_listener(url) {
            return Ok(());
        }
        let distrust = self.trusted.as_ref().filter(|trusted| !matches(&trusted.patterns, url));
        match () {
            () if self.offline && !self.has(&host) => Err(Refusal::Offline { host }),
            () if !self.is_listed(url) => Err(Refusal::NotListed { host }),
            () if !self.has(&host) => Err(Refusal::NoPermission { host }),
            () if self.mocked && is_call => Err(Refusal::NotMocked { host }),
            () => {
                distrust.map_or(Ok(()), |trusted| Err(Refusal::NotTrusted { host, setting: trusted.setting.clone() }))
            }
        }
    }

    fn is_listed(&self, url: &Url) -> bool {
        self.listed.as_ref().is_none_or(|patterns| matches(patterns, url))
    }
}

fn matches(patterns: &[AllowedHost], url: &Url) -> bool {
    patterns.iter().any(|pattern| pattern.matches(url))
}

/// A set is whole after every step.
fn locked(set: &Mutex<BTreeSet<String>>) -> MutexGuard<'_, BTreeSet<String>> {
    set.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use apinb_text::web::allowed::AllowedHost;
    use url::Url;

    use super::{Hosts, Refusal};

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_host_includes_its_port() {
        let hosts = Hosts::only(["a.test".to_owned(), "b.test:81".to_owned()]);
        for allowed in ["http://a.test/x", "https://A.TEST/", "https://a.test:443/", "http://u:p@b.test:81/"] {
            assert_eq!(hosts.needs_permission(&url(allowed)), None, "{allowed}");
            assert_eq!(hosts.check(&url(allowed), true), Ok(()), "{allowed}");
        }
        for (refused, host) in [
            ("http://a.test:8080/", "a.test:8080"),
            ("http://b.test/", "b.test"),
            ("http://sub.a.test/", "sub.a.test"),
            ("http://a.test@c.test/", "c.test"),
        ] {
            assert_eq!(hosts.needs_permission(&url(refused)).as_deref(), Some(host), "{refused}");
            let refusal = Refusal::NoPermission { host: host.to_owned() };
            assert_eq!(hosts.check(&url(refused), true), Err(refusal), "{refused}");
        }
        let same = hosts.clone();
        same.allow("c.test");
        assert_eq!(hosts.check(&url("http://c.test/"), true), Ok(()));
        assert_eq!(Hosts::default().check(&url("http://any.test/"), true), Ok(()));
    }

    #[test]
    fn no_permission_lifts_the_list() {
        let hosts = Hosts::only([]).listed(vec![AllowedHost::parse("*.a.test").unwrap()]);
        let (inside, outside) = (url("https://x.a.test/"), url("https://b.test/"));
        assert_eq!(hosts.needs_permission(&inside).as_deref(), Some("x.a.test"));
        assert_eq!(hosts.needs_permission(&outside), None, "the person is not asked in vain");
        hosts.allow("b.test");
        let refusal = Refusal::NotListed { host: "b.test".to_owned() };
        assert_eq!(hosts.check(&outside, false), Err(refusal));
        assert!(Hosts::default().listed(Vec::new()).check(&inside, true).is_err());
    }

    #[test]
    fn a_value_goes_to_trusted_hosts_only() {
        let trusted = vec![AllowedHost::parse("*.a.test").unwrap()];
        let hosts = Hosts::default().trusted("inputs.KEY".to_owned(), trusted);
        let refusal = Refusal::NotTrusted { host: "b.test".to_owned(), setting: "inputs.KEY".to_owned() };
        let text = serde_json::to_string(&hosts).unwrap();
        for hosts in [hosts, serde_json::from_str(&text).unwrap()] {
            assert_eq!(hosts.check(&url("https://x.a.test/"), true), Ok(()));
            assert_eq!(hosts.check(&url("https://b.test/"), false), Err(refusal.clone()));
        }
    }

    #[test]
    fn a_mocked_run_reads_but_does_not_call() {
        let hosts = Hosts::default().mocked();
        let url = url("http://127.0.0.1:4000/callback");
        assert_eq!(hosts.check(&url, false), Ok(()));
        assert_eq!(hosts.check(&url, true), Err(Refusal::NotMocked { host: "127.0.0.1:4000".to_owned() }));
        hosts.allow_listener("127.0.0.1:4000");
        assert_eq!(hosts.check(&url, true), Ok(()));
    }
}
