//! GitHub Actions: annotations, the job summary, and protection from commands of notebooks.

use crate::support::{Answer, Case, Outcome, Server, github_commands};

/// Commands in every form, each with a visible effect if executed.
const HOSTILE: &str = "::error::HOSTILE\r::error::HOSTILE\n::error file=x::HOSTILE\n \t::warning::HOSTILE\nx ##[error]HOSTILE\n\
                       ::stop-commands::x\n::add-mask::a\n::endgroup::\n##[group]HOSTILE\n::save-state name=x::HOSTILE";

/// A step of a job whose repository is the folder of the case.
fn step(case: Case) -> Case {
    let workspace = case.folder().display().to_string();
    let summary = case.folder().join("summary.md").display().to_string();
    let case = case.env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", &workspace);
    case.env("GITHUB_STEP_SUMMARY", &summary)
}

/// The commands that the runner finds on stdout and on stderr, except those of the fence.
fn commands(outcome: &Outcome) -> (Vec<String>, Vec<String>) {
    (github_commands(&outcome.stdout), github_commands(&outcome.stderr))
}

fn notebooks(case: Case) -> Case {
    let broken = "Say hello\n\n```js\nconsole.log('hello')\n```\n\n# Break, it: 100%\n\n```js\nfunction f() { throw new \
                  RangeError('too far\\nby 1%') }\n  f()\n```\n\n> ```js\n> null.x\n> ```\n";
    case.file("books/a.md", broken).file("books/empty.md", "text\n").file("books/good.md", "```js\n1\n```\n")
}

#[test]
fn failures_are_annotations() {
    let case =
        notebooks(Case::command(["run", "--allow-empty", "books/a.md", "books/empty.md", "books/good.md", "none.md"]));
    let outcome = step(case).run();
    outcome.exit(2);
    let (stdout, stderr) = commands(&outcome);
    assert_eq!(
        stdout,
        [
            "::error file=books/a.md,line=10,col=22,title=$1 Break%2C it%3A 100%25::RangeError: too far%0Aby 1%25",
            "::error file=books/a.md,line=15,col=8,title=$2 null.x::TypeError: Cannot read properties of null (reading 'x')",
            "::error file=none.md,line=1,title=none.md::cannot read `none.md`%0Acaused by: no such file or directory",
            "::warning file=books/empty.md,line=1,title=books/empty.md::it has no code cells: nothing ran",
        ]
    );
    assert_eq!(stderr, [""; 0]);
}

#[test]
fn cells_that_failed_because_of_another_one_are_counted() {
    let cell = |code: &str| format!("```js\n{code}\n```\n\n");
    let book = [cell("user = none()"), cell("label = user.name"), cell("console.log(label)"), cell("user.id")].concat();
    let outcome = step(Case::command(["run", "a.md"]).file("a.md", book)).run();
    let expected = "::error file=a.md,line=2,col=1,title=$0 user = none()::ReferenceError: none is not defined%0A3 more because of $0";
    assert_eq!(commands(outcome.exit(1)).0, [expected]);
}

#[test]
fn as_many_annotations_are_written_as_github_shows() {
    let book = "```js\nthrow new Error('wrong')\n```\n\n".repeat(12);
    let outcome = step(Case::command(["run", "a.md"]).file("a.md", book)).run();
    let (stdout, _) = commands(outcome.exit(1));
    assert_eq!(stdout.len(), 10);
    assert_eq!(stdout[9], "::error title=3 more failures::the log and the job summary of this step list all of them");
}

