//! Removes secrets from all output and stored data.
//!
//! One [`Redactor`] per run: code that obtains a secret adds it, and every sink redacts its text. It finds a secret
//! plain, percent-encoded, escaped for JSON, HTML, SQL or a shell (also several times over), and in base64, base32,
//! hexadecimal digits and quoted-printable, also in lines. It does not find a secret that a program has cut, hashed,
//! compressed or spelled out, so text is redacted before it is truncated. Where others have cut a text, what is beside the
//! cut is removed (`cut.rs`). Passwords in URLs are removed whether they are known or not.
//!
//! The time of a search is proportional to the text, whatever the secrets are; a secret of any length is stored in
//! constant space.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::{Arc, PoisonError, RwLock};

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::display::truncate;
use crate::secret::cut::beside_cuts;
use crate::secret::decode::Decoded;
use crate::secret::fingerprint::Fingerprint;
use crate::secret::forms;
use crate::secret::index::{FormIndex, Found, Hit};
use crate::web::display_url;

pub use crate::secret::forms::Encoding;
pub use crate::secret::mask::MASK;

/// Secrets with fewer characters are redacted only as a whole value: a text of nothing else, a quoted string, the value
/// of a query or form parameter. Redacted everywhere, they would make all output unreadable.
const SHORTEST: usize = 4;

/// How often text is decoded: a URL in the query of a URL in a JSON string needs three.
const LEVELS: usize = 3;

/// The number of secrets that are learned from calls other than by a sign-in.
const MOST_RECEIVED: usize = 2_000;

/// Knows every secret of a run, and recognizes passwords in URLs. Clones share their secrets.
#[derive(Clone, Default)]
pub struct Redactor {
    known: Arc<RwLock<Known>>,
}

#[derive(Default)]
struct Known {
    /// The secrets whose forms are in `forms`.
    added: HashSet<(Fingerprint, Kind)>,
    forms: FormIndex,
    short: BTreeSet<String>,
    /// The number of secrets of calls.
    received: usize,
    /// The secrets in the order in which they were added.
    in_order: Vec<KnownSecret>,
    /// The names of secrets, for placeholders.
    names: HashMap<String, String>,
}

/// A secret in a text.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundSecret {
    /// In bytes.
    pub range: Range<usize>,
    /// The secret; none if it is not known as a whole, such as the password in a URL.
    pub secret: Option<String>,
    /// How it is written there.
    pub encoding: Encoding,
}

/// A secret as it was added to a [`Redactor`], for the redactor of another process. It has no `Debug` text.
#[derive(Clone, Serialize, Deserialize)]
pub enum KnownSecret {
    /// See [`Redactor::add`].
    Text(String),
    /// See [`Redactor::add_basic`].
    Basic { user: String, password: String },
}

/// What the forms of an added text are.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// All forms of a secret.
    Secret,
    /// The base64 of a user name and a password.
    Pair,
}

impl Kind {
    fn is_short(self, text: &str) -> bool {
        self == Self::Secret && text.chars().count() < SHORTEST
    }
}

impl Known {
    fn has(&self, text: &str, kind: Kind) -> bool {
        match kind.is_short(text) {
            true => self.short.contains(text),
            false => self.added.contains(&(Fingerprint::of(text.as_bytes()), kind)),
        }
    }
}

impl Redactor {
    /// Adds `secret`, in every form in which it can appear. An empty one is ignored.
    pub fn add(&self, secret: &str) {
        let trimmed = secret.trim();
        if trimmed.is_empty() {
            return;
        }
        self.remember(trimmed, Kind::Secret, || KnownSecret::Text(trimmed.to_owned()));
        if trimmed.len() < secret.len() {
            self.remember(secret, Kind::Secret, || KnownSecret::Text(secret.to_owned()));
        }
    }

    /// Adds a secret of a call, such as the value of a cookie: the first 2,000 of them, so that neither a server nor a
    /// notebook can fill the memory.
    pub fn add_received(&self, secret: &str) {
        if self.receives(secret.trim(), Kind::Secret) {
            self.add(secret);
        }
    }

    /// As [`Self::add_basic`], for a call: see [`Self::add_received`].
    pub fn add_received_basic(&self, user: &str, password: &str) {
        if self.receives(&format!("{user}:{password}"), Kind::Pair) {
            self.add_basic(user, password);
        }
    }

    /// As [`Self::add_url`], for a call: see [`Self::add_received`].
    pub fn add_received_url(&self, url: &Url) {
        if has_credentials(url) && self.receives(url.password().unwrap_or(url.username()), Kind::Secret) {
            self.add_url(url);
        }
    }

