//! Entities: created, read, updated, deleted.

use serde_json::{Value, json};

use apinb_mock::{MockSettings, Search};

use crate::support::{Api, definition};

const USERS: &str = r#"#%RAML 0.8
title: Users
/users:
  get:
    responses:
      200:
        body:
          application/json:
            example: |
              {"users": [{"id": 35, "name": "Ann Example", "email": "ann@example.org", "url": "https://u.example/users/35.json"}],
               "next_page": null, "count": 12}
  post:
    responses:
      201:
        body:
          application/json:
            example: |
              {"user": {"id": 35, "name": "Ann Example", "email": "ann@example.org", "verified": false,
               "url": "https://u.example/users/35.json", "profile": {"city": "Ulm", "zip": "89073"}}}
  /search:
    get:
      responses:
        200:
          body:
            application/json:
              example: '{"users": [{"id": 35, "name": "Ann Example", "email": "ann@example.org"}], "count": 1}'
  /me:
    get:
      responses:
        200:
          body:
            application/json:
              example: '{"user": {"id": 1, "name": "Me"}}'
    put:
      responses:
        200:
          body:
            application/json:
              example: '{"user": {"id": 1, "name": "Me"}}'
  /create_many:
    post:
      responses:
        200:
          body:
            application/json:
              example: '{"job_status": {"id": "abc"}}'
  /{id}:
    get:
      responses:
        200:
          body:
            application/json:
              example: '{"user": {"id": 35, "name": "Ann Example", "role": "end-user", "url": "https://u.example/users/35.json"}}'
    put:
      responses:
        200:
          body:
            application/json:
              example: '{"user": {"id": 35, "name": "Ann Example"}}'
    patch:
      responses:
        204:
    delete:
      responses:
        200:
          body:
            application/json:
              example: '{"user": {"id": 35, "active": false}}'
    /verify:
      put:
        responses:
          200:
            body:
              application/json:
                example: '{"user": {"id": 35, "name": "Ann Example", "verified": true}}'
  /{user_id}/memberships:
    get:
      responses:
        200:
          body:
            application/json:
              example: '{"memberships": [{"id": 4, "user_id": 35, "group_id": 88}]}'
    post:
      responses:
        201:
          body:
            application/json:
              example: '{"membership": {"id": 4, "user_id": 35, "group_id": 88}}'
/memberships:
  get:
    responses:
      200:
        body:
          application/json:
            example: '{"memberships": [{"id": 4, "user_id": 35, "group_id": 88}]}'
  post:
    responses:
      201:
        body:
          application/json:
            example: '{"membership": {"id": 4, "user_id": 35, "group_id": 88}}'
  /{id}:
    get:
      responses:
        200:
          body:
            application/json:
              example: '{"membership": {"id": 4, "user_id": 35, "group_id": 88}}'
    delete:
      responses:
        204:
"#;

fn ids(listing: &Value, key: &str) -> Vec<u64> {
    let items = listing[key].as_array().or(listing.as_array()).expect("a list");
    items.iter().filter_map(|item| item["id"].as_u64()).collect()
}

fn create(api: &Api, name: &str) -> u64 {
    let answer =
        api.send_json("POST", "/users", &json!({"user": {"name": name, "email": format!("{name}@example.org")}}));
    assert_eq!((answer.status, answer.origin()), (201, "created"));
    answer.json()["user"]["id"].as_u64().expect("a number")
}

#[test]
fn a_created_entity_merges_the_request_into_the_example() {
    let api = Api::raml(USERS);
    let answer = api.send_json("POST", "/users", &json!({"user": {"name": "Bob", "profile": {"city": "Bonn"}}}));
    let user = json!({
        "id": 36, "name": "Bob", "email": "ann@example.org", "verified": false,
        "url": "https://u.example/users/36.json", "profile": {"city": "Bonn", "zip": "89073"}
    });
    assert_eq!(answer.json(), json!({"user": user}));
    // The same without the envelope.
    let answer = api.send_json("POST", "/users", &json!({"name": "Cay"}));
    assert_eq!(answer.json()["user"]["name"], json!("Cay"));
    assert_eq!(answer.json()["user"]["id"], json!(37));

    let read = api.call("GET", "/users/36");
    assert_eq!(read.origin(), "stored");
    assert_eq!(read.json()["user"]["profile"]["city"], json!("Bonn"));
    assert_eq!(read.json()["user"]["role"], json!("end-user"));
}

