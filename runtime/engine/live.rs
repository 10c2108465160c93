//! The properties of live values, for completion at a prompt.
//!
//! Runs no code of the notebook: it reads own property descriptors along the prototype chain, and stops at a getter and
//! at a proxy. Clients are proxies; their definition has their members.

use std::collections::HashSet;
use std::path::Path;

use apinb_client::completion::candidate::{AWAITED, Candidate, Found};
use apinb_client::tree::PathId;
use deno_core::v8;
use serde::Deserialize;

use crate::isolate::Engine;
use crate::repl_mode::ReplMode;

/// Maximum length of a prototype chain.
const MAX_PROTOTYPES: usize = 32;
/// Maximum number of names of one object.
const MAX_NAMES: u32 = 10_000;
/// Maximum number of candidates.
const MAX_CANDIDATES: usize = 1_000;

/// The prelude's description of a client's node.
#[derive(Debug, Deserialize)]
struct Node {
    client: u32,
    path: PathId,
}

impl Engine {
    /// The variables that begin with `typed`, by name.
    pub fn variables(&mut self, typed: &str) -> Vec<Candidate> {
        self.with_inspection_limit(|engine| {
            let lexical = engine.lexical().lexical_names();
            let mut found: Vec<Candidate> = lexical
                .into_iter()
                .filter(|name| name.starts_with(typed))
                .map(|name| Candidate::plain(name, None))
                .collect();
            {
                deno_core::scope!(scope, engine.js);
                v8::tc_scope!(let scope, scope);
                let global = scope.get_current_context().global(scope);
                found.extend(properties(scope, global, typed));
            }
            found.sort_by(|one, other| one.text.cmp(&other.text));
            found.dedup_by(|one, other| one.text == other.text);
            engine.without_secrets(found)
        })
    }

    /// The value at a path of names and [`AWAITED`], from a variable on; of a value, the properties that begin with `typed`.
    pub fn look_up(&mut self, path: &[&str], typed: &str) -> Found {
        self.with_inspection_limit(|engine| match engine.found(path, typed) {
            Some(Found::Value(candidates)) => Found::Value(engine.without_secrets(candidates)),
            Some(found) => found,
            None => Found::Nothing,
        })
    }

    fn found(&mut self, path: &[&str], typed: &str) -> Option<Found> {
        let (first, rest) = path.split_first()?;
        let repl_mode = self.lexical();
        let start = if repl_mode.lexical_names().iter().any(|name| name == first) {
            Some(self.repl_mode.as_mut()?.lexical_value(&mut self.js, first)?)
        } else {
            None
        };
        let node_of = self.hooks.node_of.clone();
        deno_core::scope!(scope, self.js);
        v8::tc_scope!(let scope, scope);
        let mut value = match start {
            Some(start) => v8::Local::new(scope, start),
            None => {
                let global = scope.get_current_context().global(scope);
                property(scope, global, first)?
            }
        };
        let mut names = 1;
        let mut rest = rest.iter();
        loop {
            if value.is_proxy() {
                let node_of = v8::Local::new(scope, &node_of);
                let nothing = v8::undefined(scope).into();
                let node = node_of.call(scope, nothing, &[value])?;
                let node: Option<Node> = deno_core::serde_v8::from_v8(scope, node).ok()?;
                let node = node?;
                let path = self.session.clients.borrow().get(node.client)?.path(node.path)?.clone();
                return Some(Found::Client { path, names });
            }
            if value.is_null_or_undefined() {
                return None;
            }
            let object = value.to_object(scope)?;
            match rest.next() {
                None => return Some(Found::Value(properties(scope, object, typed))),
                Some(&AWAITED) => value = awaited(scope, value)?,
                Some(name) => value = property(scope, object, name)?,
            }
            names += 1;
        }
    }

    /// The last result as JSON, on one line; none if it is undefined.
    ///
    /// # Errors
    /// Why it is not JSON.
    pub fn last_result_as_json(&mut self) -> Result<Option<String>, String> {
        self.with_inspection_limit(|engine| {
            let value = {
                deno_core::scope!(scope, engine.js);
                v8::tc_scope!(let scope, scope);
                let global = scope.get_current_context().global(scope);
                property(scope, global, "$_").map(|value| v8::Global::new(scope, value))
            };
            let Some(value) = value else { return Ok(None) };
            let Ok(answer) = engine.call_hook(|hooks| &hooks.json, &[&value]) else {
                return Err("the result cannot be written as JSON".to_owned());
            };
            deno_core::scope!(scope, engine.js);
            let answer = v8::Local::new(scope, answer);
            let redacted = |text: String| engine.session.redactor.redact(&text).into_owned();
            match deno_core::serde_v8::from_v8::<(Option<String>, Option<String>)>(scope, answer) {
                Ok((text, None)) => Ok(text.map(redacted)),
                Ok((_, Some(problem))) => Err(redacted(problem)),
                Err(_) => Err("the result cannot be written as JSON".to_owned()),
            }
        })
    }

