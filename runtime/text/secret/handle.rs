//! Handles: texts that stand for secrets where a program may read them.
//!
//! A notebook gets a handle in place of a token. It can pass the handle on in any part of a request, and the network
//! replaces it by the secret when the request leaves for a host that the secret is bound to. A handle itself is worth
//! nothing: only the registry of its run knows the secret.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, MatchKind};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rand::Rng as _;
use url::Url;

use crate::secret::base32;
use crate::secret::bound::BoundHosts;
use crate::secret::forms;
use crate::web::host::host;

/// The text that each handle begins with.
const PREFIX: &str = "apinbsecret";
/// The letters that follow it: in lower case, so that a handle survives in a host name.
const LETTERS: &[u8; 32] = base32::LOWER;
/// The number of random letters: 160 bits.
const RANDOM: usize = 32;
/// The length of a handle. A label of a host name has at most 63 characters.
const LENGTH: usize = PREFIX.len() + RANDOM;

/// All characters but the unreserved ones (RFC 3986 section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How a text is written in the part of a request where a handle stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// As it is.
    Plain,
    /// Percent-encoded: in URLs and forms.
    Percent,
    /// Within a string of JSON.
    Json,
    /// Within text or an attribute of XML or HTML.
    Xml,
}

/// The name of a secret, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretName {
    /// The client that is signed in with it; none for the answer to a prompt.
    pub client: Option<String>,
    /// `access token`, `password`, the text of the prompt, …
    pub kind: String,
}

impl fmt::Display for SecretName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.client {
            Some(client) => write!(formatter, "the {} of `{client}`", self.kind),
            None => write!(formatter, "the secret `{}`", self.kind),
        }
    }
}

/// Why a handle is not replaced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// The request leaves for a host that the secret is not bound to.
    #[error("{secret} may not be sent to `{host}`")]
    Elsewhere {
        secret: SecretName,
        /// With its scheme, where that is the reason.
        host: String,
    },
    /// The handle is encoded, so that its secret cannot take its place.
    #[error("{secret} is part of the request in an encoding that apinb does not replace")]
    Encoded { secret: SecretName },
}

impl HandleError {
    /// The error of a secret that is not bound to the host of `url`.
    #[must_use]
    pub fn elsewhere(secret: &SecretName, url: &Url) -> Self {
        let host = host(url).unwrap_or_default();
        Self::Elsewhere { secret: secret.clone(), host: format!("{}://{host}", url.scheme()) }
    }

    /// Advice: one imperative sentence.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Elsewhere { secret: SecretName { client: Some(client), .. }, .. } => {
                format!("Pass `--base-uri {client}=URL` if the API of `{client}` is at this host.")
            }
            Self::Elsewhere { .. } => "Send it to a host of one of the notebook's clients.".to_owned(),
            Self::Encoded { secret: SecretName { client: Some(client), .. } } => format!(
                "Set `expose = true` in `[clients.{client}]` of apinb.toml to let the notebook read the secrets of `{client}`."
            ),
            Self::Encoded { .. } => {
                "Pass the secret on as it is, or answer the prompt by `--input` to let the notebook read it.".to_owned()
            }
        }
    }
}

/// A secret, its name and its hosts.
struct Secret {
    text: String,
    name: SecretName,
    bound: BoundHosts,
}

/// The handles of a run. Clones share them.
#[derive(Clone, Default)]
pub struct Handles {
    known: Arc<RwLock<Known>>,
}

#[derive(Default)]
struct Known {
    by_handle: HashMap<String, Secret>,
    /// The handles of a secret.
    handles: HashMap<String, Vec<String>>,
}

impl fmt::Debug for Handles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Handles").finish_non_exhaustive()
    }
}

/// Shorter secrets are found by chance in addresses that servers make.
const SHORTEST: usize = 6;

/// Finds candidates: [`PREFIX`], and the encodings of it.
static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let patterns = std::iter::once(PREFIX.to_owned()).chain(encodings(PREFIX));
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns).ok()
});

impl Handles {
    /// The handle of a secret: the same one for the same secret, name and hosts.
    #[must_use]
    pub fn add(&self, secret: &str, name: &SecretName, bound: &BoundHosts) -> String {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let is_same = |handle: &&String| {
            known.by_handle.get(*handle).is_some_and(|known| known.name == *name && known.bound.is_same(bound))
        };
        if let Some(handle) = known.handles.get(secret).into_iter().flatten().find(is_same) {
            return handle.clone();
        }
        let mut random = rand::rng();
        let letters = (0..RANDOM).filter_map(|_| LETTERS.get(random.random_range(0..LETTERS.len())));
        let handle: String = PREFIX.chars().chain(letters.map(|letter| char::from(*letter))).collect();
        known.handles.entry(secret.to_owned()).or_default().push(handle.clone());
        let secret = Secret { text: secret.to_owned(), name: name.clone(), bound: bound.clone() };
        known.by_handle.insert(handle.clone(), secret);
        handle
    }

