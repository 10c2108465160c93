//! The notebooks over OpenAPI definitions of every version, and over a large one.

use std::fs;
use std::process::Command;

use crate::support::{Case, root};

#[test]
fn its_notebooks_pass_on_the_mock_server() {
    let folder = root().join("notebooks/petshop");
    for version in ["2.0", "3.0", "3.1"] {
        let text = fs::read_to_string(folder.join(format!("petshop-{version}.md"))).unwrap();
        let mut case = Case::notebook(&text).args(["--mock"]);
        for file in ["apinb.toml", "petshop-2.0.json", "petshop-3.0.yaml", "petshop-3.1.yaml"] {
            case = case.file(file, fs::read(folder.join(file)).unwrap());
        }
        let outcome = case.run();
        let cells = text.matches("```javascript").count();
        outcome.exit(0).stdout_contains(&format!("{cells} cells: {cells} passed, 0 failed, 0 skipped"));
        outcome.contains_nowhere("not-a-secret", &["apinb.toml"]);
    }
}

#[test]
fn its_definitions_are_valid() {
    for definition in ["petshop-2.0.json", "petshop-3.0.yaml", "petshop-3.1.yaml"] {
        let text = fs::read(root().join("notebooks/petshop").join(definition)).unwrap();
        let outcome = Case::command(["definition", "check", definition]).file(definition, text).run();
        outcome.exit(0);
    }
}

/// Enough resources for more than a thousand operations.
const RESOURCES: &str = "460";

#[test]
fn a_notebook_of_a_thousand_operations_passes_on_the_mock_server() {
    let generator = root().join("bench/definitions/large.py");
    let made = Command::new("python3").arg(generator).args(["openapi", RESOURCES]).output().unwrap();
    assert!(made.status.success(), "python3 is missing, or the generator fails: {made:?}");
    let cells = [
        "API.createClient('shop', 'large.yaml')",
        "Object.keys(shop).length",
        "API.authenticate(shop, { clientId: 'notebook', clientSecret: 'not-a-secret' }).tokenType",
        "account = shop.accounts.post({ name: 'Ada' }).body; account.name",
        "shop.accounts.accountId(account.id).get().body.name",
        "shop.accounts.accountId(account.id).notes.get().status",
        "shop.zones.get({ limit: 5 }).status",
    ];
    let outcome = Case::cells(cells).file("large.yaml", &made.stdout).args(["--mock"]).run();
    outcome.exit(0).cell(3).is("\"Ada\"");
    outcome.cell(4).is("\"Ada\"");
    outcome.cell(6).is("200");
    let tree = Case::command(["definition", "tree", "large.yaml"]).file("large.yaml", &made.stdout).run();
    tree.exit(0).stdout_contains("460 resources, 1012 methods");
}
