//! Generates strings that match a regular expression, short and readable rather than random.
//!
//! Walks the expression as `regex-syntax` parses it. `regex-syntax` does not support lookaround, so it is removed;
//! validation then decides whether the string matches.

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind, Look};

/// Maximum size of a compiled pattern, in bytes.
const MAX_COMPILED: usize = 256 << 10;
/// Maximum nesting of a pattern.
const MAX_NESTING: u32 = 50;
/// Maximum length of a pattern, and of a string generated from it, in bytes.
const MAX_PATTERN: usize = 10_000;
const MAX_TEXT: usize = 20_000;
/// Readable characters in order of preference.
const READABLE: &str = "abcdefghijklmnopqrstuvwxyz1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.@ ";

/// Compiles a pattern; `None` if it is invalid or too large.
pub(super) fn compiled(pattern: &str) -> Option<Regex> {
    let pattern = Some(pattern).filter(|pattern| pattern.len() <= MAX_PATTERN)?;
    RegexBuilder::new(pattern).size_limit(MAX_COMPILED).nest_limit(MAX_NESTING).build().ok()
}

/// The `variant`-th matching string, with `least` to `most` characters if possible.
pub(crate) fn text(pattern: &str, least: usize, most: usize, variant: usize) -> Option<String> {
    if pattern.len() > MAX_PATTERN {
        return None;
    }
    let plain = without_looking_around(pattern);
    if variant > 0 && plain != pattern {
        // Lookaround usually requires letters of both cases and a digit.
        return Some(format!("Passw0rd!{}", "x".repeat(least.saturating_sub(9).min(MAX_TEXT))));
    }
    let hir = ParserBuilder::new().nest_limit(MAX_NESTING).build().parse(&plain).ok()?;
    let is_open = !hir.properties().look_set_suffix().contains(Look::End);
    let mut shortest = None;
    let mut more = 0;
    while more <= least {
        let mut writer = Writer { text: String::new(), length: 0, more, variant };
        writer.write(&hir);
        let Writer { mut text, length, .. } = writer;
        if length < least && is_open && more > 0 {
            text.extend(std::iter::repeat_n('x', least - length));
            return Some(text);
        }
        if length >= least && length <= most {
            return Some(text);
        }
        if length > most && shortest.is_some() {
            break;
        }
        shortest.get_or_insert(text);
        more = if more < 32 { more + 1 } else { more * 2 };
    }
    shortest
}

struct Writer {
    text: String,
    /// In characters.
    length: usize,
    /// The number of optional repetitions to include.
    more: usize,
    variant: usize,
}

impl Writer {
    fn write(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => {
                String::from_utf8_lossy(&literal.0).chars().for_each(|character| self.push(character));
            }
            HirKind::Class(class) => {
                let character = self.character(class);
                self.push(character);
            }
            HirKind::Repetition(repetition) => {
                let least = repetition.min as usize;
                let most = repetition.max.map_or(usize::MAX, |most| most as usize);
                for _ in 0..(least + self.more).min(most) {
                    let before = self.length;
                    self.write(&repetition.sub);
                    if self.length >= MAX_TEXT || self.length == before {
                        break;
                    }
                }
            }
            HirKind::Capture(capture) => self.write(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.write(part)),
            HirKind::Alternation(alternatives) => {
                if let Some(chosen) = alternatives.get(self.variant % alternatives.len().max(1)) {
                    self.write(chosen);
                }
            }
        }
    }

    fn push(&mut self, character: char) {
        if self.length < MAX_TEXT {
            self.text.push(character);
            self.length += 1;
        }
    }

    /// A character of a class. It varies with the position.
    fn character(&self, class: &Class) -> char {
        let has = |character: char| match class {
            Class::Unicode(class) => class.iter().any(|range| (range.start()..=range.end()).contains(&character)),
            Class::Bytes(class) => u8::try_from(character)
                .is_ok_and(|byte| class.iter().any(|range| (range.start()..=range.end()).contains(&byte))),
        };
        // Prefers characters of one kind, for readability.
        let kinds = [READABLE.get(..26), READABLE.get(26..36), READABLE.get(36..62), READABLE.get(62..)];
        for kind in kinds.into_iter().flatten() {
            let known: Vec<char> = kind.chars().filter(|character| has(*character)).collect();
            if let Some(character) = known.get((self.length + self.variant) % known.len().max(1)) {
                return *character;
            }
        }
        let first = match class {
            Class::Unicode(class) => class.iter().map(ClassUnicodeRange::end).find(|last| !last.is_control()),
            Class::Bytes(class) => class.iter().map(|range| char::from(range.end())).find(|last| !last.is_control()),
        };
        first.unwrap_or('\t')
    }
}

