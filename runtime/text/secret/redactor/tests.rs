use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use crate::secret::redactor::{MASK, Redactor};

fn knowing(secrets: &[&str]) -> Redactor {
    let redactor = Redactor::default();
    for secret in secrets {
        redactor.add(secret);
    }
    redactor
}

fn check(secrets: &[&str], text: &str, expected: &str) {
    let redactor = knowing(secrets);
    let expected = expected.replace("[]", MASK);
    assert_eq!(redactor.redact(text), expected, "{text:?}");
    assert_eq!(redactor.redact_bytes(text.as_bytes()), expected.as_bytes(), "{text:?} as bytes");
    assert_eq!(redactor.redact(&expected), expected, "{expected:?} a second time");
}

const SECRET: &str = "p&ss wörd/\"1'";

#[test]
fn plain_secrets_are_redacted() {
    check(&["hunter22"], "a hunter22, hunter22!", "a [], []!");
    check(&["hunter22"], "hunter2", "hunter2");
    check(&[], "hunter22", "hunter22");
    check(&["", "  "], "a  b", "a  b");
    check(&["line one\nline two\n"], "line one\nline two", "[]");
}

#[test]
fn percent_encoded_secrets_are_redacted() {
    check(&[SECRET], "?a=p%26ss%20w%C3%B6rd%2F%221'&b", "?a=[]&b");
    check(&[SECRET], "?a=p%26ss%20w%c3%b6rd%2f%221%27&b", "?a=[]&b");
    check(&[SECRET], "a=p%26ss+w%C3%B6rd%2F%221%27&b", "a=[]&b");
    check(&["a+b c"], "x=a%2Bb+c", "x=[]");
    // A URL in the query of a URL, and an encoder that escapes more than necessary.
    check(&[SECRET], "p%2526ss%2520w%25C3%25B6rd%252F%25221'", "[]");
    check(&["hunter22"], "h%75nter22", "[]");
    check(&["%41%42"], "%2541%2542 %41%42", "[] []");
}

