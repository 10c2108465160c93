//! Cells that need V8's REPL mode: top-level `await`, and `let`, `const`, `class` that a later cell may declare again.
//!
//! V8 gives that mode to its inspector only, so such a cell is evaluated through a session of the inspector that is
//! started for the first of them.

use std::borrow::Cow;
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_record::position::FilePosition;
use deno_core::{InspectorMsgKind, InspectorSessionKind, JsRuntime, JsRuntimeInspector, LocalInspectorSession, v8};
use serde_json::{Value, json};

use crate::exception::{Failure, Thrown};
use crate::placed_cell::PlacedCell;
use crate::session::Session;
use crate::v8_messages::{is_termination, redeclared_name};

/// Where the inspector finds the function that takes its values, for a moment.
const HAND_OVER: &str = "apinb:handOver";

/// What cells evaluated here belong to, so that the inspector can let go of them.
const GROUP: &str = "cell";

/// A session of the inspector.
pub(crate) struct ReplMode {
    session: LocalInspectorSession,
    responses: Rc<RefCell<Vec<(i32, String)>>>,
    next: i32,
    handover: Handover,
    /// The inspector's name of the function that takes its values.
    take: Value,
}

/// Functions of the prelude between the inspector and us.
#[derive(Clone)]
pub(crate) struct Handover {
    /// Runs the timers that are due, on a virtual clock.
    pub(crate) run_timers: v8::Global<v8::Function>,
    pub(crate) take: v8::Global<v8::Function>,
    /// Gives the value that was taken.
    pub(crate) give: v8::Global<v8::Function>,
    /// Holds the promise of a cell: the inspector, which waits for it, does not.
    pub(crate) hold: v8::Global<v8::Function>,
    /// Lets it go.
    pub(crate) release: v8::Global<v8::Function>,
}

/// Whether some word of the code may need REPL mode. It may stand in a text or a comment: that costs time, nothing
/// else.
pub(crate) fn is_needed(code: &str) -> bool {
    code.split(|at: char| !(at.is_alphanumeric() || at == '_' || at == '$'))
        .any(|word| matches!(word, "let" | "const" | "class" | "await" | "using"))
}

impl ReplMode {
    pub(crate) fn start(js: &mut JsRuntime, handover: Handover) -> Self {
        js.maybe_init_inspector();
        let responses: Rc<RefCell<Vec<(i32, String)>>> = Rc::default();
        let received = Rc::clone(&responses);
        let session = JsRuntimeInspector::create_local_session(
            js.inspector(),
            Box::new(move |message| {
                if let InspectorMsgKind::Message(id) = message.kind {
                    received.borrow_mut().push((id, message.content));
                }
            }),
            InspectorSessionKind::NonBlocking { wait_for_disconnect: false },
        );
        let take = handover.take.clone();
        let mut mode = Self { session, responses, next: 0, handover, take: Value::Null };
        mode.take = mode.remote_function(js, &take).unwrap_or_default();
        mode
    }

    /// What the inspector calls a function: it is on the global for a moment, where the inspector sees it.
    fn remote_function(&mut self, js: &mut JsRuntime, function: &v8::Global<v8::Function>) -> Option<Value> {
        {
            deno_core::scope!(scope, js);
            let key = v8::String::new(scope, HAND_OVER)?;
            let function = v8::Local::new(scope, function);
            scope.get_current_context().global(scope).create_data_property(scope, key.into(), function.into());
        }
        // `this`, since the notebook may have a variable that is called like the global.
        let id = self.post("Runtime.evaluate", json!({ "expression": format!("this['{HAND_OVER}']") }));
        let response: Option<Value> = self.taken(id).and_then(|text| serde_json::from_str(&text).ok());
        deno_core::scope!(scope, js);
        let key = v8::String::new(scope, HAND_OVER)?;
        scope.get_current_context().global(scope).delete(scope, key.into());
        response?.pointer_mut("/result/result/objectId").map(Value::take)
    }

    /// Evaluates the code of a cell; its completion value once its top-level `await`s are through.
    pub(crate) async fn evaluate(
        &mut self,
        js: &mut JsRuntime,
        cell: &PlacedCell,
        code: &str,
        session: &Session,
    ) -> Result<v8::Global<v8::Value>, Failure> {
        // Line ends before the code put its lines where they are in the file.
        let padding = "\n".repeat(cell.first_line.saturating_sub(1));
        let expression = format!("{padding}{code}\n//# sourceURL={}", cell.script);
        let parameters = json!({ "expression": expression, "replMode": true, "objectGroup": GROUP, "silent": true });
        self.hold_promise(js, true);
        let id = self.post("Runtime.evaluate", parameters);
        self.hold_promise(js, false);
        let response = self.response(js, id, session).await;
        call(js, &self.handover.release);
        let response = response?;
        let result = self.outcome(js, &response, cell);
        let id = self.post("Runtime.releaseObjectGroup", json!({ "objectGroup": GROUP }));
        self.taken(id);
        result
    }