#[test]
fn lists_contain_examples_and_created_entities() {
    let api = Api::raml(USERS);
    let untouched = api.call("GET", "/users");
    assert_eq!(untouched.origin(), "example");
    assert_eq!((ids(&untouched.json(), "users"), untouched.json()["count"].clone()), (vec![35], json!(12)));
    create(&api, "bob");
    create(&api, "cay");
    let listed = api.call("GET", "/users");
    assert_eq!(listed.origin(), "stored");
    assert_eq!((ids(&listed.json(), "users"), listed.json()["count"].clone()), (vec![35, 36, 37], json!(3)));
    assert_eq!(api.get("/users?limit=1&offset=1")["users"][0]["name"], json!("bob"));
    assert_eq!(api.get("/users?limit=1&offset=1")["count"], json!(3));
    assert_eq!(ids(&api.get("/users?ids=36,37"), "users"), [36, 37]);
}

#[test]
fn searches_find_created_entities() {
    let api = Api::raml(USERS);
    let none = api.get("/users/search?query=bob%40example.org");
    assert_eq!(none, json!({"users": [], "count": 0}));
    let id = create(&api, "bob");
    assert_eq!(ids(&api.get("/users/search?query=bob%40example.org"), "users"), [id]);
    assert_eq!(ids(&api.get("/users/search?email=bob@example.org"), "users"), [id]);
    assert_eq!(ids(&api.get("/users/search"), "users"), [35, id]);
    assert_eq!(api.call("DELETE", &format!("/users/{id}")).status, 200);
    assert_eq!(api.get("/users/search?query=bob")["users"], json!([]));
}

#[test]
fn a_search_without_a_hit_may_have_a_made_up_one() {
    let settings = MockSettings { search: Search::Always, ..MockSettings::default() };
    let api = Api::with(vec![definition(USERS)], settings);
    let found = api.get("/users/search?query=bob%40example.org");
    assert_eq!((found["users"][0]["email"].clone(), found["count"].clone()), (json!("bob@example.org"), json!(1)));
    assert_eq!(api.get("/users?name=bob")["users"][0]["name"], json!("bob"));
    let id = create(&api, "bob");
    assert_eq!(ids(&api.get("/users/search?query=bob%40example.org"), "users"), [id]);
    assert_eq!(api.get("/users?limit=1&offset=9")["users"], json!([]));
}

#[test]
fn an_example_can_be_searched_and_deleted() {
    let api = Api::raml(USERS);
    assert_eq!(ids(&api.get("/users/search?query=ann"), "users"), [35]);
    assert_eq!(api.call("DELETE", "/users/35").status, 200);
    assert_eq!(api.call("GET", "/users/35").status, 404);
    assert_eq!(api.get("/users/search?query=ann")["users"], json!([]));
    assert_eq!(api.get("/users")["users"], json!([]));
}

#[test]
fn entities_are_updated() {
    let api = Api::raml(USERS);
    let id = create(&api, "bob");
    let answer = api.send_json("PUT", &format!("/users/{id}"), &json!({"user": {"id": 99, "phone": "1"}}));
    assert_eq!(answer.json()["user"]["phone"], json!("1"));
    assert_eq!(answer.json()["user"]["id"], json!(id));
    let answer = api.call("PUT", &format!("/users/{id}"));
    assert_eq!((answer.status, answer.json()["user"]["name"].clone()), (200, json!("bob")));
    let answer = api.send_json("PATCH", &format!("/users/{id}"), &json!({"name": "Rob"}));
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    let user = &api.get(&format!("/users/{id}"))["user"];
    assert_eq!((&user["name"], &user["phone"]), (&json!("Rob"), &json!("1")));
    assert_eq!(api.get("/users?name=rob")["users"][0]["phone"], json!("1"));
}

