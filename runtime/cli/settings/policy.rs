//! From the layers to how calls use the network.

use std::path::PathBuf;
use std::time::Duration;

use apinb_http::policy::Policy;
use apinb_http::retry::Retry;
use apinb_http::tls::{Tls, TlsError};

use super::layers::{Assignment, Layers, Origin, Problems};
use super::parse::unusable_pem;
use super::setting::AnySetting;
use super::table::{
    ALLOWED_HOSTS, CA_CERTIFICATE, CERTIFICATE, DELAY, INSECURE, MAX_REDIRECTS, PRIVATE_KEY, PROXY, RETRY,
    RETRY_ALL_METHODS, RETRY_DELAY,
};

/// The policy of all calls of a run, each of which may take `timeout`.
pub(crate) fn policy(layers: &Layers, timeout: Duration, problems: &mut Problems) -> Policy {
    let usual = Policy::default();
    let hosts = layers.value(&ALLOWED_HOSTS, problems).map(|allowed| usual.hosts.clone().listed(allowed));
    let redirects = layers.value(&MAX_REDIRECTS, problems).and_then(|most| usize::try_from(most).ok());
    Policy {
        timeout,
        max_redirects: redirects.unwrap_or(usual.max_redirects),
        retry: Retry {
            times: layers.value(&RETRY, problems).unwrap_or_default(),
            delay: layers.value(&RETRY_DELAY, problems),
            all_methods: layers.value(&RETRY_ALL_METHODS, problems).unwrap_or_default(),
        },
        delay: layers.value(&DELAY, problems).unwrap_or_default(),
        proxy: layers.value(&PROXY, problems),
        tls: tls(layers, problems),
        hosts: hosts.unwrap_or_default(),
        ..usual
    }
}

/// The files of certificates and keys.
pub(crate) fn files(layers: &Layers) -> Vec<PathBuf> {
    let settings: [&dyn AnySetting; 3] = [&CA_CERTIFICATE, &CERTIFICATE, &PRIVATE_KEY];
    let named = settings.into_iter().flat_map(|setting| layers.assignments(setting));
    named.filter_map(|named| Some(named.folder.join(named.value.resolve().ok()?))).collect()
}

/// Which certificates are trusted and presented.
pub(crate) fn tls(layers: &Layers, problems: &mut Problems) -> Tls {
    let mut tls = Tls::default();
    tls.insecure = layers.value(&INSECURE, problems).unwrap_or_default();
    if let Some(pem) = layers.value(&CA_CERTIFICATE, problems) {
        // They were tried when they were read.
        let _ = tls.trust(&pem);
    }
    let Some(certificate) = layers.strongest(&CERTIFICATE, &[]) else { return tls };
    let key = private_key(layers);
    let contents = certificate.parse(&CERTIFICATE).and_then(|certificate| {
        let key = key.map(|key| key.parse(&PRIVATE_KEY)).transpose()?;
        Ok((certificate, key))
    });
    match contents.map(|(certificate, key)| tls.show(&certificate, key.as_deref())) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            let wrong = match (error, key) {
                (TlsError::NoKey, Some(key)) => key,
                (TlsError::NoKey | TlsError::NoCertificate | TlsError::Mismatch, _) => certificate,
            };
            let text = wrong.value.resolve().unwrap_or_default();
            problems.push(wrong.problem(&text, unusable_pem(error)));
        }
        Err(problem) => problems.push(problem),
    }
    tls
}

/// The private key of the certificate, which comes from the same source: `--cert` means no key of `apinb.toml`.
pub(crate) fn private_key(layers: &Layers) -> Option<&Assignment> {
    let is_flag = |assignment: &Assignment| matches!(assignment.origin, Origin::Flag(_));
    let key = layers.strongest(&PRIVATE_KEY, &[])?;
    match layers.strongest(&CERTIFICATE, &[]) {
        Some(certificate) if is_flag(certificate) != is_flag(key) => None,
        _ => Some(key),
    }
}
