//! `prompt`, `confirm` and `alert`: their results and their use in cells. Sources of answers are tested in `inputs`.

use serde_json::json;

use crate::support::{Case, Terminal};

#[test]
fn they_are_methods_of_window_too() {
    let rows = [
        ("[prompt === window.prompt, confirm === self.confirm, alert === global.alert]", "[ true, true, true ]"),
        ("window.prompt('Name?')", "\"Ada\""),
        ("globalThis.confirm('Sure?')", "true"),
        ("window.alert('done')", ""),
        ("ask = prompt; ask('Name?')", "\"Ada\""),
        // The text may have any type, or be missing.
        ("prompt()", "\"else\""),
        ("prompt(5)", "\"five\""),
        ("prompt(null)", "\"nothing\""),
        ("prompt({ a: 1 })", "\"object\""),
        ("alert(); alert(null); alert([1, 2])", ""),
    ];
    let inputs = ["Name?=Ada", "Sure?=yes", "*=else", "5=five", "null=nothing", "[object Object]=object"];
    let outcome = Case::check_with(&rows, |case| case.args(inputs.iter().flat_map(|input| ["--input", input])));
    assert_eq!(outcome.cell(3).console(), ["alert: done"]);
    assert_eq!(outcome.cell(9).console(), ["alert: ", "alert: null", "alert: 1,2"]);
}

#[test]
fn an_answer_is_unchanged_text() {
    for (given, result) in [("a=b=c", "\"a=b=c\""), ("", "\"\""), (" x", "\" x\""), ("7", "\"7\""), ("é😀", "\"é😀\"")]
    {
        let case = Case::cells(["A = prompt('?')"]).args(["--input", &format!("A={given}")]);
        case.run().exit(0).cell(0).is(result);
    }
}

#[test]
fn a_question_is_named_after_its_variable() {
    let rows = [
        ("var one = prompt('?'); one", "\"1\""),
        ("let two = window.prompt('?'); two", "\"2\""),
        ("settings = {}; settings.three = prompt('?')", "\"3\""),
        ("({ four: prompt('?'), five: prompt('?') })", "{ four: \"4\", five: \"5\" }"),
        ("six = Number(prompt('?'))", "6"),
        ("function ask() { return prompt('?') }\nseven = ask()", "\"text\""),
        ("eight = confirm('?') ? 'yes' : 'no'", "\"no\""),
    ];
    let inputs = ["one=1", "two=2", "three=3", "four=4", "five=5", "six=6", "eight=no", "?=text"];
    Case::check_with(&rows, |case| case.args(inputs.iter().flat_map(|input| ["--input", input])));
}

#[test]
fn the_configuration_file_answers() {
    let rows = [("A = prompt('a')", "\"one\""), ("B = prompt('b')", "\"two\""), ("C = prompt('c')", "\"three\"")];
    let toml = "[inputs]\nA = \"one\"\nB = { env = \"SECOND\" }\nC = { file = \"third.txt\" }\n";
    let outcome = Case::check_with(&rows[..1], |case| case.file("apinb.toml", "[inputs]\nA = \"one\"\n"));
    outcome.exit(0);
    let case = Case::cells(rows.map(|(code, _)| code)).file("apinb.toml", toml).file("third.txt", "three\n");
    let outcome = case.env("SECOND", "two").run();
    // Values of variables and files are secrets.
    outcome.exit(0).cell(0).is("\"one\"").cell(1).is("\"[secret]\"").cell(2).is("\"[secret]\"");
}

#[test]
fn a_cell_fails_at_a_prompt_without_an_answer() {
    let outcome = Case::cells([
        "a = prompt('One?'); b = confirm('Two?'); c = 'went on'\nprompt('Given?'); prompt('One?')",
        "[typeof a, typeof b, typeof c]",
        "try { prompt('Three?') } catch { }\n'never caught'",
    ])
    .args(["--input", "Given?=x"])
    .run();
    let error = &outcome.cell(0).cell["error"];
    outcome.exit(1).cell(0).fails("no answer for the prompt `One?`");
    for flag in ["--input a=…", "--input b=yes"] {
        assert!(error["help"].as_str().unwrap().contains(flag), "{error}");
    }
    assert!(!error.to_string().contains("Given?"), "{error}");
    assert_eq!(outcome.cell(0).position(), "notebook.md:2:5");
    outcome.cell(1).is("[ \"undefined\", \"undefined\", \"undefined\" ]");
    outcome.cell(2).fails("no answer for the prompt `Three?`");
}