#[test]
fn a_deleted_entity_is_not_found() {
    let api = Api::raml(USERS);
    let id = create(&api, "bob");
    let answer = api.call("DELETE", &format!("/users/{id}"));
    assert_eq!((answer.status, answer.origin()), (200, "deleted"));
    assert_eq!(answer.json(), json!({"user": {"id": id, "active": false}}));
    for method in ["GET", "PATCH", "DELETE"] {
        assert_eq!(api.call(method, &format!("/users/{id}")).status, 404, "{method}");
    }
    assert_eq!(ids(&api.get("/users"), "users"), [35]);
    assert_eq!(create(&api, "cay"), id + 1);
}

#[test]
fn an_entity_is_deleted_at_its_own_path_only() {
    let api = Api::raml(USERS);
    let id = create(&api, "bob");
    assert_eq!(api.call("DELETE", &format!("/users/{id}")).status, 200);
    // Other paths, and other kinds with the same id.
    assert_eq!(api.call("PUT", &format!("/users/{id}/verify")).status, 200);
    assert_eq!(api.call("GET", &format!("/users/{id}")).status, 404);
    assert_eq!(api.call("GET", &format!("/users/{id}/memberships")).status, 200);
    assert_eq!(api.call("GET", &format!("/memberships/{id}")).status, 200);
    let answer = api.send_json("PUT", &format!("/users/{id}"), &json!({"user": {"name": "again"}}));
    assert_eq!((answer.status, answer.json()["user"]["id"].clone()), (200, json!(id)));
    assert_eq!(api.get(&format!("/users/{id}"))["user"]["name"], json!("again"));
    assert_eq!(ids(&api.get("/users"), "users"), [35, id]);
}

#[test]
fn an_unknown_id_reads_as_the_example() {
    let api = Api::raml(USERS);
    let answer = api.call("GET", "/users/777");
    assert_eq!(answer.origin(), "example");
    assert_eq!(
        answer.json()["user"],
        json!({"id": 777, "name": "Ann Example", "role": "end-user", "url": "https://u.example/users/777.json"})
    );
    assert_eq!(api.get("/users/someone")["user"]["id"], json!(35));
    api.send_json("PUT", "/users/777", &json!({"user": {"name": "Changed"}}));
    assert_eq!(api.get("/users/777")["user"]["name"], json!("Changed"));
    assert_eq!(ids(&api.get("/users"), "users"), [35, 777]);
    assert_eq!(api.call("DELETE", "/users/778").status, 200);
    assert_eq!(api.call("GET", "/users/778").status, 404);
}

#[test]
fn an_action_updates_the_entity() {
    let api = Api::raml(USERS);
    let id = create(&api, "bob");
    let answer = api.call("PUT", &format!("/users/{id}/verify"));
    assert_eq!(answer.status, 200);
    let user = &answer.json()["user"];
    assert_eq!((&user["id"], &user["name"], &user["verified"]), (&json!(id), &json!("bob"), &json!(true)));
    assert_eq!(api.get(&format!("/users/{id}"))["user"]["verified"], json!(true));
}

