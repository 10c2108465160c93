//! Sources of answers to `prompt` and `confirm`.

use crate::support::{Case, Server, Terminal};

const ASK: &str = "DOMAIN = prompt('Which domain = yours?')";

#[test]
fn flags_answer_by_variable_text_and_pattern() {
    for input in ["DOMAIN=x", "Which domain*=x", "D?MAIN=x", "*=x", "*yours?=x"] {
        Case::cells([ASK]).args(["--input", input]).run().exit(0).cell(0).is("\"x\"");
    }
    Case::cells(["prompt('Your name?')"]).args(["--input", "Your name?=Ann"]).run().exit(0).cell(0).is("\"Ann\"");
    let case = Case::cells(["A = prompt('a')", "B = prompt('b')"]).args(["--input", "*=1", "--input", "B=2"]);
    case.run().exit(0).cell(0).is("\"1\"").cell(1).is("\"2\"");
}

#[test]
fn the_environment_answers() {
    let case = || Case::cells([ASK]).env("APINB_INPUT_DOMAIN", "environment");
    case().run().exit(0).cell(0).is("\"environment\"");
    case().file("apinb.toml", "[inputs]\nDOMAIN = \"file\"\n").run().exit(0).cell(0).is("\"environment\"");
    case().args(["--input", "*=flag"]).run().exit(0).cell(0).is("\"flag\"");
}

#[test]
fn an_unanswered_question_fails_with_the_flag_that_answers_it() {
    let cells = [ASK, "prompt('Your name?')", "confirm('Sure = yes?')", "x = confirm('ok')", "prompt(\"it's\")"];
    let outcome = Case::cells(cells).run();
    outcome.exit(1);
    let help = |number: usize| outcome.cell(number).cell["error"]["help"].as_str().unwrap().to_owned();
    outcome.cell(0).fails("no answer for the prompt `Which domain = yours?`");
    assert_eq!(help(0), "Pass `--input DOMAIN=…`.");
    assert_eq!(help(1), "Pass `--input 'Your name?=…'`.");
    outcome.cell(2).fails("no answer for the confirm `Sure = yes?`");
    assert_eq!(help(2), "Pass `--input 'Sure ? yes?=yes'`.");
    assert_eq!(help(3), "Pass `--input x=yes`.");
    assert_eq!(help(4), "Pass `--input 'it'\\''s=…'`.");
    // The suggested flag works.
    Case::cells([cells[2]]).args(["--input", "Sure ? yes?=yes"]).run().exit(0).cell(0).is("true");
}

#[test]
fn a_cell_with_an_unanswered_question_sends_nothing() {
    let server = Server::start();
    let url = server.url("/");
    let code = |ask: &str| {
        format!("{ask}; try {{ await fetch('{url}?name=' + NAME) }} catch (error) {{ console.log(error.message) }}")
    };
    let outcome = Case::cells([code("NAME = prompt('Name?')"), code("NAME = 'Ann'")]).run();
    outcome.exit(1).cell(0).fails("no answer for the prompt `Name?`");
    // Other cells are not concerned.
    let targets: Vec<String> = server.requests().into_iter().map(|request| request.url).collect();
    assert_eq!(targets, ["/?name=Ann"]);
}

/// Whatever declares the variable, and however a later cell uses it.
#[test]
fn no_later_cell_sends_what_has_no_answer() {
    let server = Server::start();
    let url = server.url("/");
    for declared in [
        "NAME = prompt('Name?')",
        "let NAME = prompt('Name?')",
        "const NAME = prompt('Name?') || 'default'",
        "NAME = Number(prompt('Name?'))",
        "ask = () => prompt('Name?'); NAME = ask()",
        "NAME = await Promise.resolve().then(() => prompt('Name?'))",
        "if (confirm('Sure?')) NAME = 1; else NAME = 2",
    ] {
        let outcome = Case::cells([declared, &format!("(await fetch('{url}?name=' + NAME)).status")]).run();
        outcome.exit(1).cell(0).fails("no answer for the ");
        outcome.cell(1).fails("NAME is not defined");
        if !declared.starts_with("if ") {
            assert_eq!(outcome.cell(1).cell["error"]["caused_by"], 0, "{declared}");
        }
    }
    // A cell that catches the error sends nothing either.
    let caught = format!("try {{ prompt('Name?') }} catch {{ }}\nawait fetch('{url}')");
    Case::cells([&caught]).run().exit(1).cell(0).fails("no answer for the prompt `Name?`");
    assert!(server.requests().is_empty());
}

