//! The calls of `notebooks/zendesk/users-job-statuses.md` in order, against its definition.

use serde_json::{Value, json};
use url::Url;

use crate::support::{Api, definition_at};

const DEFINITION: &str = "notebooks/zendesk/zendesk.raml";

/// A mock server, authorized as in the notebook.
fn authorized() -> Api {
    let api = Api::of(vec![definition_at(DEFINITION)]).host("acme.zendesk.com");
    let redirect = "http%3A%2F%2F127.0.0.1%3A1%2F";
    let target = format!(
        "/oauth/authorizations/new?response_type=code&client_id=notebook&redirect_uri={redirect}&scope=read%20write&state=s"
    );
    let answer = api.call("GET", &target);
    assert_eq!(answer.status, 302);
    let location = Url::parse(answer.header("location").expect("a location")).expect("a URL");
    let code = location.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    let form = format!(
        "grant_type=authorization_code&code={code}&redirect_uri={redirect}&client_id=notebook&client_secret=secret"
    );
    let tokens = api.send_as("POST", "/oauth/tokens", "application/x-www-form-urlencoded", &form).json();
    let token = tokens["access_token"].as_str().expect("a token").to_owned();
    api.header("authorization", &format!("Bearer {token}"))
}

/// Calls `path` below the base URI, checks the status, returns the body.
fn call(api: &Api, method: &str, path: &str, body: Option<&Value>, status: u16) -> Value {
    let target = format!("/api/v2{path}");
    let answer = match body {
        Some(body) => api.send_json(method, &target, body),
        None => api.call(method, &target),
    };
    assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
    answer.json()
}

fn delete_existing(api: &Api, words: &str) {
    let found = call(api, "GET", &format!("/users/search.json?query={words}"), None, 200);
    if let Some(user) = found["users"].as_array().expect("a list").first() {
        call(api, "DELETE", &format!("/users/{}.json", user["id"]), None, 200);
    }
}

#[test]
fn credentials_are_required() {
    let api = Api::of(vec![definition_at(DEFINITION)]).host("acme.zendesk.com");
    assert_eq!(api.call("GET", "/api/v2/users.json").status, 401);
    let basic = [("authorization", "Basic eDp5")];
    assert_eq!(api.send("GET", "/api/v2/users.json", &basic, b"").status, 200);
    assert_eq!(apinb_definition::model::hosts::hosts(&definition_at(DEFINITION)), ["{domain}.zendesk.com"]);
}