#[test]
fn the_help_for_a_question_without_text_works() {
    let outcome = Case::cells(["prompt()"]).run();
    outcome.exit(1);
    assert_eq!(outcome.cell(0).help(), "Pass `--input '*=…'`.");
    Case::cells(["prompt()"]).args(["--input", "*=x"]).run().exit(0).cell(0).is("\"x\"");
}

#[test]
fn the_report_has_the_questions_of_a_cell() {
    let case = Case::cells(["NAME = prompt('Name?', 'An'); confirm('Sure?')", "TOKEN = prompt('Token?'); prompt('x')"]);
    let outcome = case.args(["--input", "NAME=Ann", "--input", "Sure?=n", "--input", "TOKEN=abcdefgh"]).run();
    let prompts = |cell: usize| outcome.cell(cell).cell["prompts"].clone();
    assert_eq!(
        prompts(0),
        json!([
            { "kind": "prompt", "question": "Name?", "variable": "NAME", "answer": "Ann", "origin": "input" },
            { "kind": "confirm", "question": "Sure?", "answer": "false", "origin": "input" },
        ])
    );
    assert_eq!(
        prompts(1),
        json!([
            { "kind": "prompt", "question": "Token?", "variable": "TOKEN", "answer": "[secret]", "origin": "input" },
            { "kind": "prompt", "question": "x", "origin": "unanswered" },
        ])
    );
}

#[test]
fn questions_of_callbacks_are_answered_too() {
    let rows = [
        ("new Promise(r => setTimeout(() => r(prompt('later')), 1))", "\"x\""),
        ("await null; name = prompt('after a wait')", "\"x\""),
        ("done = async(); queueMicrotask(() => done(null, prompt('soon')))", "\"x\""),
    ];
    Case::check_with(&rows, |case| case.args(["--input", "*=x"]));
}

#[cfg(unix)]
#[test]
fn a_question_can_be_cancelled_or_use_its_default() {
    let notebook = "```js\na = prompt('One?', 'kept'); b = confirm('Two?'); c = prompt('Three?')\nJSON.stringify([a, b, c])\n```\n";
    let mut terminal = Terminal::start(Case::command(["run", "a.md", "--color", "never"]).file("a.md", notebook), 160);
    terminal.shows("? One? ").types("\r");
    terminal.shows("? Two? [y/n] ").types("\u{4}");
    terminal.shows("? Three? ").types("é😀\r");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains(r#"["kept",false,"é😀"]"#), "{screen}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_at_a_question_ends_the_run() {
    let notebook = "```js\nprompt('One?')\n```\n\n```js\n'never ' + 'run'\n```\n";
    let mut terminal = Terminal::start(Case::command(["run", "a.md", "--color", "never"]).file("a.md", notebook), 100);
    terminal.shows("? One? ").types("\u{3}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 130, "{screen}");
    assert!(!screen.contains("never run"), "{screen}");
}

#[cfg(unix)]
#[test]
fn an_input_is_not_prompted_for() {
    let notebook = "```js\nA = prompt('One?')\nB = prompt('Two?')\nA + B\n```\n";
    let case = Case::command(["run", "a.md", "--color", "never", "--input", "A=1"]).file("a.md", notebook);
    let mut terminal = Terminal::start(case, 100);
    terminal.shows("? Two? ").types("2\r");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("\"12\"") && screen.contains("? A = 1  (given)"), "{screen}");
}

#[test]
fn the_answer_to_a_confirm_is_never_secret() {
    let cells = ["sure = confirm('Reset the password?')", "[sure, 'true', prompt('Your id on https://a.test/tokens')]"];
    let inputs = ["--input", "Reset the password?=true", "--input", "Your id*=tokenless"];
    let outcome = Case::cells(cells).args(inputs).run();
    outcome.exit(0).cell(0).is("true").cell(1).is("[ true, \"true\", \"tokenless\" ]");
    assert!(!outcome.report().to_string().contains("[secret]"));
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_set_is_asked_for_at_a_terminal() {
    let case = || {
        let config = "[inputs]\nPIN = { env = \"NO_SUCH_VARIABLE\" }\n";
        Case::cells(["PIN = prompt('Your PIN?')\nPIN.length > 0"]).file("apinb.toml", config)
    };
    case().run().exit(1).stdout_contains("the environment variable `NO_SUCH_VARIABLE` is not set");
    let mut terminal = Terminal::start(case(), 100);
    terminal.shows("Your PIN?").types("fourtytwo\r");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("true") && !screen.contains("fourtytwo"), "{screen}");
}