#[test]
fn findings_of_a_check_are_annotations() {
    let book = format!(
        "Say hello\n\n```js\nlet a = (\n```\n\n```js\n/*\n{HOSTILE}\n*/ localStorage.x // ##[error]HOSTILE\n```\n"
    );
    let case = |arguments: &[&str]| {
        step(Case::command(["check", "books/a.md", "none.md"]).args(arguments).file("books/a.md", &book)).run()
    };
    let expected = [
        "::error file=books/a.md,line=4,col=10,title=javascript/invalid-syntax::expected `)` but found `EOF`",
        "::error file=books/a.md,line=19,col=4,title=javascript/unsupported-api::`localStorage` is a browser API that apinb does not provide%0A\
         help: Test for it first: `typeof localStorage !== 'undefined'`.",
        "::error file=none.md,line=1,title=none.md::cannot read `none.md`: no such file or directory",
    ];
    let (stdout, stderr) = commands(case(&[]).exit(2));
    assert_eq!(stdout, expected);
    assert_eq!(stderr, [""; 0]);
    let outcome = case(&["--json"]);
    let (stdout, stderr) = commands(outcome.exit(2));
    assert_eq!(stdout, [""; 0]);
    assert_eq!(stderr, expected);
    serde_json::from_str::<serde_json::Value>(&outcome.stdout).unwrap();
}

#[test]
fn files_are_named_from_the_workspace_on() {
    let case =
        |arguments: &[&str]| Case::command(["run"].iter().chain(arguments)).file("sub/a.md", "```js\nnull.x\n```\n");
    let folder = |case: &Case, name: &str| case.folder().join(name).display().to_string();
    let inside = case(&["sub/a.md"]);
    let workspace = folder(&inside, "sub");
    let inside = step(inside).env("GITHUB_WORKSPACE", &workspace).run();
    assert!(commands(&inside).0[0].starts_with("::error file=a.md,line=2,"), "{}", inside.stdout);
    let elsewhere = case(&["sub/a.md"]).file("repository/x", "");
    let workspace = folder(&elsewhere, "repository");
    let elsewhere = step(elsewhere).env("GITHUB_WORKSPACE", &workspace).run();
    assert!(commands(&elsewhere).0[0].starts_with("::error title=$0 null.x::TypeError: "), "{}", elsewhere.stdout);
    let stdin = step(Case::command(["run", "-"])).stdin("```js\nnull.x\n```\n").run();
    assert!(commands(&stdin).0[0].starts_with("::error title=$0 null.x::TypeError: "), "{}", stdin.stdout);
}

#[test]
fn outside_of_github_actions_nothing_is_written() {
    let case = notebooks(Case::command(["run", "books/a.md"]));
    let summary = case.folder().join("summary.md").display().to_string();
    let outcome = case.env("GITHUB_ACTIONS", "false").env("GITHUB_STEP_SUMMARY", &summary).run();
    assert!(!outcome.stdout.contains("::"), "{}", outcome.stdout);
    assert!(!std::path::Path::new(&summary).exists());
}

#[test]
fn skipped_notebooks_are_warnings() {
    let case = notebooks(Case::command(["run", "books/a.md", "books/good.md", "--fail-fast=all"]));
    let outcome = step(case).run();
    let (stdout, _) = commands(&outcome);
    assert_eq!(stdout[1], "::warning file=books/good.md,line=1,title=books/good.md::none of its cells ran");
}

/// A notebook, an API and a definition that all contain [`HOSTILE`].
fn hostile() -> (Case, Server) {
    let server = Server::with(|_| {
        let header = ("Content-Type".to_owned(), "text/plain".to_owned());
        Answer::Reply(200, vec![header, ("X-Hostile".to_owned(), "##[error]HOSTILE".to_owned())], HOSTILE.into())
    });
    let said = serde_json::to_string(HOSTILE).unwrap();
    let notebook = format!(
        "---\ntitle: ::error::HOSTILE ##[error]HOSTILE\n---\n::error::HOSTILE ##[error]HOSTILE\n\n```js\nconsole.log({said}); \
         console.error({said}); alert({said}); {said}\n```\n\n{HOSTILE}\n\n```js\nfetch('{url}').then(r => r.text())\n```\n\n\
         ```js\n/* ##[error]HOSTILE\n::error::HOSTILE\n*/ var e = new Error({said}); e.name = {said}; throw e\n```\n\n\
         ```js\nlet x = ; // ##[error]HOSTILE\n```\n\n```js\nAPI.createClient('c', 'api.raml')\n```\n",
        url = server.url("/hostile"),
    );
    let definition = "::error::HOSTILE\n{ ##[error]HOSTILE\n";
    let case = Case::command(["run", "##[error]HOSTILE.md"]).file("##[error]HOSTILE.md", notebook);
    (step(case.file("api.raml", definition)), server)
}