#[test]
fn the_notebook_runs() {
    let api = authorized();
    let get = |path: &str| call(&api, "GET", path, None, 200);
    let post = |path: &str, body: Value, status: u16| call(&api, "POST", path, Some(&body), status);
    let put = |path: &str| call(&api, "PUT", path, None, 200);
    let put_json = |path: &str, body: Value| call(&api, "PUT", path, Some(&body), 200);
    let delete = |path: &str| call(&api, "DELETE", path, None, 200);

    delete_existing(&api, "rogers@example.org");
    delete_existing(&api, "Roger%20Wilco");
    let roger = json!({"name": "Roger Wilco", "role": "agent", "email": "rogers@example.org", "verified": true});
    let created = post("/users.json", json!({"user": roger}), 201);
    let user = created["user"]["id"].clone();
    assert_eq!((&created["user"]["role"], &created["user"]["verified"]), (&json!("agent"), &json!(true)));
    let listed = get("/users.json");
    assert!(listed["users"].as_array().expect("a list").iter().any(|item| item["id"] == user));
    get(&format!("/users/{user}/forum_subscriptions.json"));
    get(&format!("/users/{user}/groups.json"));
    get(&format!("/users/{user}/group_memberships.json"));

    let group = post("/groups.json", json!({"group": {"name": "My Group"}}), 201)["group"]["id"].clone();
    let body = json!({"group_membership": {"user_id": user, "group_id": group}});
    let membership = post(&format!("/users/{user}/group_memberships.json"), body, 201)["group_membership"].clone();
    assert_eq!((&membership["user_id"], &membership["group_id"]), (&user, &group));
    let membership = membership["id"].clone();
    let shown = get(&format!("/users/{user}/group_memberships/{membership}.json"));
    assert_eq!(shown["group_membership"]["group_id"], group);
    put(&format!("/users/{user}/group_memberships/{membership}/make_default.json"));
    delete(&format!("/users/{user}/group_memberships/{membership}.json"));

    get(&format!("/users/{user}/organizations.json"));
    get(&format!("/users/{user}/organization_subscriptions.json"));
    get(&format!("/users/{user}/tickets/requested.json"));
    get(&format!("/users/{user}/tickets/ccd.json"));

    let forum = json!({"forum": {"name": "My Forum", "forum_type": "articles", "access": "logged-in users"}});
    let forum = post("/forums.json", forum, 201)["forum"]["id"].clone();
    let topic = json!({"topic": {"forum_id": forum, "title": "My Topic", "body": "This is a test topic."}});
    let topic = post("/topics.json", topic, 201)["topic"]["id"].clone();
    let comment = json!({"topic_comment": {"body": "A man walks into a bar", "user_id": user}});
    let comment = post(&format!("/topics/{topic}/comments.json"), comment, 201)["topic_comment"].clone();
    assert_eq!(comment["topic_id"], topic);
    let comment = comment["id"].clone();
    let shown = get(&format!("/users/{user}/topic_comments/{comment}.json"));
    assert_eq!(shown["topic_comment"]["body"], json!("A man walks into a bar"));
    get(&format!("/users/{user}/topic_subscriptions.json"));

    for words in ["huang@example.org", "Huan%20Wilco", "h@example.org", "Huan%20Wilcoe"] {
        delete_existing(&api, words);
    }
    let one = json!({"user": {"name": "Huan Wilco", "role": "end-user", "email": "huang@example.org"}});
    let one = post("/users.json", one, 201)["user"]["id"].clone();
    let two = json!({"user": {"name": "Huan Wilcoe", "role": "end-user", "email": "h@example.org"}});
    let two = post("/users.json", two, 201)["user"]["id"].clone();
    assert!(one != two && one != user && two != user);
    put_json(&format!("/users/{one}/merge.json"), json!({"user": {"id": two}}));

    let identity = json!({"identity": {"type": "email", "value": "foo@br.com"}});
    let identity = post(&format!("/users/{user}/identities.json"), identity, 201)["identity"]["id"].clone();
    let identities = get(&format!("/users/{user}/identities.json"));
    assert!(identities["identities"].as_array().expect("a list").iter().any(|item| item["value"] == "foo@br.com"));
    let shown = get(&format!("/users/{user}/identities/{identity}.json"));
    assert_eq!((&shown["identity"]["value"], &shown["identity"]["user_id"]), (&json!("foo@br.com"), &user));
    put_json(&format!("/users/{user}/identities/{identity}.json"), json!({"identity": {"verified": true}}));
    put(&format!("/users/{user}/identities/{identity}/make_primary"));
    let verified = put(&format!("/users/{user}/identities/{identity}/verify"));
    assert_eq!((&verified["identity"]["id"], &verified["identity"]["verified"]), (&identity, &json!(true)));
    delete(&format!("/users/{user}/identities/{identity}.json"));

    get("/users/me/oauth/clients.json");
    for what in ["requests", "topics", "topic_comments", "topic_votes", "related"] {
        get(&format!("/users/{user}/{what}.json"));
    }
    get("/users/me.json");
    assert_eq!(get(&format!("/users/{user}.json"))["user"]["name"], json!("Roger Wilco"));
    assert_eq!(put(&format!("/users/{user}.json"))["user"]["name"], json!("Roger Wilco"));
    call(&api, "POST", "/users/show_many.json", None, 200);
    let many = json!({"users": [
        {"name": "Roger Wilco", "email": "roge@example.org", "role": "agent"},
        {"name": "Woger Rilco", "email": "woge@example.org", "role": "admin"}
    ]});
    let job = post("/users/create_many.json", many, 200)["job_status"]["id"].clone();
    let job = job.as_str().expect("an id");
    assert_eq!(get(&format!("/job_statuses/{job}.json"))["job_status"]["id"], json!(job));
    get("/users/search.json");
    get("/users/autocomplete.json?name=att");

    // It was deleted above; the notebook ignores the result.
    call(&api, "DELETE", &format!("/group_memberships/{membership}.json"), None, 404);
    delete(&format!("/users/{user}.json"));
    call(&api, "GET", &format!("/users/{user}.json"), None, 404);
    delete(&format!("/topics/{topic}/comments/{comment}.json"));
    delete(&format!("/topics/{topic}.json"));
    delete(&format!("/users/{one}.json"));
    delete(&format!("/users/{two}.json"));
}

#[test]
fn entities_of_an_earlier_run_are_found_and_deleted() {
    let api = authorized();
    let roger = json!({"user": {"name": "Roger Wilco", "email": "rogers@example.org"}});
    for _ in 0..2 {
        delete_existing(&api, "rogers@example.org");
        delete_existing(&api, "Roger%20Wilco");
        call(&api, "POST", "/users.json", Some(&roger), 201);
    }
    let found = call(&api, "GET", "/users/search.json?query=roger", None, 200);
    assert_eq!(found["count"], json!(1));
}
