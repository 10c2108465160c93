//! The hosts that may be called, if each needs the permission of the user.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use apinb_text::secret::handle::HandleError;
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
    /// A secret in the request may not leave, or not for this host.
    #[error("{0}")]
    Secret(HandleError),
}

impl Refusal {
    /// What lifts it: one imperative sentence.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Offline { .. } => "Pass `--online` to allow calls to the web.".to_owned(),
            Self::NoPermission { .. } => "Pass `--yes` to let a remote notebook call any host.".to_owned(),
            Self::Secret(error) => error.help(),
        }
    }
}

/// All hosts, or those that the user agreed to. Clones share the list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(into = "Permissions", from = "Permissions")]
pub struct Hosts {
    agreed: Option<Arc<Mutex<BTreeSet<String>>>>,
    offline: bool,
}

/// The content of [`Hosts`] for another process, which does not share the list.
#[derive(Serialize, Deserialize)]
struct Permissions {
    agreed: Option<Vec<String>>,
    offline: bool,
}

impl From<Hosts> for Permissions {
    fn from(hosts: Hosts) -> Self {
        Self { agreed: hosts.agreed(), offline: hosts.offline }
    }
}

impl From<Permissions> for Hosts {
    fn from(permissions: Permissions) -> Self {
        let Permissions { agreed, offline } = permissions;
        Self { offline, ..agreed.map_or_else(Self::default, Self::only) }
    }
}

impl Hosts {
    /// Allows these hosts, and those that are added later.
    #[must_use]
    pub fn only(hosts: impl IntoIterator<Item = String>) -> Self {
        Self { agreed: Some(Arc::new(Mutex::new(hosts.into_iter().collect()))), offline: false }
    }

    /// No host: only servers on this machine may be called.
    #[must_use]
    pub fn offline() -> Self {
        Self { offline: true, ..Self::only([]) }
    }

    /// Why `host` may not be called.
    pub(crate) fn refusal(&self, host: String) -> Refusal {
        if self.offline { Refusal::Offline { host } } else { Refusal::NoPermission { host } }
    }

    /// The allowed hosts, sorted; none: all are allowed.
    #[must_use]
    pub fn agreed(&self) -> Option<Vec<String>> {
        let hosts = self.agreed.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        Some(hosts.iter().cloned().collect())
    }

    /// Allows `host`.
    pub fn allow(&self, host: impl Into<String>) {
        if let Some(hosts) = &self.agreed {
            hosts.lock().unwrap_or_else(PoisonError::into_inner).insert(host.into());
        }
    }

    /// Whether `host`, as [`host`] gives it, may be called.
    #[must_use]
    pub fn has(&self, host: &str) -> bool {
        self.agreed.as_ref().is_none_or(|hosts| hosts.lock().unwrap_or_else(PoisonError::into_inner).contains(host))
    }

    /// The host of `url` when it may not be called.
    #[must_use]
    pub fn refused(&self, url: &Url) -> Option<String> {
        let host = host(url).unwrap_or_default();
        (!self.has(&host)).then_some(host)
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::Hosts;

    #[test]
    fn a_host_includes_its_port() {
        let hosts = Hosts::only(["a.test".to_owned(), "b.test:81".to_owned()]);
        let url = |text: &str| Url::parse(text).unwrap();
        for allowed in ["http://a.test/x", "https://A.TEST/", "https://a.test:443/", "http://u:p@b.test:81/"] {
            assert_eq!(hosts.refused(&url(allowed)), None, "{allowed}");
        }
        for (refused, host) in [
            ("http://a.test:8080/", "a.test:8080"),
            ("http://b.test/", "b.test"),
            ("http://sub.a.test/", "sub.a.test"),
            ("http://a.test@c.test/", "c.test"),
        ] {
            assert_eq!(hosts.refused(&url(refused)).as_deref(), Some(host), "{refused}");
        }
        let same = hosts.clone();
        same.allow("c.test");
        assert_eq!(hosts.refused(&url("http://c.test/")), None);
        assert_eq!(Hosts::default().refused(&url("http://any.test/")), None);
    }
}
