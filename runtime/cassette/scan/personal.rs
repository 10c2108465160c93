//! Personal data: e-mail addresses, phone numbers, IBANs and card numbers, except those of documentation and tests.

use apinb_text::secret::names::normalized_field;

use super::hit::Hit;
use super::pattern::{is_separate, patterns};
use super::placeholder::{is_placeholder, says_so};
use super::rules;
use super::value::Value;

patterns! {
    email = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}(?:@|%40)((?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.)+([A-Za-z]{2,24}))";
    international = r"\+[1-9](?:[\x20.()/-]{0,2}[0-9]){7,14}";
    digits = r"^\+?[0-9(](?:[\x20.()/-]{0,2}[0-9)]){6,14}$";
    iban = r"[A-Z]{2}[0-9]{2}(?:\x20?[A-Z0-9]){11,30}";
    card = r"[3-6][0-9]{3}(?:[\x20-]?[0-9]{3,6}){2,4}";
}

/// Endings of file names that look like the domain of an address: `logo@2x.png`.
const FILES: [&str; 8] = ["png", "jpg", "jpeg", "gif", "svg", "webp", "js", "css"];

/// Mailboxes of a role or a machine.
const ROLES: [&str; 29] = [
    "abuse",
    "accounts",
    "admin",
    "billing",
    "bot",
    "contact",
    "developer",
    "developers",
    "donotreply",
    "feedback",
    "git",
    "hello",
    "help",
    "hostmaster",
    "info",
    "mail",
    "mailer-daemon",
    "no-reply",
    "noreply",
    "office",
    "postmaster",
    "press",
    "privacy",
    "root",
    "sales",
    "security",
    "someone",
    "support",
    "webmaster",
];

/// Card numbers that payment services publish for tests.
const TEST_CARDS: [&str; 27] = [
    "4242424242424242",
    "4000056655665556",
    "5555555555554444",
    "2223003122003222",
    "5200828282828210",
    "5105105105105100",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "6011000990139424",
    "6011981111111113",
    "3056930009020004",
    "36227206271667",
    "6555900000604105",
    "3566002020360505",
    "6200000000000005",
    "4111111111111111",
    "4012888888881881",
    "4222222222222",
    "30569309025904",
    "38520000023237",
    "3530111333300000",
    "4917610000000000",
    "4988438843884305",
    "5425233430109903",
    "2222400070000005",
    "374245455400126",
];

/// IBANs that banks and standards use as examples.
const EXAMPLE_IBANS: [&str; 6] = [
    "GB82WEST12345698765432",
    "GB29NWBK60161331926819",
    "DE89370400440532013000",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
    "CH9300762011623852957",
];

/// The lengths of IBANs by country, for the countries of SEPA and some others (ISO 13616).
const IBAN_LENGTHS: [(&str, usize); 44] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("BR", 29),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GI", 23),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IS", 26),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("RS", 22),
    ("SA", 24),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("TR", 26),
    ("UA", 29),
];

/// Personal data in a value.
pub(super) fn in_value(value: &Value<'_>, hits: &mut Vec<Hit>) {
    let text = value.text.as_ref();
    let name = normalized_field(&value.name);
    let mut add = |rule, noun, range| hits.push(Hit::new(rule, noun, value.origin(&range)));
    if !value.is_number {
        for captures in email().into_iter().flat_map(|regex| regex.captures_iter(text)) {
            let (Some(whole), Some(domain), Some(top)) = (captures.get(0), captures.get(1), captures.get(2)) else {
                continue;
            };
            if is_person(whole.as_str(), domain.as_str(), top.as_str()) && !is_in_url(text, whole.start()) {
                add(&rules::EMAIL, "an e-mail address", whole.range());
            }
        }
        for one in iban().into_iter().flat_map(|regex| regex.find_iter(text)) {
            if is_separate(text, &one.range())
                && let Some(length) = iban_length(one.as_str())
            {
                add(&rules::BANK_ACCOUNT, "an IBAN", one.start()..one.start() + length);
            }
        }
    }
    for one in card().into_iter().flat_map(|regex| regex.find_iter(text)) {
        let number = only_digits(one.as_str());
        let is_grouped = one.as_str().contains([' ', '-']);
        let is_named = ["card", "pan", "number", "payment", "account"].iter().any(|word| name.contains(word));
        let may_be = match value.is_number {
            true => is_named,
            false => is_named || is_grouped || one.len() == text.len() && !is_number_of_another_kind(&name),
        };
        if may_be && is_separate_number(text, &one.range()) && is_card(&number) {
            add(&rules::CARD, "a card number", one.range());
        }
    }
    let is_phone_name =
        ["phone", "mobile", "cellular", "msisdn", "whatsapp", "faxnumber"].iter().any(|word| name.contains(word))
            || matches!(name.as_str(), "tel" | "fax" | "cell");
    if is_phone_name && digits().is_some_and(|regex| regex.is_match(text)) {
        if is_phone(&only_digits(text)) {
            add(&rules::PHONE, "a phone number", 0..text.len());
        }
        return;
    }
    for one in international().into_iter().flat_map(|regex| regex.find_iter(text)) {
        let before = text.get(..one.start()).and_then(|text| text.chars().next_back());
        let continues = before.is_some_and(|character| character.is_alphanumeric() || "+/=_-".contains(character));
        let after = text.get(one.end()..).and_then(|text| text.chars().next());
        let is_cut = after.is_some_and(|character| character.is_alphanumeric() || "+/=_".contains(character));
        if !continues && !is_cut && !value.is_number && is_phone(&only_digits(one.as_str())) {
            add(&rules::PHONE, "a phone number", one.range());
        }
    }
}

