//! The `Authorization` header with a signature (RFC 5849 section 3).

use std::time::SystemTime;

use apinb_http::exchange::Request;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use rsa::Pkcs1v15Sign;
use secrecy::ExposeSecret;
use sha1::{Digest, Sha1};
use sha2::Sha256;
use url::{Url, form_urlencoded};

use crate::encoding::encode;
use crate::oauth1::credentials::OAuth1;
use crate::rsa_key::{KeyError, SignatureMethod};

/// What makes a signature unique (section 3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Any text, once only within a second.
    pub nonce: String,
    /// Seconds since 1970.
    pub timestamp: u64,
}

impl Moment {
    /// Now, with 128 random bits.
    #[must_use]
    pub fn now() -> Self {
        let timestamp = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
        Self { nonce: URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()), timestamp }
    }
}

/// The value of the `Authorization` header for the request as it is (section 3.5.1): over its method, its URL with the
/// query, and its body where that is a form.
///
/// # Errors
/// When the key cannot sign.
pub fn authorization(request: &Request, credentials: &OAuth1, moment: &Moment) -> Result<String, KeyError> {
    signed(request, credentials, &[], moment)
}

/// [`authorization`] with more protocol parameters: `oauth_callback`, `oauth_verifier`.
pub(super) fn signed(
    request: &Request,
    credentials: &OAuth1,
    more: &[(&str, &str)],
    moment: &Moment,
) -> Result<String, KeyError> {
    let timestamp = moment.timestamp.to_string();
    let mut protocol = vec![
        ("oauth_consumer_key", credentials.consumer_key.as_str()),
        ("oauth_nonce", &moment.nonce),
        ("oauth_signature_method", credentials.method.name()),
        ("oauth_timestamp", &timestamp),
        ("oauth_version", "1.0"),
    ];
    if let Some(token) = &credentials.token {
        protocol.push(("oauth_token", token.expose_secret()));
    }
    protocol.extend_from_slice(more);
    let base = base_string(request, &protocol);
    let signature = signature(&base, credentials)?;
    protocol.push(("oauth_signature", &signature));
    let fields: Vec<String> = protocol.iter().map(|(name, value)| format!("{name}=\"{}\"", encode(value))).collect();
    Ok(format!("OAuth {}", fields.join(", ")))
}

/// Section 3.4.1.
fn base_string(request: &Request, protocol: &[(&str, &str)]) -> String {
    let mut parameters: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: &str| parameters.push((encode(name).into_owned(), encode(value).into_owned()));
    for (name, value) in request.url.query_pairs() {
        add(&name, &value);
    }
    if let Some(body) = request.body.as_ref().filter(|_| is_form(request)) {
        for (name, value) in form_urlencoded::parse(body) {
            add(&name, &value);
        }
    }
    for (name, value) in protocol {
        add(name, value);
    }
    // By the encoded name, then by the encoded value (section 3.4.1.3.2).
    parameters.sort();
    let parameters: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!(
        "{}&{}&{}",
        encode(&request.method.to_uppercase()),
        encode(&base_uri(&request.url)),
        encode(&parameters.join("&"))
    )
}

