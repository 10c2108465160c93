//! `script/missing`: a script that does not exist.

use apinb_record::check::ScriptState;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "script/missing",
        severity: Severity::Error,
        title: "Missing script",
        documentation: "`load` names a file that does not exist, or that the notebook may not read. A run \
            fails there. Add the file, or map the reference to another one: `--script 'REFERENCE=FILE'`, or \
            `[scripts]` in `apinb.toml`. A script at a URL is not reported: only a run fetches it.",
        example: &[ExampleDocument {
            name: "notebook.md",
            text: "\
```js
load('chai.js')
```
",
        }],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    let missing = context.scripts.iter().filter(|(_, need)| need.state == ScriptState::Missing);
    missing
        .map(|(script, need)| Occurrence {
            cell: Some(script.cell),
            span: script.place,
            message: format!("there is no script `{}`", need.reference.as_deref().unwrap_or_default()),
            help: need.help.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::check_documents;

    #[test]
    fn a_missing_script_has_its_position() {
        check_documents(
            &RULE,
            &[("notebook.md", "```js\nload('here.js'); load('lost.js')\n```\n"), ("here.js", "1")],
            "script/missing 2:18 load('lost.js')",
            "there is no script `lost.js`",
            "Pass `--script 'lost.js=FILE'`, or add to apinb.toml: [scripts] \"lost.js\" = \"FILE\"",
        );
    }
}
