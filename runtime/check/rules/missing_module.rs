//! `script/missing-module`: a module that cannot be imported.

use apinb_analysis::model::Module;
use apinb_project::reading::modules::{Kind, Modules, Referrer};
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "script/missing-module",
        severity: Severity::Error,
        title: "Missing module",
        documentation: "A cell imports a file that does not exist, a package that is not installed, a module of Node, \
            or something that the notebook may not read. A run fails there. Correct the specifier, install the \
            package, or map the specifier in `[imports]` of `apinb.toml`. A module at a URL is not reported: only a \
            run fetches it. Neither is an import that the cell expects to fail, in `try`.",
        example: &[ExampleDocument {
            name: "notebook.md",
            text: "\
```js
import { total } from './lib.js'
```
",
        }],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    let modules = Modules::new(context.settings);
    let occurrence = |module: &Module| {
        let specifier = module.specifier.as_deref().filter(|_| !module.tolerated)?;
        let error = modules.resolve(specifier, Referrer::Notebook, Kind::Import).err()?;
        Some(Occurrence {
            cell: Some(module.cell),
            span: module.place,
            message: format!("cannot import `{specifier}`: {error}"),
            help: Some(error.help()).filter(|help| !help.is_empty()),
        })
    };
    context.analysis.modules.iter().filter_map(occurrence).collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::check_documents;

    #[test]
    fn a_missing_module_has_its_position() {
        check_documents(
            &RULE,
            &[
                (
                    "notebook.md",
                    "```js\nimport { a } from './here.js'; import 'fs'\ntry { await import('./lost.js') } catch {}\n```\n",
                ),
                ("here.js", "export const a = 1"),
            ],
            "script/missing-module 2:39 'fs'",
            "cannot import `fs`: `fs` is a module of Node, which apinb does not provide",
            "Read a file of the project with `file(path)`, and write one with `save(path, value)`.",
        );
    }
}