#[test]
fn a_collection_is_shared_by_all_its_paths() {
    let api = Api::raml(USERS);
    let (bob, cay) = (create(&api, "bob"), create(&api, "cay"));
    let made = api.send_json("POST", &format!("/users/{bob}/memberships"), &json!({"membership": {"group_id": 5}}));
    let membership = &made.json()["membership"];
    assert_eq!(membership, &json!({"id": 5, "user_id": bob, "group_id": 5}));
    let by_field = api.send_json("POST", "/memberships", &json!({"membership": {"user_id": cay, "group_id": 6}}));
    assert_eq!(by_field.json()["membership"]["id"], json!(6));

    assert_eq!(api.get("/memberships/5")["membership"]["user_id"], json!(bob));
    assert_eq!(ids(&api.get(&format!("/users/{bob}/memberships")), "memberships"), [4, 5]);
    assert_eq!(ids(&api.get(&format!("/users/{cay}/memberships")), "memberships"), [4, 6]);
    assert_eq!(ids(&api.get("/memberships"), "memberships"), [4, 5, 6]);
    assert_eq!(api.call("DELETE", "/memberships/5").status, 204);
    assert_eq!(ids(&api.get(&format!("/users/{bob}/memberships")), "memberships"), [4]);
}

#[test]
fn other_methods_store_nothing() {
    let api = Api::raml(USERS);
    let answer = api.send_json("POST", "/users/create_many", &json!({"users": [{"name": "x"}]}));
    assert_eq!((answer.status, answer.json(), answer.origin()), (200, json!({"job_status": {"id": "abc"}}), "example"));
    assert_eq!(ids(&api.get("/users"), "users"), [35]);
}

#[test]
fn a_singleton_is_updated() {
    let api = Api::raml(USERS);
    assert_eq!(api.get("/users/me")["user"]["name"], json!("Me"));
    let answer = api.send_json("PUT", "/users/me", &json!({"user": {"name": "Myself"}}));
    assert_eq!(answer.json(), json!({"user": {"id": 1, "name": "Myself"}}));
    assert_eq!(api.get("/users/me"), json!({"user": {"id": 1, "name": "Myself"}}));
}

const BOOKS: &str = r#"#%RAML 0.8
title: Books
mediaType: application/json
/books:
  get:
    responses:
      200:
        body:
          example: '[{"isbn": "978-3", "title": "One", "pages": 100}]'
  post:
    body:
      application/json:
      application/x-www-form-urlencoded:
      multipart/form-data:
    responses:
      200:
        body:
          example: '{"isbn": "978-3", "title": "One", "pages": 100, "lent": false, "cover": null}'
  /overdue:
    get:
      responses:
        200:
          body:
            example: '[]'
  /{isbn}:
    get:
      responses:
        200:
          body:
            example: '{"isbn": "978-3", "title": "One", "pages": 100, "lent": false}'
    delete:
    /chapters:
      get:
        responses:
          200:
            body:
              example: '[{"id": "c1", "title": "First"}]'
      post:
        responses:
          201:
            body:
              example: '{"id": "c1", "title": "First"}'
      /{chapter_id}:
        get:
          responses:
            200:
              body:
                example: '{"id": "c1", "title": "First"}'
/notes:
  post:
    responses:
      201:
  get:
  /{id}:
    get:
    delete:
"#;

#[test]
fn entities_without_an_envelope_are_stored() {
    let api = Api::raml(BOOKS);
    let answer = api.send_json("POST", "/books", &json!({"title": "Two"}));
    assert_eq!((answer.status, answer.json()["isbn"].clone()), (200, json!("978-4")));
    let answer = api.send_json("POST", "/books", &json!({"isbn": "mine", "title": "Three"}));
    assert_eq!(answer.json()["isbn"], json!("mine"));
    assert_eq!(api.get("/books/mine")["title"], json!("Three"));
    assert_eq!(api.get("/books?title=two")[0]["isbn"], json!("978-4"));
    assert_eq!(api.get("/books").as_array().map(Vec::len), Some(3));
    assert_eq!(api.get("/books/overdue").as_array().map(Vec::len), Some(2));
    // A key set by the client is stored, and replaces the entity.
    let answer = api.send_json("POST", "/books", &json!({"isbn": "mine", "title": "Four"}));
    assert_eq!((&answer.json()["isbn"], &answer.json()["title"]), (&json!("mine"), &json!("Four")));
    assert_eq!(api.get("/books").as_array().map(Vec::len), Some(3));
    assert_eq!(api.call("DELETE", "/books/mine").status, 200);
    assert_eq!(api.call("GET", "/books/mine").status, 404);
}

