//! Glob patterns: `*` is any text, `?` any character.

/// Whether `pattern` covers all of `text`: `*` is any text, `?` any character. Takes their lengths' product of steps
/// at most.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where to continue if the part after the last `*` does not match: the `*`, and the text that it covers so far.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&character) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == character => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, covered)) = star else { return false };
                star = Some((at, covered + 1));
                p = at + 1;
                t = covered + 1;
            }
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn wildcards_match() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("?", "", false),
            ("a*b*c", "a1b2b3c", true),
            ("a*b*c", "a1b2b3", false),
            ("?é?", "xéy", true),
            ("a**", "a", true),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
        let long = "a".repeat(20_000);
        assert!(!matches(&format!("{}b", "a*".repeat(50)), &long));
    }
}