    /// The secrets with their names, in the order of the names.
    #[must_use]
    pub fn secrets(&self) -> Vec<(String, SecretName)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut secrets: Vec<_> =
            known.by_handle.values().map(|secret| (secret.text.clone(), secret.name.clone())).collect();
        secrets.sort_by(|one, other| {
            (&one.1.client, &one.1.kind, &one.0).cmp(&(&other.1.client, &other.1.kind, &other.0))
        });
        secrets.dedup();
        secrets
    }

    /// Whether there is a handle in `bytes`.
    #[must_use]
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        !known.by_handle.is_empty()
            && candidates(bytes).any(|found| matches!(found, Candidate::Plain(at) if known.at(bytes, at).is_some()))
    }

    /// `bytes`, a part of a request to `url`, with the secrets in place of their handles. None: there is no handle in it.
    /// Without `url` the request does not leave this machine, and goes anywhere.
    ///
    /// # Errors
    /// [`HandleError`]
    pub fn resolve(&self, bytes: &[u8], notation: Notation, url: Option<&Url>) -> Result<Option<Vec<u8>>, HandleError> {
        self.replace(bytes, |secret| {
            if let Some(url) = url.filter(|url| !secret.bound.allows(url)) {
                return Err(HandleError::elsewhere(&secret.name, url));
            }
            Ok(written(&secret.text, notation))
        })
    }

    /// Checks that an address, which a server has made, has no secret in it that is not bound to its host.
    ///
    /// # Errors
    /// [`HandleError::Elsewhere`]
    pub fn check_address(&self, url: &Url) -> Result<(), HandleError> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().to_lowercase();
        // In a form `+` is a space, and a plus sign is encoded.
        let (plain, form) = (decoded(url.as_str()), decoded(&url.as_str().replace('+', " ")));
        let is_in = |secret: &&Secret| {
            let text = secret.text.to_lowercase();
            text.chars().count() >= SHORTEST && (plain.contains(&text) || form.contains(&text))
        };
        let mut secrets = known.by_handle.values().filter(|secret| !secret.bound.allows(url));
        match secrets.find(is_in) {
            Some(secret) => match HandleError::elsewhere(&secret.name, url) {
                // Its name would have the secret in it.
                HandleError::Elsewhere { secret: name, host } if host.contains(&secret.text.to_lowercase()) => {
                    Err(HandleError::Elsewhere { secret: name, host: "another host".to_owned() })
                }
                error => Err(error),
            },
            None => Ok(()),
        }
    }

    /// `text` with the secrets in place of their handles, for a use in which they can reach the hosts `bound` and no
    /// others.
    ///
    /// # Errors
    /// [`HandleError`]
    pub fn resolve_for<'t>(&self, text: &'t str, bound: &BoundHosts) -> Result<Cow<'t, str>, HandleError> {
        self.replace_in_text(text, |secret| {
            if secret.bound.covers(bound) {
                return Ok(Cow::Borrowed(secret.text.as_str()));
            }
            let host = bound.listed().into_iter().next().unwrap_or_default();
            Err(HandleError::Elsewhere { secret: secret.name.clone(), host })
        })
    }

    /// `text` with the secrets in place of their handles, for a use that leaves this machine nowhere.
    ///
    /// # Errors
    /// [`HandleError`]
    pub fn resolve_anywhere<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, HandleError> {
        self.replace_in_text(text, |secret| Ok(Cow::Borrowed(secret.text.as_str())))
    }

    /// As [`Self::replace`], in a text.
    fn replace_in_text<'t>(
        &self,
        text: &'t str,
        with: impl for<'s> Fn(&'s Secret) -> Result<Cow<'s, str>, HandleError>,
    ) -> Result<Cow<'t, str>, HandleError> {
        let replaced = self.replace(text.as_bytes(), with)?;
        Ok(replaced.map_or(Cow::Borrowed(text), |bytes| Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())))
    }

    /// Replaces each handle by what `with` makes of its secret.
    fn replace(
        &self,
        bytes: &[u8],
        with: impl for<'s> Fn(&'s Secret) -> Result<Cow<'s, str>, HandleError>,
    ) -> Result<Option<Vec<u8>>, HandleError> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known.by_handle.is_empty() {
            return Ok(None);
        }
        let (mut resolved, mut end, mut encoded) = (Vec::new(), 0, false);
        for candidate in candidates(bytes) {
            let Candidate::Plain(at) = candidate else {
                encoded = true;
                continue;
            };
            let Some(secret) = known.at(bytes, at).filter(|_| at >= end) else { continue };
            resolved.extend_from_slice(bytes.get(end..at).unwrap_or_default());
            resolved.extend_from_slice(with(secret)?.as_bytes());
            end = at + LENGTH;
        }
        if encoded && let Some(secret) = known.encoded_in(bytes) {
            return Err(HandleError::Encoded { secret: secret.name.clone() });
        }
        if end == 0 {
            return Ok(None);
        }
        resolved.extend_from_slice(bytes.get(end..).unwrap_or_default());
        Ok(Some(resolved))
    }
}