#[test]
fn nested_entities_stay_below_their_parent() {
    let api = Api::raml(BOOKS);
    let made = api.send_json("POST", "/books/a/chapters", &json!({"title": "Of a"}));
    assert_eq!(made.json(), json!({"id": "c2", "title": "Of a"}));
    assert_eq!(api.get("/books/a/chapters").as_array().map(Vec::len), Some(2));
    assert_eq!(api.get("/books/b/chapters"), json!([{"id": "c1", "title": "First"}]));
    assert_eq!(api.get("/books/a/chapters/c2")["title"], json!("Of a"));
    assert_eq!(api.call("GET", "/books/b/chapters/c2").status, 404);
}

#[test]
fn creating_in_a_deleted_entity_creates_it_again() {
    let api = Api::raml(
        "#%RAML 1.0\ntitle: Index\nmediaType: application/json\n/indexes/{index}:\n  get:\n  delete:\n  post:\n    \
         body:\n    responses: { 201: { body: { example: { id: d1, text: a } } } }\n  /{document}:\n    get:\n",
    );
    assert_eq!(api.call("DELETE", "/indexes/a").status, 200);
    assert_eq!((api.call("GET", "/indexes/a").status, api.call("GET", "/indexes/b").status), (404, 200));
    assert_eq!(api.send_json("POST", "/indexes/a", &json!({"text": "b"})).status, 201);
    assert_eq!(api.call("GET", "/indexes/a").status, 200);
}

#[test]
fn forms_take_the_types_of_the_example() {
    let api = Api::raml(BOOKS);
    let form = "title=A+%26+B&pages=12&lent=true";
    let answer = api.send_as("POST", "/books", "application/x-www-form-urlencoded", form);
    let book = answer.json();
    assert_eq!((&book["title"], &book["pages"], &book["lent"]), (&json!("A & B"), &json!(12), &json!(true)));
    let parts = "--b\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\nParts\r\n--b\r\ncontent-disposition: form-data; \
                 name=\"cover\"; filename=\"c.png\"\r\n\r\nPNG\r\n--b--\r\n";
    let answer = api.send_as("POST", "/books", "multipart/form-data; boundary=b", parts);
    assert_eq!((&answer.json()["title"], &answer.json()["cover"]), (&json!("Parts"), &json!("c.png")));
    let answer = api.send_as("POST", "/books", "application/json", "{\"title\": ");
    assert_eq!((answer.status, answer.json()["error"].clone()), (400, json!("bad_request")));
}

#[test]
fn entities_are_stored_without_examples_too() {
    let api = Api::raml(BOOKS);
    assert_eq!(api.get("/notes"), json!({}));
    let answer = api.send_json("POST", "/notes", &json!({"text": "hello"}));
    assert_eq!((answer.status, answer.json()), (201, json!({"text": "hello", "id": 1})));
    assert_eq!(api.get("/notes/1"), json!({"text": "hello", "id": 1}));
    assert_eq!(api.get("/notes"), json!([{"text": "hello", "id": 1}]));
    assert_eq!(api.call("DELETE", "/notes/1").status, 200);
    assert_eq!(api.call("GET", "/notes/1").status, 404);
    assert_eq!(api.get("/notes"), json!([]));
}

const TEAMS: &str = r#"#%RAML 0.8
title: Teams
mediaType: application/json
/teams/{teamId}/members:
  get:
    responses:
      200:
        body:
          example: '[{"id": 5, "login": "ann", "team_id": 1}]'
  /{memberId}:
    get:
      responses:
        204:
    put:
      responses:
        204:
    delete:
      responses:
        204:
