//! Redaction: no form of a secret stays in a text, whatever is around it; what is redacted has no secret any more.

use apinb_text::secret::redactor::{MASK, Redactor};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::Worth;

/// The text is repeated up to this size, in bytes, so that time that is not linear exceeds the limit of a second.
const REPEATED: usize = 64 << 10;

/// The first line is a secret, the rest a text. A secret of letters of the mask is dropped: it may come to be where the
/// mask meets the text.
pub fn redactor(data: &[u8]) -> Worth {
    let text = String::from_utf8_lossy(data);
    let Some((secret, text)) = text.split_once('\n') else { return Worth::Dropped };
    let secret = secret.trim();
    if secret.contains(|letter| MASK.contains(letter)) || secret.chars().count() < 4 {
        return Worth::Dropped;
    }
    let redactor = Redactor::default();
    redactor.add(secret);
    let middle = text.floor_char_boundary(text.len() / 2);
    let (before, after) = text.split_at(middle);
    for form in forms(secret) {
        let whole = format!("{before}{form}{after}");
        let redacted = redactor.redact(&whole).into_owned();
        assert!(redacted.contains(MASK), "{form:?} is not found in {whole:?}");
        assert!(!redacted.contains(secret), "{redacted:?} has the secret");
        assert!(!redacted.contains(&form), "{redacted:?} has {form:?}");
        assert_eq!(redactor.redact_bytes(whole.as_bytes()), redacted.as_bytes());
        assert!(!redactor.redact(&redacted).contains(secret), "{redacted:?} has the secret when it is redacted again");
    }
    let long = text.repeat(REPEATED / text.len().max(1));
    assert!(!redactor.redact(&long).contains(secret), "a long text has the secret");
    // A long secret that the text nearly repeats.
    let redactor = Redactor::default();
    redactor.add(&format!("{long}{secret}"));
    assert!(redactor.redact(&format!("{long}{long}{secret}")).contains(MASK), "the long secret is not found");
    Worth::Kept
}

fn forms(secret: &str) -> Vec<String> {
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let octal: String = secret.bytes().map(|byte| format!("\\{byte:03o}")).collect();
    let html: String = secret.chars().map(|character| format!("&#{};", u32::from(character))).collect();
    let json = serde_json::to_string(secret).unwrap_or_default();
    let lines = STANDARD.encode(secret.repeat(3));
    let lines: Vec<&str> = lines.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    vec![
        secret.to_owned(),
        percent,
        hexadecimal.to_uppercase(),
        hexadecimal,
        octal,
        html,
        serde_json::to_string(&json).unwrap_or_default(),
        json,
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        lines.join("\n"),
    ]
}