/// Where a handle may be.
enum Candidate {
    /// The prefix is at this index.
    Plain(usize),
    /// The prefix is there in an encoding.
    Encoded,
}

fn candidates(bytes: &[u8]) -> impl Iterator<Item = Candidate> {
    let found = FINDER.as_ref().map(|finder| finder.find_iter(bytes));
    found.into_iter().flatten().map(|found| match found.pattern().as_usize() {
        0 => Candidate::Plain(found.start()),
        _ => Candidate::Encoded,
    })
}

impl Known {
    /// The secret of the handle at an index.
    fn at(&self, bytes: &[u8], at: usize) -> Option<&Secret> {
        let handle = bytes.get(at..at.checked_add(LENGTH)?)?;
        self.by_handle.get(std::str::from_utf8(handle).ok()?)
    }

    /// The secret whose handle is in `bytes` in an encoding.
    fn encoded_in(&self, bytes: &[u8]) -> Option<&Secret> {
        let mut forms: Vec<(String, &Secret)> = Vec::new();
        for (handle, secret) in &self.by_handle {
            forms.extend(encodings(handle).into_iter().map(|form| (form, secret)));
        }
        let finder = AhoCorasick::new(forms.iter().map(|(form, _)| form)).ok()?;
        let found = finder.find(bytes)?;
        forms.get(found.pattern().as_usize()).map(|(_, secret)| *secret)
    }
}

/// The encodings of a text of ASCII letters and digits, as they are within a longer text: base64 after any number of
/// bytes, base32, hexadecimal, upper case.
fn encodings(text: &str) -> Vec<String> {
    let base64 = (0..3).flat_map(|before| forms::within_base64(text, before));
    let base32 = (0..5).map(|before| forms::within_base32(text, before, base32::UPPER));
    let hexadecimal: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let others = [hexadecimal.to_ascii_uppercase(), hexadecimal, text.to_ascii_uppercase()];
    base64.chain(base32).chain(others).collect()
}