#[test]
fn a_notebook_cannot_issue_commands() {
    for more in
        [vec![], vec!["-v"], vec!["-q"], vec!["--jobs", "2"], vec!["--fail-fast=all"], vec!["--color", "always"]]
    {
        let (case, _server) = hostile();
        let outcome = case.args(["good.md", "::error::HOSTILE"]).args(&more).file("good.md", "```js\n1\n```\n").run();
        outcome.exit(2);
        let (stdout, stderr) = commands(&outcome);
        let errors = if more == ["--fail-fast=all"] { 2 } else { 4 };
        assert_eq!(stdout.iter().filter(|line| line.starts_with("::error ")).count(), errors, "{more:?} {stdout:#?}");
        assert!(stdout.iter().all(|line| !line.starts_with("::error::") && !line.starts_with("##")), "{stdout:#?}");
        assert_eq!(stderr, [""; 0], "{more:?}");
        assert!(outcome.stdout.contains("HOSTILE"));
    }
}

#[test]
fn external_reports_on_stdout_have_no_commands_and_the_same_meaning() {
    for kind in crate::report_destinations::KINDS {
        let (case, _server) = hostile();
        let outcome = case.args(["--report", &format!("{kind}=-"), "--report", &format!("{kind}=file")]).run();
        outcome.exit(1);
        let (stdout, stderr) = commands(&outcome);
        assert_eq!(stdout, [""; 0], "{kind}");
        assert_eq!(stderr.len(), 3, "{kind} {stderr:#?}");
        let file = outcome.file("file");
        assert!(file.contains("HOSTILE"), "{kind}");
        match kind {
            "har" | "ipynb" | "json" => {
                let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
                assert_eq!(read(&outcome.stdout), read(&file), "{kind}");
            }
            "html" => assert_eq!(
                scraper::Html::parse_document(&outcome.stdout).root_element().text().collect::<String>(),
                scraper::Html::parse_document(&file).root_element().text().collect::<String>()
            ),
            "junit" => {
                let text = |text: &str| -> Vec<String> {
                    let document = roxmltree::Document::parse(text).unwrap();
                    let nodes = document.descendants().map(|node| {
                        let attributes: Vec<&str> = node.attributes().map(|attribute| attribute.value()).collect();
                        format!("{attributes:?} {:?}", node.text())
                    });
                    nodes.collect()
                };
                assert_eq!(text(&outcome.stdout), text(&file));
            }
            "md" => assert_eq!(outcome.stdout.replace('\u{200b}', ""), file),
            _ => {
                let read = |text: &str| crate::support::validate("tap.mjs", text);
                assert_eq!(read(&outcome.stdout), read(&file));
            }
        }
    }
}

#[test]
fn file_errors_cannot_issue_commands() {
    let case = Case::command(["run", "a.md"]).file("a.md", "").file("apinb.toml", "x = 1 # ##[error]HOSTILE\n");
    let outcome = step(case).run();
    outcome.exit(2).stderr_contains("HOSTILE");
    assert_eq!(commands(&outcome), (Vec::new(), Vec::new()));
}

#[test]
fn the_token_differs_for_each_run() {
    let token = || {
        let outcome = step(notebooks(Case::command(["run", "books/good.md"]))).run();
        let first = outcome.exit(0).stdout.lines().next().unwrap().to_owned();
        let token = first.strip_prefix("::stop-commands::").unwrap().to_owned();
        assert!(token.len() > 32 && outcome.stdout.ends_with(&format!("\n::{token}::\n")), "{}", outcome.stdout);
        token
    };
    assert_ne!(token(), token());
}

