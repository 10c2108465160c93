#[path = "../../../../tests/support/cpu.rs"]
mod cpu;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use crate::secret::base32;
use crate::secret::redactor::{MASK, Redactor};
use cpu::within;

/// More CPU time than any of these texts takes.
const CPU_SECONDS: u64 = 60;

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
    check(&["p&ss w/\"1'x"], r#"'p&ss w/"1\'x'"#, "'[]'");
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
fn base64_in_lines_is_redacted() {
    let secret = "correct horse battery staple ".repeat(12);
    let encoded = STANDARD.encode(format!("user:{secret}"));
    for (width, line_break) in [(76, "\n"), (76, "\r\n"), (64, "\n    "), (60, "\\n"), (76, "%0A"), (72, "=\n")] {
        let lines: Vec<&str> =
            encoded.as_bytes().chunks(width).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let redacted = knowing(&[&secret]).redact(&lines.join(line_break)).into_owned();
        assert!(redacted.starts_with("dXNlcj") && redacted.len() < 24, "{line_break:?} leaves {redacted}");
    }
}

#[test]
fn other_encodings_are_redacted() {
    // Each as the program in the comment writes it.
    let secret = "pä$$ w'or\"d=1";
    for text in [
        // python: repr of bytes
        r#"b'p\xc3\xa4$$ w\'or"d=1'"#,
        // bash: printf %q
        r#"$'p\303\244$$ w\'or"d=1'"#,
        r#"pä\$\$\ w\'or\"d=1"#,
        // python: shlex.quote, and the same in the other usual way
        r#"'pä$$ w'"'"'or"d=1'"#,
        r#"'pä$$ w'\''or"d=1'"#,
        // CSV, SQL
        r#""pä$$ w'or""d=1""#,
        r#"'pä$$ w''or"d=1'"#,
        // quoted-printable, with a soft line break
        "p=C3=A4$$ w'o=\r\nr\"d=3D1",
        // xxd -p, xxd, openssl
        "70c3a424242077276f7222643d31",
        "70 C3 A4 24 24 20 77 27 6F 72 22 64 3D 31",
        "70:c3:a4:24:24:20:77:27:6f:72:22:64:3d:31",
        // basenc --base32
        "ODB2IJBEEB3SO33SEJSD2MI=",
        // HTML without semicolons, and by name
        "p&#228$$ w&#39or&quotd=1",
        "p&#xe4;&dollar;&dollar; w&apos;or&quot;d&equals;1",
    ] {
        let redacted = knowing(&[secret]).redact(text).into_owned();
        let rest = redacted.replace(MASK, "");
        assert!(redacted.contains(MASK) && rest.len() <= 3, "{text} leaves {redacted}");
    }
}

#[test]
fn secrets_inside_longer_base32_are_redacted() {
    let secret = "correct horse";
    for before in ["", "a", "ab", "abc", "abcd", "abcde"] {
        for letters in [base32::UPPER, base32::LOWER] {
            let text = base32::encode(format!("{before}{secret}xyz").bytes(), letters);
            let redacted = knowing(&[secret]).redact(&text).into_owned();
            let (start, end) = redacted.split_once(MASK).expect("a mask");
            assert!(start.len() * 5 / 8 <= before.len() && end.len() * 5 / 8 <= 3, "{before} leaves {redacted}");
        }
    }
}

#[test]
fn long_secrets_are_redacted_whole() {
    let secret: String = (0..100_000_u32).map(|at| char::from(b'a' + (at % 1_009 * at % 19 + at % 7) as u8)).collect();
    let redactor = knowing(&[&secret]);
    assert_eq!(redactor.redact(&format!("<{secret}>{secret}!")), "<[secret]>[secret]!");
    assert_eq!(redactor.redact(&STANDARD.encode(&secret)).replace('=', ""), MASK);
    // One that differs in a letter is not the secret.
    let other = format!("{}-{}", &secret[..50_000], &secret[50_001..]);
    assert_eq!(redactor.redact(&other), other);
}

#[test]
fn repetitive_secrets_and_texts_take_linear_time() {
    within(CPU_SECONDS, || {
        // Quadratic time would be 10^11 steps.
        let secret = "a".repeat(200_000);
        let redactor = knowing(&[&secret]);
        assert_eq!(redactor.redact(&"a".repeat(600_000)), MASK);
        let nearly = format!("{}b", "a".repeat(199_999)).repeat(3);
        assert_eq!(redactor.redact(&nearly), nearly);
    });
}

#[test]
fn thousands_of_secrets_are_found() {
    let redactor = Redactor::default();
    let secret = |number: u32| format!("{:08x}", number.wrapping_mul(0x9E37_79B1));
    (0..2_000).for_each(|number| redactor.add(&secret(number)));
    for number in [0, 1_000, 1_999] {
        assert_eq!(redactor.redact(&format!("<{}>", secret(number))), "<[secret]>");
    }
    assert_eq!(redactor.redact("<12345678>"), "<12345678>");
}

#[test]
fn basic_credentials_are_redacted() {
    let redactor = Redactor::default();
    redactor.add_basic("user", "pw");
    assert_eq!(redactor.redact("authorization: Basic dXNlcjpwdw=="), "authorization: Basic [secret]");
    assert_eq!(redactor.redact("user dXNlcjo="), "user dXNlcjo=");
    redactor.add_basic("sk_test_1", "");
    assert_eq!(redactor.redact("sk_test_1, Basic c2tfdGVzdF8xOg=="), "[secret], Basic [secret]");
    redactor.add_basic("", "");
    assert_eq!(redactor.redact("Og=="), "Og==");
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
    assert_eq!(clone.redact("nothing").changed(), None);
}

#[test]
fn secrets_in_binary_data_are_redacted() {
    let redactor = knowing(&["hunter22"]);
    assert_eq!(redactor.redact_bytes(b"\xff\xfehunter22\x00"), &b"\xff\xfe[secret]\x00"[..]);
}

#[test]
fn passwords_in_urls_are_redacted() {
    check(&[], "GET http://ann:hunter22@h.test/a", "GET http://ann:[]@h.test/a");
    check(&[], "https://key@h.test/", "https://[]@h.test/");
    let redactor = Redactor::default();
    redactor.add_url(&"http://ann:p%40ss@h.test/".parse().expect("a URL"));
    assert_eq!(redactor.redact("p@ss p%40ss YW5uOnBAc3M= ann"), "[secret] [secret] [secret] ann");
    redactor.add_url(&"http://sk_test_1@h.test/".parse().expect("a URL"));
    assert_eq!(redactor.redact("sk_test_1 c2tfdGVzdF8xOg=="), "[secret] [secret]");
    redactor.add_url(&"http://h.test/".parse().expect("a URL"));
}

#[test]
fn a_server_cannot_add_secrets_without_end() {
    let redactor = Redactor::default();
    (0..3_000).for_each(|number| redactor.add_received(&format!("cookie-{number}-")));
    assert_eq!(redactor.redact("cookie-1999- cookie-2999-"), "[secret] cookie-2999-");
}

#[test]
fn redacted_texts_are_shortened() {
    let redacted = knowing(&["a secret that is long"]);
    assert_eq!(
        redacted.redact("key: a secret that is long,\n  and more").one_line().truncate(17),
        "key: [secret], an…"
    );
    assert_eq!(redacted.redact("a secret that is long").truncate_bytes(4), "[sec…");
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
        prop_assert_eq!(knowing(&["XYZXYZ"]).redact(&text).into_owned(), text);
    }
}

