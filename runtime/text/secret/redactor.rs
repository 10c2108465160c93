//! Removes secrets from all output and stored data.
//!
//! One [`Redactor`] per run: code that obtains a secret adds it, and every sink redacts its text. It finds a secret
//! plain, percent-encoded, escaped for JSON or HTML (also several times over), and in base64. It does not find a secret
//! that a program has cut, hashed, compressed or spelled out, so text is redacted before it is truncated.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use aho_corasick::AhoCorasick;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::secret::decode::Decoded;
use crate::secret::forms;
use crate::secret::forms::Form;

/// The replacement of a secret.
pub const MASK: &str = "[secret]";

/// Secrets with fewer characters are redacted only as a whole value: a text of nothing else, a quoted string, the value
/// of a query or form parameter. Redacted everywhere, they would make all output unreadable.
const SHORTEST: usize = 4;

/// How often text is decoded: a URL in the query of a URL in a JSON string needs three.
const LEVELS: usize = 3;

/// Knows every secret of a run. Clones share their secrets.
#[derive(Clone, Default)]
pub struct Redactor {
    known: Arc<RwLock<Known>>,
}

#[derive(Default)]
struct Known {
    forms: BTreeSet<Form>,
    short: BTreeSet<String>,
    /// Built on first use after a secret was added.
    matcher: OnceLock<Option<Matcher>>,
    /// The secrets in the order in which they were added.
    added: Vec<KnownSecret>,
}

/// A secret as it was added to a [`Redactor`], for the redactor of another process. It has no `Debug` text.
#[derive(Clone, Serialize, Deserialize)]
pub enum KnownSecret {
    /// See [`Redactor::add`].
    Text(String),
    /// See [`Redactor::add_basic`].
    Basic { user: String, password: String },
}

/// Finds all forms at once.
struct Matcher {
    automaton: AhoCorasick,
    /// For each pattern, whether it is the inner part of base64 text.
    inner: Vec<bool>,
}

impl Redactor {
    /// Adds `secret`, in every form in which it can appear. An empty one is ignored.
    pub fn add(&self, secret: &str) {
        let trimmed = secret.trim();
        self.remember(
            || KnownSecret::Text(secret.to_owned()),
            |known| {
                if trimmed.is_empty() {
                    return;
                }
                if trimmed.chars().count() < SHORTEST {
                    known.short.insert(trimmed.to_owned());
                } else {
                    known.forms.extend(forms::of_secret(trimmed));
                    known.forms.extend(forms::of_secret(secret));
                }
            },
        );
    }

    /// Adds `password`, and the Basic credentials (RFC 7617) of `user` and `password`.
    pub fn add_basic(&self, user: &str, password: &str) {
        self.add(password);
        if !password.is_empty() {
            let secret = || KnownSecret::Basic { user: user.to_owned(), password: password.to_owned() };
            self.remember(secret, |known| known.forms.extend(forms::in_base64(&format!("{user}:{password}"))));
        }
    }

    /// Adds a secret that another redactor knows.
    pub fn add_known(&self, secret: &KnownSecret) {
        match secret {
            KnownSecret::Text(secret) => self.add(secret),
            KnownSecret::Basic { user, password } => self.add_basic(user, password),
        }
    }

    /// The number of secrets that were added.
    #[must_use]
    pub fn added(&self) -> usize {
        self.known.read().unwrap_or_else(PoisonError::into_inner).added.len()
    }

