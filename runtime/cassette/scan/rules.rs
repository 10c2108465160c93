//! The rules of `apinb cassette scan`.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

macro_rules! scan_rule {
    ($name:ident, $code:literal, $severity:ident, $title:literal, $documentation:literal, $example:literal) => {
        pub(super) static $name: Rule = Rule {
            code: $code,
            severity: Severity::$severity,
            title: $title,
            documentation: $documentation,
            example: &[ExampleDocument { name: "create-a-user.json", text: $example }],
        };
    };
}

scan_rule!(
    BANK_ACCOUNT,
    "personal/bank-account",
    Warning,
    "IBAN",
    "A file has an IBAN: a number with the length of its country and correct check digits. Numbers that banks publish as \
     examples are not reported. Replace it while recording, with `redact` of the settings of cassettes.",
    "{ \"account\": \"BE71096123456769\" }\n"
);
scan_rule!(
    CARD,
    "personal/card-number",
    Warning,
    "Card number",
    "A file has the number of a payment card: the prefix and the length of an issuer and a correct check digit. The numbers \
     that payment services publish for tests, and ids of the same length, are not reported. Replace it while recording, \
     with `redact` of the settings of cassettes.",
    "{ \"card\": \"4556 7375 8689 9855\" }\n"
);
scan_rule!(
    EMAIL,
    "personal/email",
    Warning,
    "E-mail address",
    "A file has the e-mail address of a person. Addresses of reserved domains (`example.com`, `.test`), of roles \
     (`support@`) and of machines (`noreply@`) are not reported, nor are those that the definition has in its examples. \
     Replace it while recording: `redact = [\"$..email\"]` of the settings of cassettes.",
    "{ \"email\": \"jane.roe@mailbox.org\" }\n"
);
scan_rule!(
    PHONE,
    "personal/phone",
    Warning,
    "Phone number",
    "A file has a phone number: with `+` and a country code anywhere, or any in a value with the name of one. Numbers that \
     are reserved for films and documentation, such as those with 555, are not reported. Replace it while recording, with \
     `redact` of the settings of cassettes.",
    "{ \"phone\": \"+49 30 901820\" }\n"
);
scan_rule!(
    CREDENTIALS,
    "secret/credentials",
    Error,
    "Credentials of a request",
    "A file has the value of `Authorization`, `Cookie` or another header that signs a caller in, or a bearer token in a text. \
     A recording has placeholders there, so that the file is from another tool, or was changed. Remove the value, and \
     revoke it if others have seen the file.",
    "{ \"headers\": { \"authorization\": \"Token 7Yq2-w9Zk-L4\" } }\n"
);
scan_rule!(
    JWT,
    "secret/jwt",
    Error,
    "JSON Web Token",
    "A file has a JSON Web Token (RFC 7519), of which the header is decoded to be sure. The token of jwt.io's page is not \
     reported. Register the secret, so that a recording has a placeholder for it, or replace it with `redact` of the settings \
     of cassettes.",
    "{ \"session\": \"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqb2UiLCJpYXQiOjF9.c2lnbmF0dXJlLW9mLW5vYm9keQ\" }\n"
);
scan_rule!(
    MARKED,
    "secret/marked-value",
    Error,
    "Value that the definition marks as secret",
    "A body has a property that its definition declares with `format: password` or as `writeOnly`. Replace it while \
     recording, with `redact` of the settings of cassettes.",
    "{ \"interactions\": [ { \"request\": { \"body\": { \"json\": { \"pin\": \"4711\" } } } } ] }\n"
);
scan_rule!(
    NAMED_VALUE,
    "secret/named-value",
    Error,
    "Value with the name of a secret",
    "A value has a name such as `password`, `client_secret` or `apiKey`, and looks like one: placeholders and values of \
     documentation are not reported, nor are tokens of pages and forms. Pass the value as an input, which a recording \
     replaces by a placeholder, or replace it with `redact` of the settings of cassettes.",
    "{ \"client_secret\": \"k3Jd92lsPq0xMz\" }\n"
);
scan_rule!(
    PRIVATE_KEY,
    "secret/private-key",
    Error,
    "Private key",
    "A file has a private key in the form of PEM, OpenSSH or PuTTY. Remove it, and replace the key if others have seen the \
     file.",
    "{ \"note\": \"PuTTY-User-Key-File-3: ssh-ed25519\" }\n"
);
scan_rule!(
    RANDOM_VALUE,
    "secret/random-value",
    Error,
    "Random value with a suspicious name",
    "A value with a name such as `key`, `session` or `signature` has the entropy of a secret. UUIDs, hashes, ids and \
     entity tags are not reported. Replace it with `redact` of the settings of cassettes, or allow it with `scan-allow`.",
    "{ \"session\": \"q7Zk2MvT9xLw4RbN8sYd\" }\n"
);
scan_rule!(
    SERVICE_KEY,
    "secret/service-key",
    Error,
    "Key of a well-known service",
    "A file has a key or a token in the documented format of a service, such as AWS, GitHub, Google, Slack or Stripe. \
     Revoke it at the service if others have seen the file; pass it as an input, which a recording replaces by a \
     placeholder.",
    "{ \"note\": \"AKIAQ3EGWN7RZ5LTKX2P\" }\n"
);
scan_rule!(
    URL_PASSWORD,
    "secret/url-password",
    Error,
    "Password in a URL",
    "A URL in a file has a password: `https://user:password@host`. URLs of this machine and of reserved domains are not \
     reported. Replace the value with `redact` of the settings of cassettes.",
    "{ \"database\": \"postgres://app:k3Jd92lsPq0x@db.mailbox.org/shop\" }\n"
);

/// By code.
pub(super) const RULES: [&Rule; 12] = [
    &BANK_ACCOUNT,
    &CARD,
    &EMAIL,
    &PHONE,
    &CREDENTIALS,
    &JWT,
    &MARKED,
    &NAMED_VALUE,
    &PRIVATE_KEY,
    &RANDOM_VALUE,
    &SERVICE_KEY,
    &URL_PASSWORD,
];

/// All rules of the scan.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.into_iter()
}
