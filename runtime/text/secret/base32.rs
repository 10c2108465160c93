//! Base32 (RFC 4648, section 6), without padding.

/// The letters as the RFC has them.
pub(super) const UPPER: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The letters as some programs write them.
pub(super) const LOWER: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// `bytes` in base32.
pub(super) fn encode(bytes: impl Iterator<Item = u8>, letters: &[u8; 32]) -> String {
    let letter = |five_bits: u32| letters.get((five_bits & 31) as usize).copied().map(char::from);
    let mut encoded = String::with_capacity(bytes.size_hint().0.saturating_mul(8) / 5 + 1);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in bytes {
        bits = (bits << 8 | u32::from(byte)) & 0xFFFF;
        count += 8;
        while count >= 5 {
            count -= 5;
            encoded.extend(letter(bits >> count));
        }
    }
    if count > 0 {
        encoded.extend(letter(bits << (5 - count)));
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{LOWER, UPPER, encode};

    #[test]
    fn the_vectors_of_the_rfc_are_encoded() {
        for (text, expected) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(encode(text.bytes(), UPPER), expected);
            assert_eq!(encode(text.bytes(), LOWER), expected.to_lowercase());
        }
    }
}
