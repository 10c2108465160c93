//! Published definitions: every declared method responds.

use std::path::Path;
use std::sync::Arc;

use apinb_definition::load::load;
use apinb_text::source::address::Address;

use crate::support::{Answer, Api, Files};

/// The root documents below the folder of published definitions.
pub const ROOTS: [&str; 12] = [
    "Box/boxAPI.raml",
    "Box/boxUploadAPI.raml",
    "Elasticsearch/api.raml",
    "GitHub/api.raml",
    "GitHub/uploadsApi.raml",
    "Instagram/api.raml",
    "Slack/slack.raml",
    "Stripe/stripe.raml",
    "Twitter/api.raml",
    "Twitter/userstreamApi.raml",
    "Uber/api.raml",
    "Uber/userActivity.raml",
];

/// Fills in every path parameter.
fn filled(template: &str) -> String {
    let mut path = String::new();
    let mut rest = template.replace("{mediaTypeExtension}", ".json");
    while let Some((before, after)) = rest.split_once('{') {
        let (_, behind) = after.split_once('}').expect("a tag ends");
        path.push_str(before);
        path.push_str("v1");
        rest = behind.to_owned();
    }
    path + &rest
}

fn ask(api: &Api, method: &str, path: &str) -> Answer {
    let headers = [("authorization", "Bearer given"), ("content-type", "application/json")];
    let body: &[u8] = if matches!(method, "POST" | "PUT" | "PATCH") { b"{\"name\": \"given\"}" } else { b"" };
    api.send(method, path, &headers, body)
}

#[test]
#[ignore = "needs the folder of published definitions in APINB_DEFINITIONS"]
fn every_declared_method_responds() {
    let folder =
        std::env::var("APINB_DEFINITIONS").expect("APINB_DEFINITIONS names the folder of published definitions");
    for root in ROOTS {
        let path = Path::new(&folder).join(root).display().to_string();
        let definition = load(&Address::File(path), Arc::new(Files)).definition.expect("a definition");
        let api = Api::of(vec![definition.into()]);
        let mut routes = api.mock.routes();
        routes.sort_by_key(|route| route.starts_with("DELETE"));
        assert!(!routes.is_empty(), "{root}");
        for route in routes {
            let (method, template) = route.split_once(' ').expect("a method and a path");
            let answer = ask(&api, method, &filled(template));
            let is_there = matches!(answer.status, 200..400)
                || method == "DELETE" && answer.status == 404
                || answer.text().contains("error_description")
                || answer.text().contains("oauth_problem")
                || answer.status == 401 && answer.header("www-authenticate").is_some();
            assert!(is_there, "{root}: {route}: {} {}", answer.status, answer.text());
        }
    }
}