#[test]
fn escaped_secrets_are_redacted() {
    check(&[SECRET], r#"{"a":"p&ss wörd/\"1'"}"#, r#"{"a":"[]"}"#);
    check(&[SECRET], r#"{"a":"p\u0026ss w\u00f6rd\/\"1\u0027"}"#, r#"{"a":"[]"}"#);
    check(&[SECRET], r#"'p&ss wörd/"1\''"#, "'[]'");
    check(&[SECRET], r#""{\"a\":\"p&ss wörd/\\\"1'\"}""#, r#""{\"a\":\"[]\"}""#);
    check(&[SECRET], "<b>p&amp;ss wörd/&quot;1&#39;</b>", "<b>[]</b>");
    check(&[SECRET], "<b>p&amp;ss wörd/\"1&apos;</b>", "<b>[]</b>");
    // A secret that looks like an escape, escaped.
    check(&["a%41\"b"], r#""a%41\"b""#, r#""[]""#);
}

#[test]
fn base64_secrets_are_redacted() {
    let redactor = knowing(&[SECRET, "tok1"]);
    for text in [
        STANDARD.encode(SECRET),
        URL_SAFE_NO_PAD.encode(SECRET),
        STANDARD.encode("tok1"),
        STANDARD.encode(SECRET).replace('/', "%2F").replace('=', "%3D"),
    ] {
        let redacted = redactor.redact(&text).into_owned();
        assert!(matches!(redacted.as_str(), "[secret]" | "[secret]=" | "[secret]%3D"), "{text} gives {redacted}");
    }
}

#[test]
fn secrets_inside_longer_base64_are_redacted() {
    let redactor = knowing(&["correct horse"]);
    for user in ["", "a", "ab", "abc", "user"] {
        for rest in ["", "x", "xy", "xyz"] {
            let text = STANDARD.encode(format!("{user}:correct horse{rest}"));
            let redacted = redactor.redact(&text).into_owned();
            let (before, after) = redacted.split_once(MASK).expect("a mask");
            // The rest does not decode to a part of the secret.
            assert!(before.len() * 6 / 8 <= user.len() + 1, "{user}:{rest} leaves {redacted}");
            assert!(after.trim_end_matches('=').len() * 6 / 8 <= rest.len(), "{user}:{rest} leaves {redacted}");
        }
    }
}

#[test]
fn basic_credentials_are_redacted() {
    let redactor = Redactor::default();
    redactor.add_basic("user", "pw");
    assert_eq!(redactor.redact("authorization: Basic dXNlcjpwdw=="), "authorization: Basic [secret]");
    redactor.add_basic("user", "");
    assert_eq!(redactor.redact("dXNlcjo="), "dXNlcjo=");
}

#[test]
fn overlapping_secrets_are_redacted_completely() {
    check(&["abcdXX", "XXefgh"], "1abcdXXefgh2", "1[]2");
    check(&["hunter", "hunter22", "unter2"], "hunter22 hunter unter2", "[] [] []");
    check(&["aaaa"], "aaaaaaa", "[]");
}

#[test]
fn a_short_secret_is_redacted_as_a_whole_value() {
    check(&["abc"], "abc", "[]");
    check(&["abc"], "?k=abc&x=abcd&y=abc", "?k=[]&x=abcd&y=[]");
    check(&["abc"], "{\"abc\": 'abc'} abc", "{\"[]\": '[]'} abc");
    check(&["é1"], "é1", "[]");
}

#[test]
fn a_mask_is_not_redacted_again() {
    check(&["secret"], "[secret] secret", "[] []");
    check(&["cret"], "[secret]cret", "[][]");
}

#[test]
fn strings_in_json_are_redacted() {
    let mut value = serde_json::json!({ "hunter22": ["hunter22", 1, null, { "a": "is hunter22" }] });
    knowing(&["hunter22"]).redact_json(&mut value);
    assert_eq!(value, serde_json::json!({ "hunter22": ["[secret]", 1, null, { "a": "is [secret]" }] }));
}

#[test]
fn clones_share_secrets_and_debug_prints_none() {
    let redactor = Redactor::default();
    let clone = redactor.clone();
    assert_eq!(clone.redact("hunter22"), "hunter22");
    redactor.add("hunter22");
    assert_eq!(clone.redact("hunter22"), MASK);
    assert!(!format!("{clone:?}").contains("hunter22"));
    assert!(matches!(clone.redact("nothing"), Cow::Borrowed("nothing")));
}

#[test]
fn secrets_in_binary_data_are_redacted() {
    let redactor = knowing(&["hunter22"]);
    assert_eq!(redactor.redact_bytes(b"\xff\xfehunter22\x00"), &b"\xff\xfe[secret]\x00"[..]);
}

proptest! {
    #[test]
    fn no_secret_survives(secret in "[^\\[\\]sectr]{4,12}", before in any::<String>(), after in any::<String>()) {
        let redactor = knowing(&[&secret]);
        for form in [
            secret.clone(),
            serde_json::Value::from(secret.as_str()).to_string(),
            url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        ] {
            let text = format!("{before}{form}{after}");
            let redacted = redactor.redact(&text);
            let bytes = redactor.redact_bytes(text.as_bytes());
            prop_assert_eq!(redacted.as_bytes(), bytes.as_ref());
            if !secret.trim().is_empty() && secret.trim().chars().count() >= 4 {
                prop_assert!(redacted.contains(MASK));
                prop_assert!(!redacted.contains(&secret), "{redacted}");
            }
        }
    }

    #[test]
    fn other_text_is_unchanged(text in "[a-m%&\\\\;u0-9]{0,60}") {
        prop_assert_eq!(knowing(&["XYZXYZ"]).redact(&text), text.as_str());
    }
}