    /// Whether a secret of a call is new, and one of the first ones.
    fn receives(&self, text: &str, kind: Kind) -> bool {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let is_new = !known.has(text, kind) && known.received < MOST_RECEIVED;
        known.received += usize::from(is_new);
        is_new
    }

    /// Adds the secret in `url`: its password, and the Basic credentials that a request to it has.
    pub fn add_url(&self, url: &Url) {
        let user = percent_decode_str(url.username()).decode_utf8_lossy();
        let password = percent_decode_str(url.password().unwrap_or_default()).decode_utf8_lossy();
        self.add_basic(&user, &password);
        // As it is in the URL: not everything that is escaped there needs to be.
        self.add(url.password().filter(|password| !password.is_empty()).unwrap_or(url.username()));
    }

    /// Adds the Basic credentials (RFC 7617) of `user` and `password`, and the password; where there is none, the user
    /// name is the secret, as with APIs that expect a key for it.
    pub fn add_basic(&self, user: &str, password: &str) {
        self.add(if password.is_empty() { user } else { password });
        if !user.is_empty() || !password.is_empty() {
            let secret = || KnownSecret::Basic { user: user.to_owned(), password: password.to_owned() };
            self.remember(&format!("{user}:{password}"), Kind::Pair, secret);
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
        self.known.read().unwrap_or_else(PoisonError::into_inner).in_order.len()
    }

    /// The secrets that were added after the first `count`, in order.
    #[must_use]
    pub fn added_since(&self, count: usize) -> Vec<KnownSecret> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.in_order.get(count..).unwrap_or_default().to_vec()
    }

    fn remember(&self, text: &str, kind: Kind, secret: impl FnOnce() -> KnownSecret) {
        if self.known.read().unwrap_or_else(PoisonError::into_inner).has(text, kind) {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let index = known.in_order.len();
        if kind.is_short(text) {
            known.short.insert(text.to_owned());
        } else {
            known.added.insert((Fingerprint::of(text.as_bytes()), kind));
            match kind {
                Kind::Secret => forms::of_secret(text, &mut |form| known.forms.insert(form, index)),
                Kind::Pair => forms::in_base64(text, &mut |form| known.forms.insert(form, index)),
            }
        }
        known.in_order.push(secret());
    }

    /// `text` with every known secret replaced by [`MASK`].
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Redacted<'a> {
        self.redacted(text, false)
    }

    /// As [`Self::redact`], for the beginning of a longer text: its last characters may be a piece of a secret.
    #[must_use]
    pub fn redact_beginning<'a>(&self, text: &'a str) -> Redacted<'a> {
        self.redacted(text, true)
    }

    fn redacted<'a>(&self, text: &'a str, is_cut: bool) -> Redacted<'a> {
        let ranges = self.secrets_in(text.as_bytes(), is_cut);
        if ranges.is_empty() {
            return Redacted(Cow::Borrowed(text));
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
        Redacted(Cow::Owned(redacted))
    }

    /// Names a secret. The first name counts.
    pub fn name(&self, secret: &str, name: &str) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.names.entry(secret.trim().to_owned()).or_insert_with(|| name.to_owned());
    }

    /// The name of a secret.
    #[must_use]
    pub fn name_of(&self, secret: &str) -> Option<String> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).names.get(secret.trim()).cloned()
    }

    /// The secret with a name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<String> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.names.iter().find(|(_, own)| *own == name).map(|(secret, _)| secret.clone())
    }

    /// The secrets in `bytes`, in order, none touching another.
    #[must_use]
    pub fn find(&self, bytes: &[u8]) -> Vec<FoundSecret> {
        let mut found = Found::with_hits();
        let ranges = self.search(bytes, false, &mut found);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut hits = found.hits.unwrap_or_default();
        hits.sort_by_key(|hit| hit.range.start);
        let of_range = |range: Range<usize>| {
            let from = hits.partition_point(|hit| hit.range.start < range.start);
            let inside = hits.iter().skip(from).take_while(|hit| hit.range.start < range.end);
            let longest = inside.max_by_key(|hit| (hit.range.len(), hit.encoding != Encoding::Other));
            let text = longest.and_then(|hit| match known.in_order.get(hit.secret?)? {
                KnownSecret::Text(text) => Some(text.clone()),
                KnownSecret::Basic { user, password } => Some(format!("{user}:{password}")),
            });
            let is_whole = longest.is_some_and(|hit| hit.range == range);
            let encoding = longest.map_or(Encoding::Other, |hit| if is_whole { hit.encoding } else { Encoding::Other });
            FoundSecret { range, secret: text, encoding }
        };
        ranges.into_iter().map(of_range).collect()
    }

    /// Redacts every text of `value`; the names of its fields stay.
    pub fn redact_json(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(redacted) = self.redact(text).changed() {
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
        let ranges = self.secrets_in(bytes, false);
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

    /// The ranges of secrets in `bytes`, in order, none touching another. `is_cut`: `bytes` are the beginning of a longer
    /// text.
    fn secrets_in(&self, bytes: &[u8], is_cut: bool) -> Vec<Range<usize>> {
        self.search(bytes, is_cut, &mut Found::default())
    }

    /// As [`Self::secrets_in`]; `found` collects the matches.
    fn search(&self, bytes: &[u8], is_cut: bool, found: &mut Found) -> Vec<Range<usize>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        for secret in &known.short {
            let before = found.ranges.len();
            whole_values(bytes, secret.as_bytes(), found);
            let is_own = |known: &KnownSecret| matches!(known, KnownSecret::Text(text) if text == secret);
            if found.hits.is_some() {
                let secret = known.in_order.iter().position(is_own);
                let ranges: Vec<_> = found.ranges.iter().skip(before).cloned().collect();
                ranges.into_iter().for_each(|range| found.hit(Hit { range, secret, encoding: Encoding::Plain }));
            }
        }
        for password in display_url::secrets(bytes) {
            found.add(password);
        }
        if !known.forms.is_empty() {
            find_decoded(&known.forms, bytes, found);
            found.ranges.extend(beside_cuts(bytes, known.forms.longest()));
            if is_cut {
                found.add(bytes.len().saturating_sub(known.forms.longest())..bytes.len());
            }
        }
        merged(std::mem::take(&mut found.ranges), bytes)
    }
}