#[test]
fn the_summary_has_a_table_for_each_notebook() {
    let case = notebooks(Case::command(["run", "books/a.md", "books/good.md", "none.md"])).file("summary.md", "# Mine");
    let outcome = step(case).run();
    let summary = outcome.file("summary.md");
    crate::support::golden_text("report/github-summary", &summary);
}

#[test]
fn the_summary_contains_no_foreign_markup() {
    let markup = "<script>x</script></pre></code></details>|`*_[a](javascript:x)\n\n# h\n\n<img src=x>";
    let said = serde_json::to_string(markup).unwrap();
    let notebook = format!(
        "---\ntitle: <b>|`*</b>\n---\n<i>|`label*\n\n```js\nvar e = new Error({said}); e.name = {said}; throw e\n```\n"
    );
    let outcome = step(Case::command(["run", "a.md"]).file("a.md", notebook)).run();
    let summary = outcome.exit(1).file("summary.md");
    let mut page = String::new();
    pulldown_cmark::html::push_html(&mut page, pulldown_cmark::Parser::new(&summary));
    let page = scraper::Html::parse_fragment(&page);
    let every = scraper::Selector::parse("*").unwrap();
    let known = ["html", "h3", "p", "code", "table", "tbody", "tr", "td", "th", "details", "summary", "b", "pre"];
    for element in page.select(&every) {
        assert!(known.contains(&element.value().name()), "{}\n{summary}", element.value().name());
    }
    let pre = scraper::Selector::parse("pre").unwrap();
    let text: String = page.select(&pre).next().unwrap().text().collect();
    assert!(text.contains("<script>x</script></pre></code></details>|`*_[a](javascript:x)"), "{text}");
    assert!(text.contains("<img src=x>"), "{text}");
}

#[test]
fn a_long_summary_is_truncated_with_a_note() {
    let cells: String = "```js\nthrow new Error('x'.repeat(9000))\n```\n\n".repeat(120);
    let before = "y".repeat(300_000);
    let case = Case::command(["run", "a.md"]).file("a.md", cells).file("summary.md", &before);
    let outcome = step(case).run();
    let summary = outcome.exit(1).file("summary.md");
    assert!(summary.len() <= 1 << 20 && summary.len() > 1_000_000, "{}", summary.len());
    assert!(summary.starts_with(&before) && summary.contains("a.md</code></h3>"));
    assert!(summary.trim_end().ends_with("has everything.</p>"), "{}", &summary[summary.len() - 300..]);
    let full = Case::command(["run", "a.md"]).file("a.md", "```js\n1\n```\n").file("summary.md", "y".repeat(1 << 20));
    let outcome = step(full).run();
    outcome.exit(0).stderr_contains("the job summary is full");
    assert_eq!(outcome.file("summary.md").len(), 1 << 20);
}

#[test]
fn an_unwritable_summary_is_reported() {
    let case = step(Case::command(["run", "a.md"]).file("a.md", "```js\n1\n```\n"));
    case.env("GITHUB_STEP_SUMMARY", "no/such/file").run().exit(2).stderr_contains("cannot write the job summary");
}

#[test]
fn secrets_are_registered_as_masks_and_never_printed() {
    let notebook = "```js\nTOKEN = prompt('Token?'); throw new Error('no ' + TOKEN)\n```\n";
    let case = Case::command(["run", "a.md", "--input", "TOKEN=hunter22hunter22"]).file("a.md", notebook);
    let outcome = step(case).run();
    outcome.exit(1).contains_nowhere("hunter22hunter22", &[]);
    assert!(commands(&outcome).0[0].ends_with("::no [secret]"), "{}", outcome.stdout);
}
