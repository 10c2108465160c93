//! Entries as V8 sees them.

use std::path::Path;

use apinb_text::secret::redactor::Redactor;

use super::Completeness::{Complete, Incomplete, Invalid};
use crate::support;

#[test]
fn entries_that_must_continue_are_incomplete() {
    let mut engine = support::start(support::settings(Path::new("/nowhere")), &Redactor::default(), None);
    // A later entry may declare it again.
    support::run(&mut engine, 0, "let a = 1").result.expect("it passes");
    for (expected, entries) in [
        (
            Complete,
            &[
                "",
                "1",
                "a.b",
                "Math.max(\n 1,\n 2\n)\n",
                "a\n  .b()\n",
                "`a\n${b}\n`",
                "await f()",
                "let a = { b: 1 }",
                "if (a) b()",
                "// f(",
                "const f = () => {}",
                "for (const a of b) {}",
            ][..],
        ),
        (
            Incomplete,
            &[
                "Math.max(",
                "Math.max(\n",
                "Math.max(\n 1",
                "Math.max(\n 1,",
                "Math.max(\n 1, // one\n",
                "Math.max(1 /* one",
                "console.log(\n",
                "console.log('é', `é`",
                "new Map(",
                "new Map([[1, 2]]",
                "f(g(1)",
                "f(...a",
                "f({ a: 1 }",
                "f(async () => {",
                "f?.(1",
                "import(",
                "`a",
                "`a ${",
                "`a ${b",
                "`a ${b}\n",
                "a.",
                "a?.",
                "a +",
                "a ?",
                "a ? b :",
                "x =>",
                "x = ",
                "let a =",
                "let {",
                "let { a",
                "[1,",
                "[1",
                "({ a",
                "({ a:",
                "(",
                "(1",
                "if (",
                "if (a",
                "if (a)",
                "if (a) {",
                "for (const a of",
                "for (let i = 0;",
                "while (true) {",
                "do {",
                "switch (a) {",
                "try {",
                "class A {",
                "class A extends B",
                "function f(",
                "function f(a,",
                "function f(a) {",
                "async () =>",
                "/* comment",
                "return",
            ],
        ),
        (
            Invalid,
            &["f(1 2", "f(1;", "a b", "'open", "/open", ")", "f(]", "a\n}", "let a = 1;\n.b()", "// c\n.b()", "{}\n.b"],
        ),
    ] {
        for entry in entries {
            // `return` alone is a statement of the wrapper.
            let expected = if *entry == "return" { Complete } else { expected };
            assert_eq!(engine.completeness(entry), expected, "{entry:?}");
        }
    }
}
