//! Whether the user trusts a project: the list of what its `apinb.toml` reaches beyond its own files, the hash of that
//! list, and the answers that the user gave before.
//!
//! The command line makes the lists, since it reads `apinb.toml`, and asks.

pub mod store;
pub mod tokens;

use apinb_record::trust::{TrustReach, TrustRequest};
use sha2::{Digest as _, Sha256};

/// The number of bytes of a hash: half of SHA-256 and more, short enough to paste.
const HASH_BYTES: usize = 20;

/// The hash of a list in hexadecimal digits. It covers the setting, the kind, the value and the hosts of each request;
/// the order and the lines of `apinb.toml` do not change it.
#[must_use]
pub fn hash(requests: &[TrustRequest]) -> String {
    let part = |request: &TrustRequest| {
        let TrustRequest { setting, from: _, reach, value, hosts } = request;
        (setting.clone(), *reach, value.clone(), hosts.clone())
    };
    let mut parts: Vec<(String, TrustReach, String, Vec<String>)> = requests.iter().map(part).collect();
    parts.sort();
    parts.dedup();
    // Texts in JSON are unambiguous; none of these types can fail.
    let canonical = serde_json::to_vec(&parts).unwrap_or_default();
    Sha256::digest(canonical).iter().take(HASH_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use apinb_record::trust::{TrustReach, TrustRequest};

    use super::hash;

    fn request(setting: &str, value: &str, hosts: &[&str]) -> TrustRequest {
        TrustRequest {
            setting: setting.to_owned(),
            from: Some("apinb.toml:1".to_owned()),
            reach: TrustReach::Variable,
            value: value.to_owned(),
            hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
        }
    }

    #[test]
    fn the_hash_is_that_of_the_requests_only() {
        let (one, two) = (request("inputs.A", "A", &["a.test"]), request("inputs.B", "B", &["a.test"]));
        let both = hash(&[one.clone(), two.clone()]);
        assert_eq!(both.len(), 40);
        let moved = TrustRequest { from: Some("apinb.toml:9".to_owned()), ..one.clone() };
        assert_eq!(hash(&[two.clone(), moved.clone(), one.clone()]), both);
        let changes = [
            request("inputs.C", "A", &["a.test"]),
            request("inputs.A", "C", &["a.test"]),
            request("inputs.A", "A", &["a.test", "b.test"]),
            TrustRequest { reach: TrustReach::File, ..one.clone() },
        ];
        for changed in changes {
            assert_ne!(hash(&[changed, two.clone()]), both);
        }
        assert_ne!(hash(&[one]), both);
    }
}