/// Whether a domain is reserved for documentation and tests (RFC 2606, RFC 6761), or of this machine.
pub(super) fn is_reserved_domain(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    let mut labels = domain.rsplit('.');
    let top = labels.next().unwrap_or_default();
    let second = labels.next().unwrap_or_default();
    matches!(top, "example" | "test" | "invalid" | "localhost" | "local" | "internal")
        || second == "example"
        || second == "test" && matches!(top, "com" | "org" | "net")
        || domain.contains("example")
}

fn is_person(address: &str, domain: &str, top: &str) -> bool {
    let mailbox = address.split('@').next().unwrap_or_default();
    let mailbox = mailbox.split("%40").next().unwrap_or_default().to_ascii_lowercase();
    let plain = mailbox.split('+').next().unwrap_or_default();
    !is_reserved_domain(domain)
        && !FILES.contains(&top.to_ascii_lowercase().as_str())
        && !ROLES.contains(&plain)
        && !plain.contains("noreply")
        && !says_so(&mailbox)
}

/// Whether an address is the user of a URL: `ssh://joe@host/`.
fn is_in_url(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.ends_with("://"))
}

fn only_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn is_phone(digits: &str) -> bool {
    // The numbers of films and documentation: North America, Great Britain, Australia.
    const FICTIONAL: [&str; 7] =
        ["447700900", "442079460", "441134960", "441632960", "61491570", "61255501", "15005550"];
    let last_seven = digits.len().checked_sub(7).and_then(|start| digits.get(start..)).unwrap_or_default();
    let is_fictional = last_seven.starts_with("555")
        || digits.starts_with("1555")
        || FICTIONAL.iter().any(|start| digits.starts_with(start));
    (7..=15).contains(&digits.len())
        && !is_fictional
        && !is_placeholder(digits)
        && !["1234567", "7654321", "0000000"].iter().any(|made_up| digits.contains(made_up))
}

/// The length of the IBAN at the start of a text, with its spaces.
fn iban_length(text: &str) -> Option<usize> {
    let country = text.get(..2)?;
    let (_, wanted) = IBAN_LENGTHS.iter().find(|(code, _)| *code == country)?;
    let mut number = String::new();
    let mut end = 0;
    for (at, character) in text.char_indices().filter(|(_, character)| *character != ' ').take(*wanted) {
        number.push(character);
        end = at + 1;
    }
    let is_whole = number.len() == *wanted && !text.get(end..)?.starts_with(|next: char| next.is_alphanumeric());
    if !is_whole || EXAMPLE_IBANS.contains(&number.as_str()) || is_placeholder(number.get(4..)?) {
        return None;
    }
    let (head, account) = number.split_at_checked(4)?;
    let mut rest = 0_u32;
    for character in account.chars().chain(head.chars()) {
        let digit = character.to_digit(36)?;
        rest = (rest * if digit > 9 { 100 } else { 10 } + digit) % 97;
    }
    (rest == 1).then_some(end)
}

/// Whether a number has the prefix, the length and the check digit of a card.
fn is_card(digits: &str) -> bool {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| digits.starts_with(prefix));
    let fits = match digits.len() {
        14 => starts(&["30", "36", "38", "39"]),
        15 => starts(&["34", "37"]),
        16 => starts(&[
            "4", "51", "52", "53", "54", "55", "22", "23", "24", "25", "26", "27", "6011", "64", "65", "35", "62",
        ]),
        _ => false,
    };
    fits && luhn(digits) && !TEST_CARDS.contains(&digits) && !is_placeholder(digits) && !digits.ends_with("00000000")
}

/// The check digit of ISO/IEC 7812-1.
fn luhn(digits: &str) -> bool {
    let doubled = |(at, digit): (usize, u32)| match at % 2 {
        0 => digit,
        _ if digit > 4 => digit * 2 - 9,
        _ => digit * 2,
    };
    digits.chars().rev().filter_map(|digit| digit.to_digit(10)).enumerate().map(doubled).sum::<u32>() % 10 == 0
}

/// Whether a normalized name is that of an id, a time or a count.
fn is_number_of_another_kind(name: &str) -> bool {
    let ends = ["id", "ids", "idstr", "at", "time", "timestamp", "ts", "size", "count", "version", "etag", "hash"];
    ends.iter().any(|end| name.ends_with(end))
}

fn is_separate_number(text: &str, range: &std::ops::Range<usize>) -> bool {
    let part = |character: char| character.is_alphanumeric() || "._-+/".contains(character);
    let before = text.get(..range.start).and_then(|text| text.chars().next_back());
    let after = text.get(range.end..).map(str::chars).and_then(|mut rest| match rest.next() {
        // The end of a sentence.
        Some('.') => rest.next().filter(char::is_ascii_digit),
        other => other,
    });
    !before.is_some_and(part) && !after.is_some_and(part)
}

#[cfg(test)]
mod tests {
    use super::{is_card, is_phone, is_reserved_domain};

    #[test]
    fn numbers_that_nobody_has_are_recognized() {
        assert!(is_card("4556737586899855") && is_card("5425233430109905") == super::luhn("5425233430109905"));
        for number in ["4242424242424242", "4556737586899856", "9556737586899855", "1234567812345670"] {
            assert!(!is_card(number), "{number}");
        }
        assert!(is_phone("4930901820") && is_phone("12025881234"));
        for number in ["15550100123", "12025550123", "447700900123", "5550123", "1234567890", "00000000"] {
            assert!(!is_phone(number), "{number}");
        }
    }

    #[test]
    fn reserved_domains_are_recognized() {
        for domain in ["example.com", "mail.example.org", "a.test", "x.invalid", "localhost", "example.co.uk"] {
            assert!(is_reserved_domain(domain), "{domain}");
        }
        assert!(!is_reserved_domain("gmail.com") && !is_reserved_domain("testing.io"));
    }
}