/// Removes `(?=…)`, `(?!…)`, `(?<=…)` and `(?<!…)` from a pattern.
fn without_looking_around(pattern: &str) -> String {
    const OPENINGS: [&str; 4] = ["(?=", "(?!", "(?<=", "(?<!"];
    let mut plain = String::new();
    let mut rest = pattern;
    // The number of open parentheses in the removed group.
    let mut left_out = 0_usize;
    let mut in_class = false;
    while let Some(character) = rest.chars().next() {
        let escaped = if character == '\\' { rest.chars().nth(1).map_or(0, char::len_utf8) } else { 0 };
        let (part, after) = rest.split_at(character.len_utf8() + escaped);
        match character {
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class && (left_out > 0 || OPENINGS.iter().any(|opening| rest.starts_with(opening))) => {
                left_out += 1;
            }
            _ => {}
        }
        if left_out == 0 {
            plain.push_str(part);
        } else if character == ')' && !in_class {
            left_out -= 1;
        }
        rest = after;
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, proptest};

    use super::{compiled, text, without_looking_around};

    #[test]
    fn texts_match_their_pattern() {
        for (pattern, least, most, expected) in [
            ("^[0-9a-f]{8}$", 0, 100, "abcdefab"),
            ("^\\d{3}-\\d{2}$", 0, 100, "123-56"),
            ("^(red|blue)$", 0, 100, "red"),
            ("^[A-Z][a-z]*$", 4, 100, "Abcd"),
            ("[A-Z]", 3, 3, "Axx"),
            ("^\\w+@\\w+\\.(com|org)$", 0, 100, "a@c.com"),
            ("^(?=.*[A-Z]).{3}$", 0, 100, "abc"),
            ("^[^a-zA-Z0-9]$", 0, 100, "-"),
            ("^\\+?[1-9]\\d{1,3}$", 4, 4, "+234"),
        ] {
            assert_eq!(text(pattern, least, most, 0).as_deref(), Some(expected), "{pattern}");
        }
        assert_eq!(text("(", 0, 10, 0), None);
        assert_eq!(text(&"(".repeat(20_000), 0, 10, 0), None);
        assert!(text("^((a{100}){100}){100}$", 0, 10, 0).is_some_and(|text| text.len() <= 20_000));
        assert!(text("^(|)*$", 10, 10, 0).is_some());
    }

    #[test]
    fn lookaround_is_ignored() {
        assert_eq!(without_looking_around("^(?=.*[)a](x))b(?<!c)[(?=]\\(?=$"), "^b[(?=]\\(?=$");
        assert_eq!(without_looking_around("(?="), "");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn any_pattern_gives_a_text_that_matches(
            pattern in "(\\^?)([a-c]|\\[[x-z0-4]{1,3}\\]|\\\\d|\\(ab?\\|c\\)|\\.){1,6}([+*?]|\\{1,3\\})?(\\$?)",
            variant in 0_usize..3,
        ) {
            let text = text(&pattern, 0, 1000, variant).unwrap();
            assert!(compiled(&pattern).unwrap().is_match(&text), "{pattern} {text}");
        }
    }
}
