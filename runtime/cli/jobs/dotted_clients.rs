//! `--auth api.v2.clientId=…`: which of its dots ends the name of the client. The clients of the notebooks tell.

use std::collections::BTreeSet;

use apinb_analysis::analyse;
use apinb_project::job::NotebookLocation;
use apinb_project::reading::notebook::read;

use super::notebooks::{Named, Origin};
use crate::cli::settings::layers::Assignment;
use crate::cli::settings::setting::AnySetting as _;
use crate::cli::settings::table::{CLIENT_AUTH, CLIENT_BASE_URI, CLIENT_DEFINITION, CLIENT_TOKEN};

/// The flags with the longest known client before the option of `--auth`. What begins with no known client stays: the name
/// before its first dot.
pub(super) fn with_dotted_clients<'n>(
    mut flags: Vec<Assignment>,
    notebooks: impl Iterator<Item = &'n Named>,
) -> Vec<Assignment> {
    let is = |flag: &Assignment, key: &str| flag.setting.entry().key == key;
    let is_dotted = |flag: &Assignment| {
        is(flag, CLIENT_AUTH.entry().key) && flag.names.get(1).is_some_and(|option| option.contains('.'))
    };
    if !flags.iter().any(is_dotted) {
        return flags;
    }
    let of_clients = [CLIENT_BASE_URI.entry().key, CLIENT_DEFINITION.entry().key, CLIENT_TOKEN.entry().key];
    let named = flags.iter().filter(|flag| of_clients.iter().any(|key| is(flag, key)));
    let mut known: BTreeSet<String> = named.filter_map(|flag| flag.names.first().cloned()).collect();
    for notebook in notebooks {
        let Origin::File(path) = &notebook.origin else { continue };
        if let Ok(notebook) = read(&notebook.name, &NotebookLocation::File(path.clone())) {
            known.extend(analyse(&notebook).clients.into_iter().filter_map(|client| client.name));
        }
    }
    for flag in flags.iter_mut().filter(|flag| is_dotted(flag)) {
        if let Some((client, option)) = split(&flag.names.join("."), &known) {
            flag.names = vec![client.to_owned(), option.to_owned()];
        }
    }
    flags
}

/// The longest known client, and the option behind it.
fn split<'t>(text: &'t str, known: &BTreeSet<String>) -> Option<(&'t str, &'t str)> {
    let dots = text.rmatch_indices('.').map(|(at, _)| at);
    let mut pairs = dots.filter_map(|at| Some((text.get(..at)?, text.get(at + 1..)?)));
    pairs.find(|(client, option)| !option.is_empty() && known.contains(*client))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn the_longest_known_client_counts() {
        for (text, known, expected) in [
            ("api.v2.clientId", &["api", "api.v2"][..], Some(("api.v2", "clientId"))),
            ("api.header.X-Key", &["api", "api.v2"], Some(("api", "header.X-Key"))),
            ("api.v2.header.X-Key", &["api.v2"], Some(("api.v2", "header.X-Key"))),
            ("other.v2.clientId", &["api"], None),
            ("api.v2.", &["api.v2"], None),
        ] {
            let known = known.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(split(text, &known), expected, "{text}");
        }
    }
}
