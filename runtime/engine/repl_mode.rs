//! Cells that need V8's REPL mode: top-level `await`, and `let`, `const`, `class` that a later cell may declare again.
//!
//! V8 gives that mode to its inspector only, so such a cell is evaluated through a session of the inspector that is
//! started for the first of them.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use apinb_core::record::PositionRecord;
use deno_core::{
    InspectorMsgKind, InspectorSessionKind, JsRuntime, JsRuntimeInspector, LocalInspectorSession, PollEventLoopOptions,
    v8,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::cell::Failure;
use crate::exception::{self, Thrown};
use crate::session::Placed;

/// Where the inspector leaves a value for us to take, for a moment.
const HANDOVER: &str = "apinb:value";

/// What cells evaluated here belong to, so that the inspector can let go of them.
const GROUP: &str = "cell";

/// A session of the inspector.
pub(crate) struct ReplMode {
    session: LocalInspectorSession,
    answers: Rc<RefCell<Vec<(i32, String)>>>,
    next: i32,
}

/// Whether some word of the code may need REPL mode. It may stand in a text or a comment: that costs time, nothing
/// else.
pub(crate) fn is_needed(code: &str) -> bool {
    code.split(|at: char| !(at.is_alphanumeric() || at == '_' || at == '$'))
        .any(|word| matches!(word, "let" | "const" | "class" | "await" | "using"))
}

impl ReplMode {
    pub fn start(js: &mut JsRuntime) -> Self {
        js.maybe_init_inspector();
        let answers: Rc<RefCell<Vec<(i32, String)>>> = Rc::default();
        let received = Rc::clone(&answers);
        let session = JsRuntimeInspector::create_local_session(
            js.inspector(),
            Box::new(move |message| {
                if let InspectorMsgKind::Message(id) = message.kind {
                    received.borrow_mut().push((id, message.content));
                }
            }),
            InspectorSessionKind::NonBlocking { wait_for_disconnect: false },
        );
        Self { session, answers, next: 0 }
    }

    /// Evaluates a cell; its completion value once its top-level `await`s are through.
    pub async fn evaluate(
        &mut self,
        js: &mut JsRuntime,
        cell: &Placed,
        wait: &CancellationToken,
    ) -> Result<v8::Global<v8::Value>, Failure> {
        // Line ends before the code put its lines where they are in the file.
        let padding = "\n".repeat(cell.first_line.saturating_sub(1));
        let expression = format!("{padding}{}\n//# sourceURL={}", cell.code.code, cell.script);
        let parameters = json!({ "expression": expression, "replMode": true, "objectGroup": GROUP, "silent": true });
        let id = self.post("Runtime.evaluate", parameters);
        let answer = self.answer(js, id, wait).await?;
        let result = self.outcome(js, &answer, cell);
        let id = self.post("Runtime.releaseObjectGroup", json!({ "objectGroup": GROUP }));
        self.answers.borrow_mut().retain(|(known, _)| *known != id);
        result
    }

    /// Declares variables anew, without a value.
    pub fn declare_anew(&mut self, names: &[&str]) {
        for name in names {
            let parameters = json!({ "expression": format!("let {name}; 0"), "replMode": true, "silent": true });
            self.post("Runtime.evaluate", parameters);
        }
        self.post("Runtime.releaseObjectGroup", json!({ "objectGroup": GROUP }));
        self.answers.borrow_mut().clear();
    }

    fn outcome(&mut self, js: &mut JsRuntime, answer: &Value, cell: &Placed) -> Result<v8::Global<v8::Value>, Failure> {
        let Some(result) = answer.get("result") else {
            // `Execution was terminated`, or a fault of the protocol.
            return Err(Failure::Terminated);
        };
        let Some(details) = result.get("exceptionDetails") else {
            return self.value(js, &result["result"]).ok_or(Failure::Terminated);
        };
        let value = details.get("exception").and_then(|exception| self.value(js, exception));
        let number = |name: &str| details[name].as_u64().and_then(|number| usize::try_from(number).ok());
        let position = number("lineNumber").zip(number("columnNumber")).map(|(line, column)| PositionRecord {
            file: cell.script.clone(),
            line: line + 1,
            column: column + 1,
        });
        let text = details["exception"]["description"].as_str().or(details["text"].as_str()).unwrap_or("unknown error");
        let record = exception::record("Error", text.to_owned());
        Err(Failure::thrown(Thrown { value, record, position }))
    }

    /// The value behind what the inspector says of it.
    fn value(&mut self, js: &mut JsRuntime, remote: &Value) -> Option<v8::Global<v8::Value>> {
        let Some(object) = remote.get("objectId") else { return primitive(js, remote) };
        let function = format!("function () {{ 'use strict'; globalThis['{HANDOVER}'] = this; }}");
        let id = self.post("Runtime.callFunctionOn", json!({ "functionDeclaration": function, "objectId": object }));
        self.answers.borrow_mut().retain(|(known, _)| *known != id);
        deno_core::scope!(scope, js);
        let global = scope.get_current_context().global(scope);
        let key = v8::String::new(scope, HANDOVER)?;
        let value = global.get(scope, key.into())?;
        global.delete(scope, key.into());
        Some(v8::Global::new(scope, value))
    }

    fn post(&mut self, method: &str, parameters: Value) -> i32 {
        self.next = self.next.wrapping_add(1);
        self.session.post_message(self.next, method, Some(parameters));
        self.next
    }

    async fn answer(&self, js: &mut JsRuntime, id: i32, wait: &CancellationToken) -> Result<Value, Failure> {
        let mut cancelled = pin!(wait.cancelled());
        let take = || {
            let mut answers = self.answers.borrow_mut();
            let at = answers.iter().position(|(known, _)| *known == id)?;
            Some(answers.swap_remove(at).1)
        };
        let text = poll_fn(|context| {
            if let Some(text) = take() {
                return Poll::Ready(Ok(text));
            }
            if cancelled.as_mut().poll(context).is_ready() {
                return Poll::Ready(Err(Failure::Terminated));
            }
            let polled = js.poll_event_loop(context, PollEventLoopOptions::default());
            match (take(), polled) {
                (Some(text), _) => Poll::Ready(Ok(text)),
                (None, Poll::Ready(Err(error))) => Poll::Ready(Err(Failure::thrown(Thrown::core(error)))),
                (None, _) => Poll::Pending,
            }
        })
        .await?;
        serde_json::from_str(&text).map_err(|error| Failure::thrown(Thrown::message("Error", &error.to_string())))
    }
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
    use super::is_needed;

    #[test]
    fn words_that_need_the_mode_are_seen() {
        for code in ["let a", "x = 1\nconst b = 2", "await f()", "(class{})", "r = {await: 1}"] {
            assert!(is_needed(code), "{code}");
        }
        for code in ["letter = 1", "x.constant", "$let = 1", "classes", "var a"] {
            assert!(!is_needed(code), "{code}");
        }
    }
}
