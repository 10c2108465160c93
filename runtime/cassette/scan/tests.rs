//! Seeded secrets, and texts that have none.

use apinb_text::diagnostic::rule::{Rule, malformed};

use super::{Allowed, Known, MAX_FINDINGS, rules, scan};

fn codes(text: &str) -> Vec<String> {
    scan("a.json", text, &Known::default()).into_iter().map(|finding| finding.code).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(codes(text), expected, "{text}");
}

/// Characters that look random; each number gives others.
fn random(alphabet: &str, length: usize, seed: u64) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        letters[(state >> 33) as usize % letters.len()]
    };
    (0..length).map(|_| next()).collect()
}

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEX: &str = "0123456789abcdef";

/// Secrets of different kinds, made when the test runs, so that no scanner of repositories reports this file.
fn seeded() -> Vec<(String, &'static str)> {
    let a = |length: usize, seed: u64| random(LETTERS, length, seed);
    let h = |length: usize, seed: u64| random(HEX, length, seed);
    let key = "secret/service-key";
    let token = {
        use base64::Engine as _;
        let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(r#"{"alg":"RS256"}"#), part(r#"{"sub":"joe","aud":"api"}"#), a(64, 30))
    };
    vec![
        (format!("AKIA{}", random(UPPER, 16, 1)), key),
        (format!("ghp_{}", a(36, 2)), key),
        (format!("github_pat_{}_{}", a(22, 3), a(59, 4)), key),
        (format!("glpat-{}", a(20, 5)), key),
        (format!("xoxb-{}-{}", random("0123456789", 12, 6), a(24, 7)), key),
        (
            format!("https://hooks.slack.com/services/T{}/B{}/{}", random(UPPER, 8, 8), random(UPPER, 8, 9), a(24, 10)),
            key,
        ),
        (format!("sk_live_{}", a(24, 11)), key),
        (format!("whsec_{}", a(32, 12)), key),
        (format!("AIza{}", a(35, 13)), key),
        (format!("GOCSPX-{}", a(28, 14)), key),
        (format!("ya29.{}", a(60, 15)), key),
        (format!("SK{}", h(32, 16)), key),
        (format!("SG.{}.{}", a(22, 17), a(43, 18)), key),
        (format!("npm_{}", a(36, 19)), key),
        (format!("pypi-AgEIcHlwaS5vcmc{}", a(70, 20)), key),
        (format!("sk-proj-{}T3BlbkFJ{}", a(20, 21), a(20, 22)), key),
        (format!("sk-ant-api03-{}", a(93, 23)), key),
        (format!("AccountKey={}==", a(86, 24)), key),
        (format!("dop_v1_{}", h(64, 25)), key),
        (format!("hvs.{}", a(24, 26)), key),
        (format!("hf_{}", random("abcdefghijklmnopqrstuvwxyzABCDEFGH", 34, 27)), key),
        (format!("shpat_{}", h(32, 28)), key),
        (format!("{}:AA{}", random("123456789", 9, 29), a(33, 31)), key),
        (format!("PMAK-{}-{}", h(24, 32), h(34, 33)), key),
        (format!("dckr_pat_{}", a(27, 34)), key),
        (format!("-----BEGIN RSA PRIVATE KEY-----\\n{}\\n{}", a(64, 35), a(64, 36)), "secret/private-key"),
        (token, "secret/jwt"),
        (format!("postgres://app:{}@db.mailbox.org/shop", a(12, 37)), "secret/url-password"),
        (format!("Authorization: Bearer {}", a(30, 38)), "secret/credentials"),
        (format!("https://api.mailbox.org/v1?api_key={}", a(24, 39)), "secret/named-value"),
        (format!("client_secret={}&grant_type=x", a(32, 40)), "secret/named-value"),
        ("jane.roe@mailbox.org".to_owned(), "personal/email"),
        ("call +49 30 901820 now".to_owned(), "personal/phone"),
        ("BE71 0961 2345 6769".to_owned(), "personal/bank-account"),
        ("4556-7375-8689-9855".to_owned(), "personal/card-number"),
    ]
}

#[test]
fn every_seeded_secret_is_found_once_in_every_kind_of_file() {
    assert!(seeded().len() >= 30);
    for (secret, code) in seeded() {
        let entry = format!(
            "{{\n  \"cell\": \"Create a user\",\n  \"interactions\": [\n    {{\n      \"response\": {{\n        \"body\": {{\n          \
             \"json\": {{\n            \"note\": \"{secret}\"\n          }}\n        }}\n      }}\n    }}\n  ]\n}}\n"
        );
        let findings = scan("a.json", &entry, &Known::default());
        let found: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(found, [code], "{entry}");
        assert_eq!(
            (findings[0].position.line, findings[0].path.as_deref()),
            (8, Some("$.interactions[0].response.body.json.note"))
        );
        // The longest part of the secret without signs is in no part of the finding.
        let parts = secret.split(|character: char| !character.is_ascii_alphanumeric());
        let longest = parts.max_by_key(|part| part.len()).unwrap();
        assert!(!format!("{findings:?}").contains(longest), "{findings:?}");
        assert_eq!(codes(&format!("some text\n{secret}\nmore\n")), [code], "{secret}");
        assert_eq!(codes(&format!("[[\"{secret}\"]]")), [code], "{secret}");
    }
}

#[test]
fn names_of_values_decide() {
    let secret = ["secret/named-value"];
    check(r#"{"password": "tr0ub4dor"}"#, &secret);
    check(r#"{"headers": {"authorization": "Basic am9lOnRyMHViNGRvcg=="}}"#, &["secret/credentials"]);
    check(r#"{"headers": [{"name": "Cookie", "value": "sid=8f2Kd93jQ1; lang=de"}]}"#, &["secret/credentials"]);
    check(r#"{"headers": {"set-cookie": ["sid=8f2Kd93jQ1; Path=/; HttpOnly"]}}"#, &["secret/credentials"]);
    check(r#"{"text": "{\"apiKey\": \"9f8e2c41b7d3aa\"}"}"#, &secret);
    check("<user><password>tr0ub4dor</password></user>", &secret);
    check(r#"{"card": 4556737586899855, "phone": "030 901820"}"#, &["personal/card-number", "personal/phone"]);
    check(r#"{"key": "q7Zk2MvT9xLw4RbN8sYd"}"#, &["secret/random-value"]);
}

#[test]
fn values_that_stand_for_others_are_not_reported() {
    let texts = [
        r#"{"headers": {"authorization": "Bearer {{client.token}}", "cookie": "sid={{cookie.sid}}"}}"#,
        r#"{"secrets": {"client.token": "hex 32", "input.PASSWORD": "letters 12"}}"#,
        r#"{"password": "{{input.PASSWORD}}", "token": "string", "secret": "[secret]"}"#,
        r#"{"authorization": "Basic dXNlcjpwYXNzd29yZA=="}"#,
        r#"{"email": "someone2@example.org", "mail": "a@b.test", "from": "noreply@github.com", "git": "git@github.com:a/b"}"#,
        r#"{"phone": "+1 555 0102", "mobile": "(202) 555-0170", "fax": "+44 7700 900123"}"#,
        r#"{"card": "4242 4242 4242 4242", "iban": "DE89 3704 0044 0532 0130 00"}"#,
        r#"{"id": 4556737586899855, "id_str": "4556737586899855", "created_at": "4556737586899855"}"#,
        r#"{"id": "2b1c8d90-77aa-4f3e-9c55-0a6d1e8f2b34", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#,
        r#"{"etag": "W/\"q7Zk2MvT9xLw4RbN8sYd\"", "seed": "9f86d081884c7d65", "next_page_token": "q7Zk2MvT9xLw4RbN8sYd"}"#,
        r#"{"date": "2026-03-01T10:00:00+02:00", "version": "1.2.3+20130313144700", "image": "logo@2x.png"}"#,
        r#"{"url": "https://user:pass@example.com/", "db": "postgres://app:q7Zk2MvT@localhost/x", "at": "https://host:8080/@joe"}"#,
        r#"{"aws": "AKIAIOSFODNN7EXAMPLE", "text": "Bearer token is required", "token_type": "bearer"}"#,
        r#"{"jwt": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYWRlLXVwIiwiaWF0IjowLCJleHAiOjQxMDI0NDQ4MDB9.q7Zk2MvT9xLw4RbN8sYdq7Zk2MvT9xLw4RbN8sYd123"}"#,
        r#"{"key": "ssh-rsa AAA...", "keys_url": "https://api.github.com/repos/a/b/keys{/key_id}", "lat": -122.4194155, "n": 1e10}"#,
        "",
        "{",
    ];
    let found: Vec<_> = texts.iter().filter(|text| !codes(text).is_empty()).map(|text| (text, codes(text))).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn findings_are_allowed_published_and_marked() {
    let text = r#"{"email": "jane.roe@mailbox.org", "pin": "4711"}"#;
    let with = |allowed: &[&str], published: &[&str], marked: &[&str]| -> Vec<String> {
        let marked: Vec<String> = marked.iter().map(|path| (*path).to_owned()).collect();
        let allowed = Allowed::new(allowed.iter().copied()).unwrap();
        let known = Known { allowed, published, marked: &marked };
        scan("a.json", text, &known).into_iter().map(|finding| finding.code).collect()
    };
    assert_eq!(with(&[], &[], &[]), ["personal/email"]);
    assert!(with(&["personal/email=*@mailbox.org"], &[], &[]).is_empty());
    assert!(with(&["personal/*"], &[], &[]).is_empty());
    assert!(with(&[], &["example: jane.roe@mailbox.org"], &[]).is_empty());
    assert_eq!(with(&["personal/*"], &[], &["$.pin"]), ["secret/marked-value"]);
}

#[test]
fn a_line_is_masked_as_a_whole() {
    let text = "{\"a\": \"jane.roe@mailbox.org, joe@mailbox.org\"}";
    let findings = scan("a.json", text, &Known::default());
    let columns: Vec<(usize, usize)> = findings.iter().map(|one| (one.position.column, one.length)).collect();
    assert_eq!(columns, [(8, 20), (30, 15)]);
    assert!(findings.iter().all(|one| one.source_line == "{\"a\": \"********************, ***************\"}"));
}

#[test]
fn rules_are_well_formed_and_their_examples_break_them_once() {
    let all: Vec<&Rule> = rules::all().collect();
    assert_eq!(malformed(&all, &["personal", "secret"]), Vec::<String>::new());
    assert!(all.is_sorted_by_key(|rule| rule.code));
    for rule in all {
        let [document] = rule.example else { panic!("{}", rule.code) };
        let marked = ["$.interactions[0].request.body.json.pin".to_owned()];
        let known = Known { marked: &marked, ..Known::default() };
        let found: Vec<_> = scan(document.name, document.text, &known).into_iter().map(|one| one.code).collect();
        assert_eq!(found, [rule.code]);
    }
}

#[test]
fn hostile_texts_are_scanned_in_bounded_time() {
    for part in [
        "[",
        "{\"a\":",
        "a@",
        "+1",
        "eyJ",
        "1 ",
        "x=",
        "://a:b",
        "-----BEGIN PRIVATE KEY-----",
        "\\",
        "\"",
        "sv=2020-01-01&",
    ] {
        let text = part.repeat(200_000 / part.len());
        assert!(scan("a", &text, &Known::default()).len() <= MAX_FINDINGS);
        assert!(scan("a", &format!("{{\"password\": \"{text}"), &Known::default()).len() <= MAX_FINDINGS);
    }
}