    /// The secrets that were added after the first `count`, in order.
    #[must_use]
    pub fn added_since(&self, count: usize) -> Vec<KnownSecret> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.added.get(count..).unwrap_or_default().to_vec()
    }

    fn remember(&self, secret: impl FnOnce() -> KnownSecret, change: impl FnOnce(&mut Known)) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let before = (known.forms.len(), known.short.len());
        change(&mut known);
        if (known.forms.len(), known.short.len()) == before {
            return;
        }
        known.added.push(secret());
        if known.forms.len() != before.0 {
            known.matcher = OnceLock::new();
        }
    }

    /// `text` with every known secret replaced by [`MASK`].
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let ranges = self.secrets_in(text.as_bytes());
        if ranges.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut redacted = String::with_capacity(text.len());
        let mut end = 0;
        for range in ranges {
            let start = text.floor_char_boundary(range.start).max(end);
            // What cannot be cut out is left out: a text without a part is better than one with a secret.
            redacted.push_str(text.get(end..start).unwrap_or_default());
            redacted.push_str(MASK);
            end = text.ceil_char_boundary(range.end);
        }
        redacted.push_str(text.get(end..).unwrap_or_default());
        Cow::Owned(redacted)
    }

    /// Redacts every text of `value`; the names of its fields stay.
    pub fn redact_json(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(redacted) = self.redact(text) {
                    *text = redacted;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.redact_json(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.redact_json(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// `bytes` with every known secret replaced by [`MASK`]; for data that may not be text.
    #[must_use]
    pub fn redact_bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let ranges = self.secrets_in(bytes);
        if ranges.is_empty() {
            return Cow::Borrowed(bytes);
        }
        let mut redacted = Vec::with_capacity(bytes.len());
        let mut end = 0;
        for range in ranges {
            redacted.extend_from_slice(bytes.get(end..range.start).unwrap_or_default());
            redacted.extend_from_slice(MASK.as_bytes());
            end = range.end;
        }
        redacted.extend_from_slice(bytes.get(end..).unwrap_or_default());
        Cow::Owned(redacted)
    }

    /// The ranges of secrets in `bytes`, in order, none touching another.
    fn secrets_in(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known.forms.is_empty() && known.short.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for secret in &known.short {
            whole_values(bytes, secret.as_bytes(), &mut found);
        }
        match known.matcher.get_or_init(|| Matcher::new(&known.forms)) {
            Some(matcher) => matcher.find_decoded(bytes, &mut found),
            None => found.push(0..bytes.len()),
        }
        merged(found, bytes)
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

impl Matcher {
    /// None if the patterns exceed the limits of an automaton.
    fn new(forms: &BTreeSet<Form>) -> Option<Self> {
        let automaton = AhoCorasick::new(forms.iter().map(|form| form.text.as_bytes())).ok()?;
        Some(Self { automaton, inner: forms.iter().map(|form| form.inner_base64).collect() })
    }

    /// Adds all matches in `bytes`, as they are and decoded up to [`LEVELS`] times.
    fn find_decoded(&self, bytes: &[u8], found: &mut Vec<Range<usize>>) {
        self.find(bytes, found);
        let mut views: Vec<Decoded> = Vec::new();
        while views.len() < LEVELS {
            let Some(view) = Decoded::new(views.last().map_or(bytes, |view| &view.bytes)) else { break };
            let mut in_view = Vec::new();
            self.find(&view.bytes, &mut in_view);
            views.push(view);
            let origin = |range| views.iter().rev().fold(range, |range, view| view.origin(&range));
            found.extend(in_view.into_iter().map(origin));
        }
    }

    /// Adds all matches to `found`, overlapping ones too: the rest of an overlapped secret is still secret.
    fn find(&self, bytes: &[u8], found: &mut Vec<Range<usize>>) {
        for each in self.automaton.find_overlapping_iter(bytes) {
            let mut range = each.range();
            // The letters on both sides of the inner part hold some bits of the secret.
            if self.inner.get(each.pattern().as_usize()) == Some(&true) {
                let is_base64 = |at: usize| bytes.get(at).is_some_and(|byte| forms::is_base64(*byte));
                range.start -= usize::from(range.start > 0 && is_base64(range.start - 1));
                range.end += usize::from(is_base64(range.end));
            }
            found.push(range);
        }
    }
}

/// Adds the ranges in which `secret` is a whole value.
fn whole_values(bytes: &[u8], secret: &[u8], found: &mut Vec<Range<usize>>) {
    for start in 0..(bytes.len() + 1).saturating_sub(secret.len()) {
        let end = start + secret.len();
        if bytes.get(start..end) != Some(secret) {
            continue;
        }
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        let whole = match (before, bytes.get(end)) {
            (None, None | Some(b'\n' | b'\r')) => true,
            (Some(b'='), after) => {
                after.is_none_or(|after| matches!(after, b'&' | b';') || after.is_ascii_whitespace())
            }
            (Some(before), Some(after)) => before == after && matches!(before, b'"' | b'\'' | b'`'),
            _ => false,
        };
        if whole {
            found.push(start..end);
        }
    }
}

/// Joins ranges that overlap or touch, and drops those inside an existing [`MASK`].
fn merged(mut found: Vec<Range<usize>>, bytes: &[u8]) -> Vec<Range<usize>> {
    found.sort_unstable_by_key(|range| (range.start, range.end));
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for range in found {
        match ranges.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => ranges.push(range),
        }
    }
    ranges.retain(|range| !is_masked(range, bytes));
    ranges
}

fn is_masked(range: &Range<usize>, bytes: &[u8]) -> bool {
    range.len() <= MASK.len()
        && (range.end.saturating_sub(MASK.len())..=range.start)
            .any(|at| bytes.get(at..at + MASK.len()) == Some(MASK.as_bytes()) && at + MASK.len() >= range.end)
}