    /// The names that `let`, `const` and `class` have declared in the global.
    pub(crate) fn lexical_names(&mut self) -> Vec<String> {
        let id = self.post("Runtime.globalLexicalScopeNames", json!({}));
        let response: Option<Value> =
            self.taken(id).and_then(|text| serde_json::from_str(&whole_characters(&text)).ok());
        let names = response.as_ref().and_then(|response| response.pointer("/result/names")?.as_array());
        names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The value of one of [`Self::lexical_names`]; none before its declaration was reached.
    pub(crate) fn lexical_value(&mut self, js: &mut JsRuntime, name: &str) -> Option<v8::Global<v8::Value>> {
        let parameters = json!({ "expression": name, "objectGroup": GROUP, "silent": true, "throwOnSideEffect": true });
        let id = self.post("Runtime.evaluate", parameters);
        let response: Value = serde_json::from_str(&whole_characters(&self.taken(id)?)).ok()?;
        let result = response.get("result").filter(|result| result.get("exceptionDetails").is_none());
        let value = result.and_then(|result| self.value(js, result.get("result")?));
        let id = self.post("Runtime.releaseObjectGroup", json!({ "objectGroup": GROUP }));
        self.taken(id);
        value
    }

    /// Declares variables anew, without a value.
    pub(crate) fn declare_anew(&mut self, names: &[&str]) {
        for name in names {
            // In its own kind: the other of the two fails without an effect.
            for expression in [format!("let {name}; 0"), format!("const {name} = undefined; 0")] {
                let parameters = json!({ "expression": expression, "replMode": true, "silent": true });
                self.post("Runtime.evaluate", parameters);
            }
        }
        self.post("Runtime.releaseObjectGroup", json!({ "objectGroup": GROUP }));
        self.responses.borrow_mut().clear();
    }

    fn outcome(
        &mut self,
        js: &mut JsRuntime,
        response: &Value,
        cell: &PlacedCell,
    ) -> Result<v8::Global<v8::Value>, Failure> {
        let Some(result) = response.get("result") else {
            return Err(match response.pointer("/error/message").and_then(Value::as_str) {
                None => Failure::Terminated,
                Some(message) if is_termination(message) => Failure::Terminated,
                Some(message) => Failure::thrown(Thrown::message("Error", message)),
            });
        };
        let Some(details) = result.get("exceptionDetails") else {
            return result.get("result").and_then(|value| self.value(js, value)).ok_or(Failure::Terminated);
        };
        let value = details.get("exception").and_then(|exception| self.value(js, exception));
        let frames = details.pointer("/stackTrace/callFrames").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        // Where there are frames, the place beside them is counted otherwise.
        let place = frames.first().unwrap_or(details);
        let number = |name: &str| place[name].as_u64().and_then(|number| usize::try_from(number).ok());
        let position = number("lineNumber").zip(number("columnNumber")).map(|(line, column)| FilePosition {
            file: place["url"].as_str().unwrap_or(&cell.script).to_owned(),
            line: line + 1,
            column: column + 1,
        });
        let text = |pointer: &str| details.pointer(pointer).and_then(Value::as_str);
        let text = text("/exception/description").or_else(|| text("/text")).unwrap_or("unknown error");
        let at_start = details["lineNumber"] == 0 && details["columnNumber"] == 0 && frames.len() <= 1;
        let redeclared = redeclared_name(text).filter(|_| at_start).map(str::to_owned);
        let record = ErrorRecord::new(ErrorKind::Thrown, "Error", text);
        Err(Failure::thrown(Thrown { value, record, position, redeclared }))
    }

    /// The value behind what the inspector says of it.
    fn value(&mut self, js: &mut JsRuntime, remote: &Value) -> Option<v8::Global<v8::Value>> {
        let Some(object) = remote.get("objectId") else { return primitive(js, remote) };
        let parameters = json!({
            "functionDeclaration": "function (value) { this(value) }",
            "objectId": self.take,
            "arguments": [{ "objectId": object }],
        });
        let id = self.post("Runtime.callFunctionOn", parameters);
        self.taken(id);
        call(js, &self.handover.give)
    }

    /// While a cell starts: the first promise that is made is the one that its end waits for.
    fn hold_promise(&self, js: &mut JsRuntime, on: bool) {
        deno_core::scope!(scope, js);
        let hold = on.then(|| v8::Local::new(scope, &self.handover.hold));
        scope.set_promise_hooks(hold, None, None, None);
    }

    fn post(&mut self, method: &str, parameters: Value) -> i32 {
        self.next = self.next.wrapping_add(1);
        self.session.post_message(self.next, method, Some(parameters));
        self.next
    }

    /// The response to a message, if it came.
    fn taken(&self, id: i32) -> Option<String> {
        let mut responses = self.responses.borrow_mut();
        let at = responses.iter().position(|(known, _)| *known == id)?;
        Some(responses.swap_remove(at).1)
    }

    async fn response(&self, js: &mut JsRuntime, id: i32, session: &Session) -> Result<Value, Failure> {
        let cancel = session.cancel();
        let mut cancelled = pin!(cancel.cancelled());
        let take = || self.taken(id);
        let text = poll_fn(|context| {
            if let Some(text) = take() {
                return Poll::Ready(Ok(text));
            }
            if cancelled.as_mut().poll(context).is_ready() {
                return Poll::Ready(Err(Failure::Terminated));
            }
            let polled = session.poll_event_loop(js, context);
            if session.uncaught.take() {
                return Poll::Ready(Err(Failure::Uncaught));
            }
            match (take(), polled) {
                (Some(text), _) => Poll::Ready(Ok(text)),
                (None, Poll::Ready(Err(error))) => Poll::Ready(Err(Failure::thrown(Thrown::core(*error)))),
                (None, _) => match session.pass_time(js, &self.handover.run_timers, context) {
                    Ok(()) => Poll::Pending,
                    Err(failure) => Poll::Ready(Err(failure)),
                },
            }
        })
        .await?;
        serde_json::from_str(&whole_characters(&text))
            .map_err(|error| Failure::thrown(Thrown::message("Error", &error.to_string())))
    }
}

/// Calls a function of the prelude.
fn call(js: &mut JsRuntime, function: &v8::Global<v8::Function>) -> Option<v8::Global<v8::Value>> {
    deno_core::scope!(scope, js);
    let function = v8::Local::new(scope, function);
    let nothing = v8::undefined(scope).into();
    let value = function.call(scope, nothing, &[])?;
    Some(v8::Global::new(scope, value))
}

/// JSON in which halves of surrogate pairs that stand alone are replaced, since Rust's texts cannot hold them.
fn whole_characters(json: &str) -> Cow<'_, str> {
    if !json.contains("\\u") {
        return json.into();
    }
    let mut whole = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        whole.push_str(before);
        let length = match (surrogate(escape), escape.get(6..).and_then(surrogate)) {
            (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => 12,
            (Some(_), _) => {
                whole.push('\u{fffd}');
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            // An escape of two characters; the digits of `\u` need no care.
            (None, _) => 2,
        };
        let (escape, after) = escape.split_at(length.min(escape.len()));
        whole.push_str(escape);
        rest = after;
    }
    whole.push_str(rest);
    whole.into()
}

/// The half of a surrogate pair that `text` begins with, as `\ud83d`.
fn surrogate(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok().filter(|unit| (0xd800..0xe000).contains(unit))
}

fn primitive(js: &mut JsRuntime, remote: &Value) -> Option<v8::Global<v8::Value>> {
    deno_core::scope!(scope, js);
    let value: v8::Local<v8::Value> = if let Some(text) = remote["unserializableValue"].as_str() {
        match text.strip_suffix('n') {
            Some(digits) => big_integer(scope, digits)?,
            None => v8::Number::new(scope, number(text)).into(),
        }
    } else {
        match remote.get("value") {
            Some(value) => deno_core::serde_v8::to_v8(scope, value).ok()?,
            None => v8::undefined(scope).into(),
        }
    };
    Some(v8::Global::new(scope, value))
}

fn number(text: &str) -> f64 {
    match text {
        "-0" => -0.0,
        "Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ => f64::NAN,
    }
}

fn big_integer<'s>(scope: &mut v8::PinScope<'s, '_>, digits: &str) -> Option<v8::Local<'s, v8::Value>> {
    let code = v8::String::new(scope, &format!("{digits}n"))?;
    v8::Script::compile(scope, code, None)?.run(scope)
}

#[cfg(test)]
mod tests {
    use super::{is_needed, whole_characters};

    #[test]
    fn lone_surrogates_are_replaced() {
        for (json, expected) in [
            (r#""\ud800""#, "\"\u{fffd}\""),
            (r#""\ud83d\ude00 \ude00\ud83dx""#, "\"\\ud83d\\ude00 \u{fffd}\u{fffd}x\""),
            (r#""\\ud800 \n\u00e9""#, r#""\\ud800 \n\u00e9""#),
        ] {
            assert_eq!(whole_characters(json), expected);
            serde_json::from_str::<serde_json::Value>(&whole_characters(json)).expect("JSON");
        }
    }

    #[test]
    fn keywords_that_need_repl_mode_are_detected() {
        for code in ["let a", "x = 1\nconst b = 2", "await f()", "(class{})", "r = {await: 1}"] {
            assert!(is_needed(code), "{code}");
        }
        for code in ["letter = 1", "x.constant", "$let = 1", "classes", "var a"] {
            assert!(!is_needed(code), "{code}");
        }
    }
}
