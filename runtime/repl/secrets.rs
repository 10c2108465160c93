//! Finds secrets in entered code: known ones, and strings with secret names.

use std::ops::Range;

use apinb_notebook::assignment::assigned_literal;
use apinb_text::javascript::tokens::{Token, TokenKind, tokens};
use apinb_text::secret::names::{is_secret_header, is_secret_name};
use apinb_text::secret::redactor::{MASK, Redactor};

/// Maximum length of code that is searched for secret names, in bytes: longer code was not typed.
const MAX_NAMED: usize = 64 << 10;

/// Whether there is a secret in `code`.
pub(super) fn has_secret(code: &str, redactor: &Redactor) -> bool {
    *redactor.redact(code) != *code || !named(code).is_empty()
}

/// `code` with a prompt for each string that contains a secret, and the number of these strings.
pub(super) fn asked(code: &str, redactor: &Redactor) -> (String, usize) {
    let named = named(code);
    let mut questions = Questions::default();
    let mut text = String::with_capacity(code.len());
    let mut end = 0;
    for token in tokens(code, code.len()) {
        let range = token.start..token.start + token.text.len();
        let replacement = match named.iter().find(|(place, _)| *place == range) {
            Some((_, name)) => Some(questions.ask(name)),
            None => questions.in_token(token.kind, token.text, redactor),
        };
        let Some(replacement) = replacement else { continue };
        // Comments and white space.
        text.push_str(&redactor.redact(code.get(end..range.start).unwrap_or_default()));
        text.push_str(&replacement);
        end = range.end;
    }
    text.push_str(&redactor.redact(code.get(end..).unwrap_or_default()));
    (text, questions.count)
}

/// The strings that are assigned to a variable, key or header with a secret name, and that name.
fn named(code: &str) -> Vec<(Range<usize>, &str)> {
    if code.len() > MAX_NAMED {
        return Vec::new();
    }
    let tokens = tokens(code, code.len());
    let mut found: Vec<(Range<usize>, &str)> = Vec::new();
    for (index, string) in tokens.iter().enumerate() {
        // An empty string is not a secret.
        if !is_string(string) || string.text.len() <= 2 {
            continue;
        }
        let before = |count: usize| index.checked_sub(count).and_then(|index| tokens.get(index));
        let name = match before(1).map(|token| token.text) {
            // An argument is something else: `token = prompt('Token')`.
            Some("=" | ":" | "||=" | "??=") => assigned_literal(code, string.start).filter(|name| is_secret(name)),
            // `headers.set('Authorization', '…')`, `[['Cookie', '…']]`.
            Some(",") => before(2).zip(before(3)).and_then(|(name, open)| pair_name(name, open.text)),
            // `'Bearer ' + '…'`
            Some("+") => found
                .last()
                .filter(|(last, _)| before(2).is_some_and(|token| token.start == last.start))
                .map(|(_, name)| *name),
            _ => None,
        };
        found.extend(name.map(|name| (string.start..string.start + string.text.len(), name)));
    }
    found
}

fn is_string(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Literal && token.text.starts_with(['\'', '"', '`'])
}

fn is_secret(name: &str) -> bool {
    is_secret_name(name) || is_secret_header(name)
}

/// The secret name in the first string of a pair of two strings, in brackets that begin with `open`.
fn pair_name<'c>(name: &Token<'c>, open: &str) -> Option<&'c str> {
    let text = name.text.get(1..name.text.len().checked_sub(1)?).filter(|_| is_string(name))?;
    // A list of names may have that of a secret.
    let in_pair = (open == "(" && is_secret(text)) || (open == "[" && is_secret_header(text));
    in_pair.then_some(text)
}

#[derive(Default)]
struct Questions {
    count: usize,
}

impl Questions {
    /// A call that prompts for `name`.
    fn ask(&mut self, name: &str) -> String {
        self.count += 1;
        format!("prompt('{}')", name.replace(['\\', '\''], ""))
    }

    fn ask_next(&mut self) -> String {
        let name = format!("Secret {}", self.count + 1);
        self.ask(&name)
    }

    /// Rewrites a token that contains a known secret; none: it contains none, or a prompt is not possible there.
    fn in_token(&mut self, kind: TokenKind, text: &str, redactor: &Redactor) -> Option<String> {
        let masked = redactor.redact(text);
        if *masked == *text {
            return None;
        }
        let quote = text.chars().next()?;
        let mut parts = masked.split(MASK);
        let mut rewritten = parts.next()?.to_owned();
        if kind == TokenKind::Template || quote == '`' {
            for part in parts {
                rewritten.push_str(&format!("${{{}}}{part}", self.ask_next()));
            }
        } else if kind == TokenKind::Literal && matches!(quote, '\'' | '"') {
            for part in parts {
                rewritten.push_str(&format!("{quote} + {} + {quote}{part}", self.ask_next()));
            }
            let nothing = format!("{quote}{quote}");
            rewritten = rewritten.replace(&format!("{nothing} + "), "").replace(&format!(" + {nothing}"), "");
        } else {
            return None;
        }
        Some(rewritten)
    }
}

#[cfg(test)]
mod tests {
    use apinb_text::secret::redactor::Redactor;

    use super::{asked, has_secret};

    #[test]
    fn secrets_become_prompts() {
        let redactor = Redactor::default();
        redactor.add("hunter2-and-more");
        for (code, expected) in [
            ("a = 'plain'", "a = 'plain'"),
            ("f('hunter2-and-more')", "f(prompt('Secret 1'))"),
            ("f('Bearer hunter2-and-more')", "f('Bearer ' + prompt('Secret 1'))"),
            ("f(\"x=hunter2-and-more&y\")", "f(\"x=\" + prompt('Secret 1') + \"&y\")"),
            ("f(`a${b}hunter2-and-more`)", "f(`a${b}${prompt('Secret 1')}`)"),
            ("login({ password: 'never seen' })", "login({ password: prompt('password') })"),
            ("API_KEY = \"k\"; t = 'hunter2-and-more'", "API_KEY = prompt('API_KEY'); t = prompt('Secret 2')"),
            ("1 // hunter2-and-more", "1 // [secret]"),
            ("password = ''", "password = ''"),
            (
                "o = { headers: { Authorization: 'Bearer x', 'Cookie': 'sid=x', 'x-api-key': 'x', accept: 'y' } }",
                "o = { headers: { Authorization: prompt('Authorization'), 'Cookie': prompt('Cookie'), \
                 'x-api-key': prompt('x-api-key'), accept: 'y' } }",
            ),
            ("h['Proxy-Authorization'] = `Basic x`", "h['Proxy-Authorization'] = prompt('Proxy-Authorization')"),
            ("h.set('authorization', 'Bearer x')", "h.set('authorization', prompt('authorization'))"),
            ("new Headers([['Set-Cookie', 'a=b']])", "new Headers([['Set-Cookie', prompt('Set-Cookie')]])"),
            ("form.append('password', 'x')", "form.append('password', prompt('password'))"),
            ("keys = ['password', 'name']", "keys = ['password', 'name']"),
            ("password = 'a' + 'b'", "password = prompt('password') + prompt('password')"),
            ("TOKEN = prompt('Token')", "TOKEN = prompt('Token')"),
        ] {
            let (text, count) = asked(code, &redactor);
            assert_eq!(text, expected);
            assert_eq!(count, expected.matches("prompt(").count() - code.matches("prompt(").count(), "{code}");
            assert_eq!(has_secret(code, &redactor), code != expected, "{code}");
        }
    }
}