#[test]
fn what_is_beside_a_cut_is_redacted() {
    let secret = "sk-live-0123456789";
    let cut = "{ key: 'sk-live-01'... 8 more characters }";
    assert_eq!(knowing(&[secret]).redact(cut), "[secret]... 8 more characters }");
    check(&[], cut, cut);
    let json = "Unexpected token 's', \"{\"key\": sk-live-0\"... is not valid JSON";
    check(&[secret], json, "Unexpected token 's', \"[]\"... is not valid JSON");
    check(&[], json, json);
    // A guess tells nothing: what is removed does not depend on what it is.
    let guess = "Unexpected token 's', \"a guess\"... is not valid JSON";
    check(&[secret], guess, "Unexpected token 's', \"[]\"... is not valid JSON");
    check(&[secret], "sk-live… 'sk-live...' sk-live-012345678", "sk-live… 'sk-live...' sk-live-012345678");
    let redactor = knowing(&[secret]);
    let text = "x".repeat(200);
    let beginning = redactor.redact_beginning(&text).into_owned();
    assert!(beginning.len() < 180 && beginning.ends_with("xx[secret]"), "{beginning}");
    assert_eq!(Redactor::default().redact_beginning(&text), text);
}

#[test]
fn many_cuts_take_linear_time() {
    within(CPU_SECONDS, || {
        let redactor = knowing(&[&"a".repeat(1_000_000)]);
        let text = "'a'... 1 more characters Unexpected token 'a', ".repeat(100_000);
        assert!(redactor.redact(&text).len() < text.len());
        assert!(redactor.redact(&"Unexpected token '".repeat(200_000)).len() > 1_000_000);
    });
}