    /// The base folder of paths in code.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.session.settings.folder
    }

    /// The scope of global `let`, `const` and `class`.
    fn lexical(&mut self) -> &mut ReplMode {
        let start = || ReplMode::start(&mut self.js, self.hooks.handover.clone());
        self.repl_mode.get_or_insert_with(start)
    }

    fn without_secrets(&self, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
        candidates.retain(|candidate| self.session.redactor.redact(&candidate.text) == candidate.text);
        candidates
    }
}

/// What `await` of a value gives; none where a promise has no value.
fn awaited<'s>(scope: &v8::PinScope<'s, '_>, value: v8::Local<'s, v8::Value>) -> Option<v8::Local<'s, v8::Value>> {
    match v8::Local::<v8::Promise>::try_from(value) {
        Ok(promise) => (promise.state() == v8::PromiseState::Fulfilled).then(|| promise.result(scope)),
        Err(_) => Some(value),
    }
}

/// The value of a property; none for a getter, and behind a proxy.
fn property<'s>(
    scope: &v8::PinScope<'s, '_>,
    object: v8::Local<'s, v8::Object>,
    name: &str,
) -> Option<v8::Local<'s, v8::Value>> {
    let key: v8::Local<v8::Name> = v8::String::new(scope, name)?.into();
    let mut at = object;
    for _ in 0..MAX_PROTOTYPES {
        if at.is_proxy() {
            return None;
        }
        if at.has_own_property(scope, key)? {
            return own_value(scope, at, key);
        }
        at = v8::Local::<v8::Object>::try_from(at.get_prototype(scope)?).ok()?;
    }
    None
}

/// The value of an own property of an object that is not a proxy.
fn own_value<'s>(
    scope: &v8::PinScope<'s, '_>,
    object: v8::Local<'s, v8::Object>,
    key: v8::Local<'s, v8::Name>,
) -> Option<v8::Local<'s, v8::Value>> {
    let descriptor = v8::Local::<v8::Object>::try_from(object.get_own_property_descriptor(scope, key)?).ok()?;
    let value = v8::String::new(scope, "value")?;
    // A getter's descriptor has none, and would inherit what the notebook put on `Object.prototype`.
    if !descriptor.has_own_property(scope, value.into())? {
        return None;
    }
    descriptor.get(scope, value.into())
}

/// The properties of an object that begin with `typed`, those of its prototypes after its own. Names with `__` are
/// included only if typed.
fn properties<'s>(scope: &v8::PinScope<'s, '_>, object: v8::Local<'s, v8::Object>, typed: &str) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut at = object;
    for _ in 0..MAX_PROTOTYPES {
        if at.is_proxy() || found.len() >= MAX_CANDIDATES {
            break;
        }
        for key in own_names(scope, at) {
            let name = key.to_rust_string_lossy(scope);
            let is_hidden = name.starts_with("__") && !typed.starts_with('_');
            if is_hidden || !name.starts_with(typed) || found.len() >= MAX_CANDIDATES || !seen.insert(name.clone()) {
                continue;
            }
            let description = match own_value(scope, at, key) {
                Some(value) => value.type_of(scope).to_rust_string_lossy(scope),
                None => "getter".to_owned(),
            };
            found.push(Candidate::plain(name, Some(description)));
        }
        let Some(next) = at.get_prototype(scope).and_then(|next| v8::Local::<v8::Object>::try_from(next).ok()) else {
            break;
        };
        at = next;
    }
    found
}

/// The names of an object's own properties; not the indices of a list.
fn own_names<'s>(scope: &v8::PinScope<'s, '_>, object: v8::Local<'s, v8::Object>) -> Vec<v8::Local<'s, v8::Name>> {
    let which = v8::GetPropertyNamesArgs {
        mode: v8::KeyCollectionMode::OwnOnly,
        property_filter: v8::PropertyFilter::SKIP_SYMBOLS,
        index_filter: v8::IndexFilter::SkipIndices,
        key_conversion: v8::KeyConversionMode::ConvertToString,
    };
    let Some(names) = object.get_property_names(scope, which) else { return Vec::new() };
    let name = |at| v8::Local::<v8::Name>::try_from(names.get_index(scope, at)?).ok();
    (0..names.length().min(MAX_NAMES)).filter_map(name).collect()
}

#[cfg(test)]
mod tests;