/repos/{owner}/{repo}:
  get:
    responses:
      200:
        body:
          example: '{"id": 7, "name": "hello", "private": false}'
  patch:
    responses:
      200:
        body:
          example: '{"id": 7, "name": "hello", "private": false}'
/user/repos:
  post:
    responses:
      201:
        body:
          example: '{"id": 7, "name": "hello", "private": false}'
"#;

#[test]
fn an_entity_created_by_put_can_be_deleted_and_created_again() {
    let api = Api::raml(TEAMS);
    let status = |method: &str, target: &str| api.call(method, target).status;
    assert_eq!(status("DELETE", "/teams/1/members/5"), 204);
    assert_eq!(status("GET", "/teams/1/members/5"), 404);
    assert_eq!(api.get("/teams/1/members"), json!([]));
    // It still exists in the other collection.
    assert_eq!(status("GET", "/teams/2/members/5"), 204);
    assert_eq!(api.get("/teams/2/members"), json!([{"id": 5, "login": "ann", "team_id": 2}]));
    assert_eq!(status("PUT", "/teams/1/members/5"), 204);
    assert_eq!(status("GET", "/teams/1/members/5"), 204);
    assert_eq!(api.get("/teams/1/members").as_array().map(Vec::len), Some(1));
}

const LINKS: &str = r#"#%RAML 0.8
title: Links
mediaType: application/json
/user/repos:
  get:
    responses: { 200: { body: { example: '[{"id": 7, "name": "hello"}]' } } }
  post:
    responses: { 201: { body: { example: '{"id": 7, "name": "hello"}' } } }
/repos/{owner}/{repo}:
  get:
    responses: { 200: { body: { example: '{"id": 7, "name": "hello"}' } } }
  delete:
    responses: { 204: }
/user/starred/{owner}/{repo}:
  get:
    responses: { 204: , 404: }
  put:
    responses: { 204: }
  delete:
    responses: { 204: }
/users/{id}:
  get:
    responses: { 200: { body: { example: '{"user": {"id": 35, "name": "Ann"}}' } } }
/users:
  post:
    responses: { 201: { body: { example: '{"user": {"id": 35, "name": "Ann"}}' } } }
/teams/{team_id}/members:
  get:
    responses: { 200: { body: { example: '{"users": [{"id": 35, "name": "Ann"}]}' } } }
  /{id}:
    get:
      responses: { 204: }
    put:
      responses: { 204: }
    delete:
      responses: { 204: }
/profile:
  get:
    responses: { 200: { body: { example: '{"color": "red"}' } } }
  put:
    responses: { 200: { body: { example: '{"color": "red"}' } } }
  delete:
    responses: { 204: }
"#;

#[test]
fn a_relation_is_deleted_and_the_entity_stays() {
    let api = Api::raml(LINKS);
    let status = |method: &str, target: &str| api.call(method, target).status;
    assert_eq!(status("DELETE", "/user/starred/me/hello"), 204);
    assert_eq!([status("GET", "/user/starred/me/hello"), status("GET", "/repos/me/hello")], [404, 200]);
    assert_eq!(status("PUT", "/user/starred/me/hello"), 204);
    assert_eq!(status("GET", "/user/starred/me/hello"), 204);
    assert_eq!(api.get("/user/repos").as_array().map(Vec::len), Some(1));

    let bob = api.send_json("POST", "/users", &json!({"user": {"name": "bob"}})).json()["user"]["id"].clone();
    assert_eq!(ids(&api.get("/teams/1/members"), "users"), [35]);
    assert_eq!(status("PUT", &format!("/teams/1/members/{bob}")), 204);
    assert_eq!(ids(&api.get("/teams/1/members"), "users"), [35, 36]);
    assert_eq!(ids(&api.get("/teams/2/members"), "users"), [35]);
    assert_eq!(status("PUT", &format!("/teams/2/members/{bob}")), 204);
    assert_eq!(status("DELETE", &format!("/teams/1/members/{bob}")), 204);
    assert_eq!(status("GET", &format!("/teams/1/members/{bob}")), 404);
    assert_eq!(status("GET", &format!("/teams/2/members/{bob}")), 204);
    assert_eq!(
        [ids(&api.get("/teams/1/members"), "users"), ids(&api.get("/teams/2/members"), "users")],
        [vec![35], vec![35, 36]]
    );
    assert_eq!(api.get(&format!("/users/{bob}"))["user"]["name"], json!("bob"));
    assert_eq!(status("DELETE", "/teams/1/members/35"), 204);
    assert_eq!(ids(&api.get("/teams/1/members"), "users"), [0_u64; 0]);
    assert_eq!(status("GET", "/users/35"), 200);
}