fn written(secret: &str, notation: Notation) -> Cow<'_, str> {
    match notation {
        Notation::Plain => Cow::Borrowed(secret),
        Notation::Percent => Cow::Owned(utf8_percent_encode(secret, RESERVED).to_string()),
        Notation::Json => Cow::Owned(forms::escaped_for_json(secret)),
        Notation::Xml => Cow::Owned(forms::escaped_for_html(secret).replace('\'', "&#39;")),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use url::Url;

    use super::{HandleError, Handles, LENGTH, Notation, SecretName};
    use crate::secret::base32::UPPER;
    use crate::secret::bound::BoundHosts;
    use crate::secret::forms::within_base32;

    const SECRET: &str = "a\"b<c>&d é+/=%";

    struct Registry {
        handles: Handles,
        handle: String,
    }

    fn registry() -> Registry {
        let (handles, bound) = (Handles::default(), BoundHosts::default());
        bound.add_template("https://api.test", true);
        let handle = handles.add(SECRET, &name("access token"), &bound);
        Registry { handles, handle }
    }

    fn name(kind: &str) -> SecretName {
        SecretName { client: Some("client".to_owned()), kind: kind.to_owned() }
    }

    impl Registry {
        fn resolve(&self, text: &str, notation: Notation, url: &str) -> Result<Option<String>, HandleError> {
            let url = Url::parse(url).unwrap();
            let resolved = self.handles.resolve(text.as_bytes(), notation, Some(&url))?;
            Ok(resolved.map(|bytes| String::from_utf8(bytes).unwrap()))
        }
    }

    #[test]
    fn a_handle_survives_every_usual_encoding() {
        let Registry { handles, handle } = registry();
        assert!(
            handle.len() == LENGTH && handle.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        );
        let url = Url::parse(&format!("https://{handle}.test/{handle}?{handle}={handle}")).unwrap();
        assert_eq!(url.as_str().matches(&handle).count(), 4);
        assert_ne!(handles.add(SECRET, &name("refresh token"), &BoundHosts::default()), handle);
        assert_ne!(handles.add(SECRET, &name("access token"), &BoundHosts::default()), handle);
        assert!(handles.is_in(format!("x{handle}y").as_bytes()) && !handles.is_in(&handle.as_bytes()[1..]));
        assert!(!format!("{handles:?}").contains('é'));
    }

    #[test]
    fn a_handle_is_replaced_as_its_part_of_the_request_is_written() {
        let registry = registry();
        for (notation, expected) in [
            (Notation::Plain, SECRET),
            (Notation::Percent, "a%22b%3Cc%3E%26d%20%C3%A9%2B%2F%3D%25"),
            (Notation::Json, "a\\\"b<c>&d é+/=%"),
            (Notation::Xml, "a&quot;b&lt;c&gt;&amp;d é+/=%"),
        ] {
            let text = format!("ü{0}, {0}", registry.handle);
            let resolved = registry.resolve(&text, notation, "https://api.test/x").unwrap();
            assert_eq!(resolved, Some(format!("ü{expected}, {expected}")), "{notation:?}");
        }
        for text in ["", "apinbsecret", "apinbsecretapinbsecret", &registry.handle[..LENGTH - 1]] {
            assert_eq!(registry.resolve(text, Notation::Plain, "https://api.test/"), Ok(None), "{text}");
        }
    }

    #[test]
    fn a_handle_is_not_replaced_for_another_host() {
        let registry = registry();
        for url in ["https://evil.test/", "http://api.test/", "https://api.test:8443/"] {
            let error = registry.resolve(&registry.handle, Notation::Plain, url).unwrap_err();
            let said = error.to_string();
            assert!(said.starts_with("the access token of `client` may not be sent to `http"), "{said}");
        }
        let anywhere = registry.handles.resolve(registry.handle.as_bytes(), Notation::Plain, None);
        assert_eq!(anywhere, Ok(Some(SECRET.as_bytes().to_vec())));
        let bound = BoundHosts::default();
        bound.add_template("https://api.test", true);
        assert_eq!(registry.handles.resolve_for(&registry.handle, &bound).unwrap(), SECRET);
        bound.add_template("https://evil.test", true);
        registry.handles.resolve_for(&registry.handle, &bound).unwrap_err();
    }

    #[test]
    fn an_address_of_a_server_has_no_secret_for_another_host() {
        let Registry { handles, .. } = registry();
        let check = |url: &str| handles.check_address(&Url::parse(url).unwrap());
        let encoded = "a%22b%3Cc%3E%26d+%C3%A9%2B%2F%3D%25";
        assert_eq!(check(&format!("https://api.test/?t={encoded}")), Ok(()));
        assert_eq!(check("https://evil.test/?t=other"), Ok(()));
        let error = check(&format!("https://evil.test/?t={encoded}")).unwrap_err();
        assert_eq!(error.to_string(), "the access token of `client` may not be sent to `https://evil.test`");
        let bound = BoundHosts::default();
        bound.add_template("https://api.test", true);
        let _ = handles.add("PartOfAHost", &name("key"), &bound);
        let error = check("https://partofahost.evil.test/").unwrap_err();
        assert_eq!(error.to_string(), "the key of `client` may not be sent to `another host`");
    }

    #[test]
    fn an_encoded_handle_is_an_error() {
        let registry = registry();
        let handle = &registry.handle;
        let hexadecimal: String = handle.bytes().map(|byte| format!("{byte:02x}")).collect();
        for encoded in [
            STANDARD.encode(handle),
            STANDARD.encode(format!("user:{handle}")),
            URL_SAFE_NO_PAD.encode(format!("{{\"a\":\"{handle}\"}}")),
            within_base32(&format!("ab{handle}"), 0, UPPER),
            hexadecimal.to_uppercase(),
            hexadecimal,
            handle.to_uppercase(),
        ] {
            let error = registry.resolve(&format!("x={encoded}&{handle}"), Notation::Plain, "https://api.test/");
            assert!(matches!(error, Err(HandleError::Encoded { .. })), "{encoded}");
        }
        // The encoding of a text that looks like a handle.
        let other = STANDARD.encode(format!("apinbsecret{}", "a".repeat(32)));
        assert_eq!(registry.resolve(&other, Notation::Plain, "https://api.test/"), Ok(None));
        assert_eq!(within_base32("foobar", 0, UPPER), "MZXW6YTBO");
    }
}
