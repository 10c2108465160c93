//! Glob patterns: `*` is any text, `?` any character; over paths, `**` is any number of folders.

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

/// Whether `pattern` covers the path of a file, or a folder that it is in. Both are relative and have `/` between their
/// parts. `**` is any number of folders, `*` and `?` stay within a part. A pattern of one part is a name at any depth.
#[must_use]
pub fn matches_path(pattern: &str, path: &str) -> bool {
    let trimmed = pattern.trim_start_matches("./").trim_matches('/');
    let mut parts: Vec<&str> = trimmed.split('/').collect();
    if !pattern.trim_end_matches('/').contains('/') {
        parts.insert(0, ANY_FOLDERS);
    }
    let path: Vec<&str> = path.split('/').collect();
    // For each number of parts of the path, whether the pattern so far covers exactly that many.
    let mut covered = vec![false; path.len() + 1];
    covered.first_mut().into_iter().for_each(|none| *none = true);
    let last = parts.len().saturating_sub(1);
    for (at, part) in parts.into_iter().enumerate() {
        if part == ANY_FOLDERS {
            // At the end it stands for at least one part: the files in a folder.
            let mut any = false;
            for count in &mut covered {
                let before = any;
                any |= *count;
                *count = if at == last && at > 0 { before } else { any };
            }
        } else {
            let next = path.iter().zip(&covered).map(|(name, covered)| *covered && matches(part, name));
            covered = std::iter::once(false).chain(next).collect();
        }
    }
    covered.contains(&true)
}

/// The part of a pattern that stands for any number of folders.
const ANY_FOLDERS: &str = "**";

#[cfg(test)]
mod tests {
    use super::{matches, matches_path};

    #[test]
    fn patterns_cover_paths() {
        for (pattern, path, expected) in [
            ("README.md", "README.md", true),
            ("README.md", "a/b/README.md", true),
            ("./README.md", "README.md", true),
            ("./README.md", "a/README.md", false),
            ("/README.md", "a/README.md", false),
            ("drafts/**", "drafts/a.md", true),
            ("drafts/**", "drafts/b/a.md", true),
            ("drafts/**", "a/drafts/b.md", false),
            ("drafts/**", "drafts", false),
            ("drafts", "a/drafts/b.md", true),
            ("drafts/", "drafts/b.md", true),
            ("a/*.md", "a/b.md", true),
            ("a/*.md", "a/b/c.md", false),
            ("a/*", "a/b/c.md", true),
            ("**/a/*.md", "a/b.md", true),
            ("**/a/*.md", "x/y/a/b.md", true),
            ("a/**/b.md", "a/b.md", true),
            ("a/**/b.md", "a/x/y/b.md", true),
            ("*.draft.md", "x/a.draft.md", true),
            ("**", "a/b.md", true),
            ("", "a.md", false),
        ] {
            assert_eq!(matches_path(pattern, path), expected, "{pattern} {path}");
        }
        let path = "a/".repeat(2_000) + "b";
        assert!(!matches_path(&("**/a/".repeat(500) + "c"), &path));
    }

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