#[test]
fn creating_and_deleting_through_several_paths_agree() {
    let api = Api::raml(LINKS);
    let status = |method: &str, target: &str| api.call(method, target).status;
    // What an earlier run has left.
    assert_eq!(status("DELETE", "/repos/me/mine"), 204);
    assert_eq!(status("GET", "/repos/me/mine"), 404);
    let made = api.send_json("POST", "/user/repos", &json!({"name": "mine"})).json();
    assert_eq!(api.get("/repos/me/mine"), made);
    assert_eq!(status("DELETE", "/repos/me/mine"), 204);
    assert_eq!(status("GET", "/repos/me/mine"), 404);
    assert_eq!(api.get("/user/repos"), json!([{"id": 7, "name": "hello"}]));
    assert_eq!(status("DELETE", "/repos/me/hello"), 204);
    assert_eq!(api.get("/user/repos"), json!([]));
    assert_eq!(api.get("/repos/me/other")["name"], json!("other"));
}

#[test]
fn the_only_entity_of_a_path_is_deleted_and_made_again() {
    let api = Api::raml(LINKS);
    assert_eq!(api.call("DELETE", "/profile").status, 204);
    assert_eq!(api.call("GET", "/profile").status, 404);
    assert_eq!(api.send_json("PUT", "/profile", &json!({"color": "blue"})).status, 200);
    assert_eq!(api.get("/profile"), json!({"color": "blue"}));
}

#[test]
fn the_only_entity_of_a_path_is_the_one_that_the_query_names() {
    let api = Api::raml(
        r#"#%RAML 0.8
title: Methods
mediaType: application/json
/channels.info:
  get:
    responses: { 200: { body: { example: '{"ok": true, "channel": {"id": "C0", "name": "fun"}}' } } }
/users/show:
  get:
    responses: { 200: { body: { example: '{"id": 1, "screen_name": "ann", "status": null}' } } }
/chat.update:
  post:
    responses: { 200: { body: { example: '{"ok": true, "ts": "1", "text": "hello"}' } } }
"#,
    );
    assert_eq!(api.get("/channels.info?channel=C7"), json!({"ok": true, "channel": {"id": "C7", "name": "fun"}}));
    assert_eq!(api.get("/channels.info?token=x"), json!({"ok": true, "channel": {"id": "C0", "name": "fun"}}));
    assert_eq!(api.get("/users/show?screen_name=bob&status=x")["screen_name"], json!("bob"));
    let sent = api.send_as("POST", "/chat.update?ts=5", "application/x-www-form-urlencoded", "text=new");
    assert_eq!(sent.json(), json!({"ok": true, "ts": "5", "text": "new"}));
}

#[test]
fn an_entity_is_addressed_by_its_name() {
    let api = Api::raml(TEAMS);
    let made = api.send_json("POST", "/user/repos", &json!({"name": "mine", "private": true})).json();
    assert_eq!(made, json!({"id": 8, "name": "mine", "private": true}));
    assert_eq!(api.get("/repos/me/mine")["id"], json!(8));
    let changed = api.send_json("PATCH", "/repos/me/mine", &json!({"private": false}));
    assert_eq!(changed.json(), json!({"id": 8, "name": "mine", "private": false}));
}
