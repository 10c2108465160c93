//! Finds uses of a token that need its characters.

use crate::alias::expanded;
use crate::chain::Chain;
use crate::facts::{Facts, READERS, Use, name_of};
use crate::model::{DissectedToken, SignIn, Step};

/// The fields of a sign-in's result that are tokens.
const TOKENS: [&str; 5] = ["accessToken", "accessTokenSecret", "refreshToken", "idToken", "id_token"];
/// The methods of a text that take it apart.
const METHODS: [&str; 14] = [
    "at",
    "charAt",
    "charCodeAt",
    "codePointAt",
    "match",
    "matchAll",
    "replace",
    "replaceAll",
    "slice",
    "split",
    "substr",
    "substring",
    "toLowerCase",
    "toUpperCase",
];

/// The token that a use takes apart, if it does.
pub(super) fn dissected(facts: &Facts, sign_ins: &[SignIn], one: &Use) -> Option<DissectedToken> {
    if facts.is_declared(&one.chain.root, one) {
        return None;
    }
    let found = |client: Option<String>, field: &str, function: &str| DissectedToken {
        cell: one.cell,
        client,
        field: field.to_owned(),
        function: function.to_owned(),
        place: one.chain.place,
    };
    if let Some(argument) = &one.argument
        && READERS.contains(&one.chain.root.as_str())
        && !facts.is_own(&one.chain.root, one)
        && let Some((client, [Step::Name { name: field, .. }])) =
            tokens(facts, sign_ins, argument).as_ref().map(|(client, steps)| (client.clone(), steps.as_slice()))
        && TOKENS.contains(&field.as_str())
    {
        return Some(found(client, field, &one.chain.root));
    }
    let (client, steps) = tokens(facts, sign_ins, &one.chain)?;
    let [Step::Name { name: field, .. }, Step::Name { name: method, .. }, Step::Call { .. }, ..] = steps.as_slice()
    else {
        return None;
    };
    (TOKENS.contains(&field.as_str()) && METHODS.contains(&method.as_str())).then(|| found(client, field, method))
}

/// The client of a chain that begins with the result of a sign-in, `$4` or `API.authenticate(…)`, and the steps after it.
fn tokens(facts: &Facts, sign_ins: &[SignIn], chain: &Chain) -> Option<(Option<String>, Vec<Step>)> {
    if let Some(number) = chain.root.strip_prefix('$') {
        let cell: usize = number.parse().ok()?;
        let sign_in = sign_ins.iter().rfind(|sign_in| sign_in.cell == cell)?;
        return Some((sign_in.client.clone(), chain.steps.clone()));
    }
    let expanded = expanded(facts, chain.clone());
    let (Some(Step::Call { place, .. }), true) = (expanded.steps.get(1), expanded.root == "API") else { return None };
    if expanded.steps.first().and_then(name_of) != Some("authenticate") {
        return None;
    }
    let is_here = |sign_in: &&SignIn| sign_in.place.start <= place.end && place.start <= sign_in.place.end;
    let client = sign_ins.iter().find(is_here).and_then(|sign_in| sign_in.client.clone());
    Some((client, expanded.steps.get(2..).unwrap_or_default().to_vec()))
}