/// A text without secrets, from [`Redactor::redact`]. Texts that may hold a secret are shortened here only: a part of a
/// secret would not be found any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redacted<'a>(Cow<'a, str>);

impl Redacted<'_> {
    /// The text itself, without a copy if it was redacted.
    #[must_use]
    pub fn into_owned(self) -> String {
        self.0.into_owned()
    }

    /// The text if it had a secret.
    #[must_use]
    pub fn changed(self) -> Option<String> {
        match self.0 {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        }
    }

    /// As [`truncate::truncate`].
    #[must_use]
    pub fn truncate(&self, characters: usize) -> String {
        truncate::truncate(&self.0, characters)
    }

    /// As [`truncate::truncate_bytes`].
    #[must_use]
    pub fn truncate_bytes(&self, bytes: usize) -> String {
        truncate::truncate_bytes(&self.0, bytes)
    }

    /// The text in one line, with single spaces between its words.
    #[must_use]
    pub fn one_line(&self) -> Self {
        let words = self.0.split(|character: char| character.is_whitespace() || character.is_control());
        Self(Cow::Owned(words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")))
    }
}

impl Deref for Redacted<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Redacted<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq<str> for Redacted<'_> {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for Redacted<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

impl PartialEq<String> for Redacted<'_> {
    fn eq(&self, other: &String) -> bool {
        *self.0 == **other
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Adds all matches in `bytes`, as they are and decoded up to [`LEVELS`] times.
fn find_decoded(forms: &FormIndex, bytes: &[u8], found: &mut Found) {
    forms.search(bytes).find(&(0..bytes.len()), found);
    let mut views: Vec<Decoded> = Vec::new();
    while views.len() < LEVELS {
        let Some(view) = Decoded::new(views.last().map_or(bytes, |view| &view.bytes)) else { break };
        let mut in_view = found.alike();
        let search = forms.search(&view.bytes);
        // Secrets without anything decoded are also in the text before.
        view.ends(forms.longest()).iter().for_each(|ends| search.find(ends, &mut in_view));
        drop(search);
        views.push(view);
        let origin = |range| views.iter().rev().fold(range, |range, view| view.origin(&range));
        in_view.ranges.into_iter().for_each(|range| found.add(origin(range)));
        for hit in in_view.hits.into_iter().flatten() {
            found.hit(Hit { range: origin(hit.range), ..hit });
        }
    }
}

/// Adds the ranges in which `secret` is a whole value.
fn whole_values(bytes: &[u8], secret: &[u8], found: &mut Found) {
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
            found.add(start..end);
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
