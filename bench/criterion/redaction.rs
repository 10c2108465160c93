//! Redaction of texts without a secret, and aho-corasick alone with the same secrets over the same texts: all forms as
//! patterns, so that it finds what the redactor finds in a text without escapes. Redaction takes at most three times as
//! long. `add` is the time to learn a secret of 1 MB.

use std::hint::black_box;
use std::time::Duration;

use aho_corasick::AhoCorasick;
use apinb_text::secret::redactor::Redactor;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use criterion::{BenchmarkId, Criterion, Throughput};

/// The size of each text, in bytes.
const SIZE: usize = 1 << 20;

pub fn redact(criterion: &mut Criterion) {
    let texts = [
        ("prose", repeated("The quick brown fox jumps over the lazy dog, again and again.\n")),
        ("json", repeated(r#"{"id": 35436, "name": "Roger Wilco", "url": "https://example.com/a/b", "tags": ["x"]},"#)),
        ("json with escapes", repeated(r#"{"text": "a \"quoted\" word,\n\u00e9 and \/ a slash", "id": 35436},"#)),
        ("json in json", repeated(r#"{\"text\": \"a \\\"quoted\\\" word\", \"id\": 35436},"#)),
        ("form", repeated("name=Roger%20Wilco&url=https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc&id=35436&")),
        (
            "base64 in lines",
            repeated(&format!("{}\n", STANDARD.encode("fifty-seven bytes of text that fill a line of base64 text"))),
        ),
    ];
    for count in [1, 20] {
        let secrets: Vec<String> = (0..count).map(secret).collect();
        let redactor = Redactor::default();
        secrets.iter().for_each(|secret| redactor.add(secret));
        let automaton = AhoCorasick::new(secrets.iter().flat_map(|secret| forms(secret))).expect("an automaton");
        let mut group = criterion.benchmark_group(format!("redaction, secrets: {count}"));
        group.throughput(Throughput::Bytes(SIZE as u64)).sample_size(20);
        for (name, text) in &texts {
            assert_eq!(redactor.redact(text), text.as_str(), "the text has no secret");
            group.bench_function(BenchmarkId::new("apinb", name), |bencher| {
                bencher.iter(|| redactor.redact(black_box(text)).len());
            });
            group.bench_function(BenchmarkId::new("aho-corasick", name), |bencher| {
                bencher.iter(|| automaton.find_iter(black_box(text)).count());
            });
        }
        group.finish();
    }
    let long = repeated(&secret(7));
    let mut group = criterion.benchmark_group("redaction, a secret of 1 MB");
    group.throughput(Throughput::Bytes(SIZE as u64)).sample_size(10).measurement_time(Duration::from_secs(5));
    group.bench_function("add", |bencher| bencher.iter(|| Redactor::default().add(black_box(&long))));
    group.finish();
}

fn repeated(text: &str) -> String {
    text.repeat(SIZE / text.len() + 1)
}

fn secret(number: u32) -> String {
    format!("sk_{:08x}{:08x}{number}", number.wrapping_mul(0x9E37_79B1), number.wrapping_mul(0x85EB_CA6B))
}

/// The forms of a secret of letters and digits.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), STANDARD.encode(secret)];
    for before in ["", "a", "ab"] {
        let encoded =
            [STANDARD_NO_PAD.encode(format!("{before}{secret}")), URL_SAFE_NO_PAD.encode(format!("{before}{secret}"))];
        forms.extend(encoded.iter().filter_map(|text| text.get(2..text.len() - 2)).map(str::to_owned));
    }
    for separator in ["", " ", ":"] {
        let digits: Vec<String> = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        forms.extend([digits.join(separator), digits.join(separator).to_uppercase()]);
    }
    forms
}