#[test]
fn a_confirm_takes_yes_and_no() {
    for (answer, result) in [("yes", "true"), ("Y", "true"), ("1", "true"), ("no", "false"), ("false", "false")] {
        let case = Case::cells(["confirm('Sure?')"]).args(["--input", &format!("Sure?={answer}")]);
        case.run().exit(0).cell(0).is(result);
    }
    let case = Case::cells(["confirm('Sure?')"]).args(["--input", "Sure?=maybe"]);
    case.run().exit(1).cell(0).fails("expected `yes` or `no` for the input `Sure?`");
}

#[test]
fn a_mocked_run_uses_sample_answers_and_reports_them() {
    let cells = ["DOMAIN = prompt('d')", "EMAIL = prompt('e')", "confirm('c')", "prompt('d', 'default')"];
    let toml = "[mock.inputs]\nDOMAIN = \"acme\"\n";
    let outcome = Case::cells(cells).file("apinb.toml", toml).args(["--mock"]).run();
    outcome
        .exit(0)
        .cell(0)
        .is("\"acme\"")
        .cell(1)
        .is("\"someone@example.org\"")
        .cell(2)
        .is("true")
        .cell(3)
        .is("\"default\"");
    outcome.stdout_contains("? DOMAIN = acme  (mocked)").stdout_contains("? EMAIL = someone@example.org  (generated)");
    let origin = |number: usize| outcome.cell(number).cell["prompts"][0]["origin"].clone();
    assert_eq!((origin(0), origin(1)), ("mock_input".into(), "generated".into()));
    let case = Case::cells(cells).file("apinb.toml", toml).args(["--mock", "--input", "DOMAIN=given"]);
    case.run().exit(0).stdout_contains("? DOMAIN = given  (given)");
}

#[test]
fn mock_inputs_do_not_answer_a_real_run() {
    let toml = "[mock.inputs]\nDOMAIN = \"acme\"\n";
    Case::cells([ASK]).file("apinb.toml", toml).run().exit(1).cell(0).fails("no answer for");
}

#[cfg(unix)]
#[test]
fn a_person_answers_at_a_terminal() {
    let notebook = "```js\nNAME = prompt('Your name?', 'An')\nok = confirm('Sure?')\nnone = prompt('More?')\n\
                    NAME + ok + none\n```\n";
    let mut terminal = Terminal::start(Case::command(["run", "a.md"]).file("a.md", notebook), 100);
    terminal.shows("? Your name? ").types("na\r");
    terminal.shows("? Sure? [y/n] ").types("what\r").shows("[y/n] ").types("y\r");
    terminal.shows("? More? ").types("\u{4}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("\"Annatruenull\""), "{screen}");
    // What was typed is on the screen already.
    assert!(!screen.contains("answered here"), "{screen}");
}

#[cfg(unix)]
#[test]
fn a_secret_is_not_echoed() {
    let notebook = "```js\nTOKEN = prompt('The token?')\nTOKEN.length + TOKEN\n```\n";
    let mut terminal =
        Terminal::start(Case::command(["run", "a.md", "-v", "--color", "never"]).file("a.md", notebook), 100);
    terminal.shows("? The token? (not shown) ").types("abcXX\u{7f}\u{7f}defgh\r");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("8[secret]"), "{screen}");
    assert!(!screen.contains("abc") && !screen.contains("defgh") && !screen.contains('*'), "{screen}");
}

#[cfg(unix)]
#[test]
fn control_characters_of_a_question_are_escaped() {
    let notebook = "```js\nA = prompt('one\\ntwo\\x1b[2Jthree')\n```\n";
    let mut terminal = Terminal::start(Case::command(["run", "a.md"]).file("a.md", notebook), 100);
    terminal.shows("one").shows("two␛[2Jthree").types("x\r");
    assert_eq!(terminal.end().0, 0);
}
