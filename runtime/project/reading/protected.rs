//! Files that nothing includes: private keys, key stores, and the configuration of apinb itself.
//!
//! Names catch what is encrypted or binary, texts what has an unusual name.

use super::root;

/// What a protected file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Configuration,
    Key,
    /// A text that has a private key in it.
    TextWithKey,
}

impl Kind {
    /// What follows the name of the file in a message.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Configuration => "may not be read: it is the configuration of apinb",
            Self::Key => "may not be read: its name is that of a private key or a key store",
            Self::TextWithKey => "may not be read: it has a private key in it",
        }
    }
}

/// The names of private keys and of files with passwords, without an extension.
const KEY_NAMES: [&str; 9] =
    ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk", "id_xmss", "_netrc", "netrc"];

/// The extensions of private keys and key stores. `.pem` and `.asc` are not among them: the text decides.
const KEY_EXTENSIONS: [&str; 17] = [
    "key",
    "p8",
    "pk8",
    "pkcs8",
    "p12",
    "pfx",
    "pkcs12",
    "jks",
    "jceks",
    "bks",
    "bcfks",
    "keystore",
    "kdb",
    "kdbx",
    "ppk",
    "keychain",
    "keychain-db",
];

/// Whether a file of this name is protected.
pub(crate) fn kind_of_name(name: &str) -> Option<Kind> {
    let name = name.to_lowercase();
    if name == root::NAME {
        return Some(Kind::Configuration);
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let is_key = KEY_NAMES.contains(&name.as_str()) || extension.is_some_and(|it| KEY_EXTENSIONS.contains(&it));
    is_key.then_some(Kind::Key)
}

/// Whether a text has a private key in it. In the text of a definition it is an example: no key file begins like one.
pub(super) fn kind_of_text(text: &str) -> Option<Kind> {
    (has_private_key(text) && !is_definition(text)).then_some(Kind::TextWithKey)
}

/// PEM (RFC 7468, OpenSSH, OpenPGP), PuTTY, age.
fn has_private_key(text: &str) -> bool {
    // The longest header is shorter than this.
    const HEADER: usize = 64;
    let is_header = |(at, _): (usize, &str)| {
        let before = text.get(text.floor_char_boundary(at.saturating_sub(HEADER))..at).unwrap_or_default();
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        line.contains("-----BEGIN ") || line.contains("---- BEGIN ")
    };
    text.match_indices("PRIVATE KEY").any(is_header)
        || text.starts_with("PuTTY-User-Key-File-")
        || text.contains("AGE-SECRET-KEY-1")
}

/// Whether a text begins as an API definition does.
fn is_definition(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let names_language = |line: &str| {
        let line = line.trim_start_matches(['{', ' ', '\t']);
        ["openapi", "\"openapi\"", "swagger", "\"swagger\""].iter().any(|key| line.starts_with(key))
    };
    text.starts_with("#%RAML") || text.lines().take(20).any(names_language)
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind_of_name, kind_of_text};

    #[test]
    fn names_of_keys_and_of_the_configuration_are_protected() {
        for name in
            ["id_rsa", "ID_RSA", "id_ed25519", "server.key", "a.b.P12", "x.pfx", "k.jks", "k.keystore", "p.kdbx"]
        {
            assert_eq!(kind_of_name(name), Some(Kind::Key), "{name}");
        }
        assert_eq!(kind_of_name("apinb.toml"), Some(Kind::Configuration));
        assert_eq!(kind_of_name("APINB.toml"), Some(Kind::Configuration));
        for name in ["id_rsa.pub", "key.json", "key", "keys", "api.raml", "apinb.toml.md", "cert.pem", "monkey"] {
            assert_eq!(kind_of_name(name), None, "{name}");
        }
    }

    #[test]
    fn texts_with_private_keys_are_protected() {
        let header = |kind: &str| format!("-----BEGIN {kind}PRIVATE KEY-----\nMIIB\n-----END {kind}PRIVATE KEY-----\n");
        for kind in ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "] {
            for text in [
                header(kind),
                format!("Bag Attributes\r\n{}", header(kind)),
                format!("key: |\n  {}", header(kind)),
                format!("{{\"type\": \"service_account\", \"private_key\": {:?}}}", header(kind)),
            ] {
                assert_eq!(kind_of_text(&text), Some(Kind::TextWithKey), "{text}");
            }
        }
        for text in [
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n",
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n",
            "PuTTY-User-Key-File-3: ssh-ed25519\n",
            "# created: today\nAGE-SECRET-KEY-1QQ\n",
        ] {
            assert_eq!(kind_of_text(text), Some(Kind::TextWithKey), "{text}");
        }
    }

    #[test]
    fn words_about_keys_and_examples_in_definitions_are_not() {
        let example = "-----BEGIN PRIVATE KEY-----\\nMIIB";
        for text in [
            "Never send your PRIVATE KEY.".to_owned(),
            "-----BEGIN CERTIFICATE-----\nMIIB\n".to_owned(),
            "-----BEGIN PUBLIC KEY-----\nMIIB\n".to_owned(),
            format!("#%RAML 1.0\ntitle: Keys\n# {example}"),
            format!("# A comment\nopenapi: 3.1.0\ninfo:\n  description: {example}"),
            format!("{{\n  \"swagger\": \"2.0\", \"x\": \"{example}\"}}"),
        ] {
            assert_eq!(kind_of_text(&text), None, "{text}");
        }
    }
}
