//! The security schemes of a notebook's clients: what they need, and who gives it.

use apinb_analysis::model::{Analysis, SignIn};
use apinb_auth::person::Field;
use apinb_auth::sign_in::choose::{fields_of, takes_token};
use apinb_auth::sign_in::provided::ProvidedFields;
use apinb_definition::model::{SecurityKind, SecurityScheme};
use apinb_project::settings::Settings;
use apinb_record::check::{FieldNeed, FieldSource, SchemeNeed};

use super::definitions::Clients;

/// The schemes of all clients that sign in, or are given a token: those that the notebook names, else all.
pub(super) fn schemes(settings: &Settings, analysis: &Analysis, clients: &Clients) -> Vec<SchemeNeed> {
    let mut needs = Vec::new();
    for (client, definition) in clients.read() {
        let sign_ins: Vec<&SignIn> =
            analysis.sign_ins.iter().filter(|one| one.client.as_deref() == Some(client)).collect();
        let named: Vec<&str> = sign_ins.iter().filter_map(|one| one.scheme.as_deref()).collect();
        for scheme in &definition.security_schemes {
            if !named.is_empty() && !named.contains(&scheme.name.as_str()) {
                continue;
            }
            needs.push(need(settings, client, scheme, &sign_ins));
        }
    }
    needs
}

fn need(settings: &Settings, client: &str, scheme: &SecurityScheme, sign_ins: &[&SignIn]) -> SchemeNeed {
    let nothing = std::collections::BTreeMap::new();
    let options = serde_json::Map::new();
    let outside = ProvidedFields { options: &options, outside: settings.auth.get(client).unwrap_or(&nothing) };
    let same = |one: &str, other: &str| plain(one) == plain(other);
    let source = |field: &Field| {
        if outside.has(&field.name) {
            FieldSource::Setting
        } else if sign_ins.iter().any(|one| one.options.iter().any(|option| same(option, &field.name))) {
            FieldSource::Notebook
        } else {
            FieldSource::Prompt
        }
    };
    let field = |field: Field| FieldNeed { source: source(&field), name: field.name, secret: field.secret };
    SchemeNeed {
        client: client.to_owned(),
        name: scheme.name.clone(),
        kind: kind(scheme).to_owned(),
        token: takes_token(&scheme.kind) && settings.token(client).is_some(),
        fields: fields_of(scheme).into_iter().map(field).collect(),
    }
}

/// As `API.authenticate` compares the names of options.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

fn kind(scheme: &SecurityScheme) -> &str {
    match &scheme.kind {
        SecurityKind::OAuth2(_) => "OAuth 2.0",
        SecurityKind::OAuth1(_) => "OAuth 1.0",
        SecurityKind::Basic => "Basic",
        SecurityKind::Digest => "Digest",
        SecurityKind::Bearer => "Bearer",
        SecurityKind::Other(kind) => kind,
    }
}
