//! Messages of V8, produced by V8 itself.

use std::cell::RefCell;
use std::rc::Rc;

use deno_core::error::CoreErrorKind;
use deno_core::{
    InspectorMsgKind, InspectorSessionKind, JsRuntime, JsRuntimeInspector, PollEventLoopOptions, RuntimeOptions, v8,
};
use serde_json::{Value, json};

use super::{UndefinedUse, is_termination, redeclared_name, without_uncaught};

/// V8's message for the first script that throws.
fn message(scripts: &[&str]) -> String {
    let mut js = JsRuntime::new(RuntimeOptions::default());
    deno_core::scope!(scope, js);
    v8::tc_scope!(let scope, scope);
    for script in scripts {
        let code = v8::String::new(scope, script).expect("a text");
        if v8::Script::compile(scope, code, None).and_then(|script| script.run(scope)).is_none() {
            return scope.message().expect("a message").get(scope).to_rust_string_lossy(scope);
        }
    }
    panic!("none of {scripts:?} throws");
}

#[test]
fn messages_about_undefined_are_recognized() {
    let check = |code: &str, expected: Option<UndefinedUse<'_>>| {
        let message = message(&["var a = {}", code]);
        let text = without_uncaught(&message).strip_prefix("TypeError: ").expect("a TypeError");
        assert_eq!(UndefinedUse::from_message(text), expected, "{code}: {message}");
    };
    check("a.b.c", Some(UndefinedUse::Read));
    check("a.b.c()", Some(UndefinedUse::Read));
    check("a.b['c d'] = 1", Some(UndefinedUse::Set("c d")));
    check("a.b()", Some(UndefinedUse::Called("a.b")));
    check("var { c } = a.b", Some(UndefinedUse::Destructured("a.b")));
    check("null.c", None);
    check("new a", None);
}

#[test]
fn messages_of_uncaught_errors_are_recognized() {
    assert_eq!(message(&["throw 'Uncaught it'"]), "Uncaught Uncaught it");
    assert_eq!(without_uncaught("Uncaught Uncaught it"), "Uncaught it");
    let mut js = JsRuntime::new(RuntimeOptions::default());
    js.execute_script("test", "Promise.reject('it'); 0").expect("a script");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let error = runtime.block_on(js.run_event_loop(PollEventLoopOptions::default())).expect_err("a rejection");
    let CoreErrorKind::Js(error) = error.into_kind() else { panic!("not an error of JavaScript") };
    assert_eq!(error.exception_message, "Uncaught (in promise) it");
    assert_eq!(without_uncaught(&error.exception_message), "it");
}

#[test]
fn messages_about_redeclared_names_are_recognized() {
    for scripts in [["let a", "var a"], ["var a", "let a"], ["class a {}", "const a = 1"]] {
        assert_eq!(redeclared_name(&message(&scripts)), Some("a"), "{scripts:?}");
    }
    assert_eq!(redeclared_name(&message(&["let"])), None);
}

#[test]
fn terminations_reported_by_the_inspector_are_recognized() {
    let mut js = JsRuntime::new(RuntimeOptions::default());
    js.maybe_init_inspector();
    let answers: Rc<RefCell<Vec<String>>> = Rc::default();
    let received = Rc::clone(&answers);
    let mut session = JsRuntimeInspector::create_local_session(
        js.inspector(),
        Box::new(move |message| {
            if let InspectorMsgKind::Message(_) = message.kind {
                received.borrow_mut().push(message.content);
            }
        }),
        InspectorSessionKind::NonBlocking { wait_for_disconnect: false },
    );
    js.v8_isolate().terminate_execution();
    session.post_message(1, "Runtime.evaluate", Some(json!({ "expression": "for (;;);" })));
    let answers = answers.borrow();
    let answer: Value = serde_json::from_str(&answers[0]).expect("JSON");
    assert!(is_termination(answer["error"]["message"].as_str().expect("a message")), "{answer}");
}