/// Section 3.4.1.2; scheme and host are in lower case already, and a usual port is left out.
fn base_uri(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

/// Section 3.4.1.3.1.
fn is_form(request: &Request) -> bool {
    let content_type = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let essence = content_type.and_then(|(_, value)| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Sections 3.4.2 to 3.4.4.
fn signature(base: &str, credentials: &OAuth1) -> Result<String, KeyError> {
    let token_secret = credentials.token_secret.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default();
    let key = format!("{}&{}", encode(credentials.consumer_secret.expose_secret()), encode(token_secret));
    match &credentials.method {
        SignatureMethod::HmacSha1 => hmac::<Hmac<Sha1>>(&key, base),
        SignatureMethod::HmacSha256 => hmac::<Hmac<Sha256>>(&key, base),
        SignatureMethod::PlainText => Ok(key),
        SignatureMethod::RsaSha1(key) => {
            let scheme = Pkcs1v15Sign::new::<Sha1>();
            let signed = key.sign_with_rng(&mut rsa::rand_core::OsRng, scheme, &Sha1::digest(base));
            signed.map(|signature| STANDARD.encode(signature)).map_err(|_| KeyError::Unusable)
        }
    }
}

fn hmac<M: Mac + hmac::digest::KeyInit>(key: &str, base: &str) -> Result<String, KeyError> {
    // It takes a key of any length.
    let mut mac = <M as Mac>::new_from_slice(key.as_bytes()).map_err(|_| KeyError::Unusable)?;
    mac.update(base.as_bytes());
    Ok(STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{Moment, authorization, base_string, signature};
    use crate::oauth1::credentials::OAuth1;
    use crate::rsa_key::SignatureMethod;
    use apinb_http::exchange::Request;
    use bytes::Bytes;
    use secrecy::SecretString;
    use url::Url;

    fn request(method: &str, url: &str, form: Option<&'static str>) -> Request {
        let mut request = Request::new(method, Url::parse(url).unwrap());
        request.body = form.map(|form| Bytes::from_static(form.as_bytes()));
        if form.is_some() {
            let form = "application/x-www-form-urlencoded; charset=utf-8";
            request.headers.push(("Content-Type".to_owned(), form.to_owned()));
        }
        request
    }

    fn credentials(parts: [&str; 4]) -> OAuth1 {
        let [consumer_key, consumer_secret, token, token_secret] = parts;
        OAuth1 {
            consumer_key: consumer_key.to_owned(),
            consumer_secret: SecretString::from(consumer_secret),
            token: Some(SecretString::from(token)),
            token_secret: Some(SecretString::from(token_secret)),
            others: Vec::new(),
            method: SignatureMethod::default(),
            kept: None,
        }
    }

    /// RFC 5849 section 3.4.1.1.
    #[test]
    fn the_base_string_matches_the_rfc_example() {
        let url = "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b";
        let base = base_string(
            &request("POST", url, Some("c2&a3=2+q")),
            &[
                ("oauth_consumer_key", "9djdj82h48djs9d2"),
                ("oauth_token", "kkk9d7dh3k39sjv7"),
                ("oauth_signature_method", "HMAC-SHA1"),
                ("oauth_timestamp", "137131201"),
                ("oauth_nonce", "7d8f3e4a"),
            ],
        );
        let expected = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26\
             c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26\
             oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7";
        assert_eq!(base, expected);
    }

    /// RFC 5849 section 1.2.
    #[test]
    fn the_signature_matches_the_rfc_example() {
        let credentials = credentials(["dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"]);
        let base = base_string(
            &request("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original", None),
            &[
                ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
                ("oauth_token", "nnch734d00sl2jdk"),
                ("oauth_signature_method", "HMAC-SHA1"),
                ("oauth_timestamp", "137131202"),
                ("oauth_nonce", "chapoH"),
            ],
        );
        assert_eq!(signature(&base, &credentials).unwrap(), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
    }

    /// "Creating a signature" in Twitter's documentation.
    #[test]
    fn the_header_matches_a_published_example() {
        let credentials = credentials([
            "xvz1evFS4wEEPTGEFPHBog",
            "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
            "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
            "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
        ]);
        let moment =
            Moment { nonce: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg".to_owned(), timestamp: 1_318_622_958 };
        let url = "https://api.twitter.com/1.1/statuses/update.json?include_entities=true";
        let form = "status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21";
        let header = authorization(&request("POST", url, Some(form)), &credentials, &moment).unwrap();
        assert!(header.contains("oauth_signature=\"hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D\""), "{header}");
        assert!(header.contains("oauth_token=\"370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb\""));
    }

    #[test]
    fn nonces_differ() {
        assert_ne!(Moment::now().nonce, Moment::now().nonce);
    }
}
