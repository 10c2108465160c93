//! Finds the methods of a definition by words in their names, paths, descriptions and parameters.
//!
//! Each word of a search adds to a method's score by where the method has it (a name counts more than a description), how
//! similar the words are, and how rare the word is in the definition. So a search may be a sentence: its frequent words
//! hardly count.

pub mod words;

use std::sync::Arc;

use super::explain::method_summary;
use apinb_definition::model::{Definition, Method, Parameter, Resource};
use apinb_definition::overview::resources_by_index;
use apinb_record::search::{FoundMethod, Search, SearchWord, VERSION};
use apinb_text::display::suggest::suggest;
use apinb_text::web::verb::Verb;
use words::{likeness, words};

/// Maximum number of words of a search; apinb ignores the rest.
const MAX_WORDS: usize = 16;
/// Methods with less than this part of the best score are not listed.
const MIN_PART_OF_BEST: f64 = 0.35;
/// Maximum length of a searched description, in bytes.
const MAX_DESCRIPTION: usize = 4096;

/// Minimum length of a word that a similar one may replace, in bytes.
const MIN_CORRECTED: usize = 4;

/// Where a method has a word: what it counts, and whether the text is prose, in which a word of one letter means nothing.
#[derive(Clone, Copy)]
struct Source {
    weight: f64,
    prose: bool,
}

const NAME: Source = Source { weight: 10.0, prose: false };
const PATH: Source = Source { weight: 8.0, prose: false };
const SUMMARY: Source = Source { weight: 5.0, prose: true };
const TITLE: Source = Source { weight: 4.0, prose: false };
const PARAMETER: Source = Source { weight: 4.0, prose: false };
const VERB: Source = Source { weight: 3.0, prose: false };
const DESCRIPTION: Source = Source { weight: 2.0, prose: true };
const OTHER_DESCRIPTION: Source = Source { weight: 1.0, prose: true };

/// A method, and its score for each word.
struct Candidate<'d> {
    path: String,
    resource: Vec<u32>,
    index: u32,
    method: &'d Method,
    scores: Vec<f64>,
}

/// The methods that match `text`, at most `limit`, best first. `client` is the name of the client in the calls.
#[must_use]
pub fn search(definition: &Arc<Definition>, text: &str, client: &str, limit: usize) -> Search {
    let mut searched: Vec<SearchWord> = Vec::new();
    for word in words(text) {
        if searched.len() < MAX_WORDS && !searched.iter().any(|known| known.word == word) {
            searched.push(SearchWord { word, similar: None, found: true });
        }
    }
    let mut candidates = candidates(definition, &searched);
    if correct(definition, &mut searched, &candidates) {
        candidates = self::candidates(definition, &searched);
    }
    let rarities: Vec<f64> = (0..searched.len()).map(|at| rarity(&candidates, at)).collect();
    let score = |one: &Candidate<'_>| one.scores.iter().zip(&rarities).map(|(score, rarity)| score * rarity).sum();
    let mut ranked: Vec<(f64, Candidate<'_>)> = candidates.into_iter().map(|one| (score(&one), one)).collect();
    let best = ranked.iter().map(|(score, _)| *score).fold(0.0, f64::max);
    ranked.retain(|(score, _)| *score > 0.0 && *score >= best * MIN_PART_OF_BEST);
    // Stable: equal scores keep the order of the definition.
    ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let omitted = ranked.len().saturating_sub(limit);
    let methods = ranked.into_iter().take(limit).filter_map(|(_, one)| {
        Some(FoundMethod {
            name: one.method.display_name.clone(),
            summary: method_summary(definition, &one.resource, one.index, client)?,
            path: one.path,
        })
    });
    Search { version: VERSION, words: searched, methods: methods.collect(), omitted }
}

/// Replaces words that no method has by similar words of names, paths and parameters. Returns whether there are such.
fn correct(definition: &Definition, searched: &mut [SearchWord], candidates: &[Candidate<'_>]) -> bool {
    let mut vocabulary: Option<Vec<String>> = None;
    let mut corrected = false;
    for (at, one) in searched.iter_mut().enumerate() {
        if candidates.iter().any(|candidate| candidate.scores.get(at).is_some_and(|score| *score > 0.0)) {
            continue;
        }
        one.found = false;
        if one.word.len() < MIN_CORRECTED {
            continue;
        }
        let known = vocabulary.get_or_insert_with(|| {
            let mut known = Vec::new();
            each_method(definition, &mut |path, resource, _, _, method| {
                each_text(path, resource, method, &mut |source, text| {
                    if !source.prose {
                        known.extend(words(text));
                    }
                });
            });
            known.sort_unstable();
            known.dedup();
            known
        });
        one.similar = suggest(&one.word, known.iter().map(String::as_str)).map(str::to_owned);
        one.found = one.similar.is_some();
        corrected |= one.found;
    }
    corrected
}

fn candidates<'d>(definition: &'d Definition, searched: &[SearchWord]) -> Vec<Candidate<'d>> {
    let mut found = Vec::new();
    each_method(definition, &mut |path, resource, indices, index, method| {
        let mut scores = vec![0.0_f64; searched.len()];
        each_text(path, resource, method, &mut |source, text| {
            for word in words(text).filter(|word| !source.prose || word.len() > 1) {
                for (score, one) in scores.iter_mut().zip(searched) {
                    let searched = one.similar.as_ref().unwrap_or(&one.word);
                    *score = score.max(source.weight * likeness(searched, &word));
                }
            }
        });
        let (path, resource) = (path.to_owned(), indices.to_vec());
        found.push(Candidate { path, resource, index, method, scores });
    });
    found
}

/// How rare a word is: near 0 if all methods have it.
fn rarity(candidates: &[Candidate<'_>], at: usize) -> f64 {
    let with = candidates.iter().filter(|one| one.scores.get(at).is_some_and(|score| *score > 0.0)).count();
    #[expect(clippy::cast_precision_loss, reason = "the number of methods is far below 2^52")]
    let ratio = candidates.len() as f64 / with.max(1) as f64;
    ratio.ln_1p()
}

/// The searched texts of a method, and what a word in each counts for.
fn each_text<'d>(path: &'d str, resource: &'d Resource, method: &'d Method, each: &mut impl FnMut(Source, &'d str)) {
    each(PATH, path);
    each(VERB, method.verb.name());
    other_verbs(method.verb).iter().for_each(|verb| each(VERB, verb));
    for (source, text) in [(NAME, &method.display_name), (TITLE, &resource.display_name)] {
        text.iter().for_each(|text| each(source, text));
    }
    if let Some(text) = &method.description {
        let (first, rest) = text.trim_start().split_once('\n').unwrap_or((text, ""));
        each(SUMMARY, beginning(first));
        each(DESCRIPTION, beginning(rest));
    }
    resource.description.iter().for_each(|text| each(OTHER_DESCRIPTION, beginning(text)));
    let fields = method.bodies.iter().flat_map(|body| &body.form_parameters);
    let own = method.query_parameters.iter().chain(&method.headers).chain(&method.cookies).chain(fields);
    for Parameter { name, display_name, description, .. } in resource.uri_parameters.iter().chain(own) {
        each(PARAMETER, name);
        display_name.iter().for_each(|text| each(PARAMETER, text));
        description.iter().for_each(|text| each(OTHER_DESCRIPTION, beginning(text)));
    }
}

/// The words by which people search for a method of HTTP.
fn other_verbs(verb: Verb) -> &'static [&'static str] {
    match verb.name() {
        "get" => &["list", "read", "show", "find"],
        "post" => &["create", "add"],
        "put" => &["replace", "update", "change"],
        "patch" => &["update", "change", "edit"],
        "delete" => &["remove"],
        _ => &[],
    }
}

fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_DESCRIPTION)).unwrap_or(text)
}

/// Calls `each` with the path, the resource, its indices from the root, and each method with its index.
fn each_method<'d>(definition: &'d Definition, each: &mut impl FnMut(&str, &'d Resource, &[u32], u32, &'d Method)) {
    for (path, indices, resource) in resources_by_index(definition) {
        for (index, method) in (0..).zip(&resource.methods) {
            each(&path, resource, &indices, index, method);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::search;
    use crate::tests::client_of;
    use crate::walk::ClientPath;

    const TODOS: &str = "/todos:\n  get: { displayName: listTodos, queryParameters: { done: { type: boolean } } }\n  \
        post: { displayName: createTodo, description: \"Creates a todo.\\n\\nIt is due tomorrow.\" }\n  /{todo-id}:\n    \
        get: { displayName: getTodo, description: Shows a todo. }\n    delete: { displayName: deleteTodo }\n    \
        /attachments:\n      get: { description: The files of a todo. }\n      post:\n/users:\n  get:\n";

    fn client() -> ClientPath {
        client_of(format!("#%RAML 1.0\ntitle: Todos\n{TODOS}"))
    }

    /// The found methods as `GET /path`.
    fn found(text: &str) -> Vec<String> {
        let found = search(client().definition(), text, "client", 20);
        found.methods.iter().map(|one| format!("{} {}", one.summary.method, one.path)).collect()
    }

    #[test]
    fn the_best_method_is_first() {
        for (text, best) in [
            ("create todo", "POST /todos"),
            ("createTodo", "POST /todos"),
            ("how do I delete a todo", "DELETE /todos/{todo-id}"),
            ("remove todos", "DELETE /todos/{todo-id}"),
            ("files", "GET /todos/{todo-id}/attachments"),
            ("add attachment", "POST /todos/{todo-id}/attachments"),
            ("tomorrow", "POST /todos"),
            ("done", "GET /todos"),
            ("user", "GET /users"),
            ("atachments", "GET /todos/{todo-id}/attachments"),
            ("todo-id shows", "GET /todos/{todo-id}"),
        ] {
            assert_eq!(found(text).first().map(String::as_str), Some(best), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn methods_that_match_much_less_are_left_out() {
        assert_eq!(found("users"), ["GET /users"]);
        assert_eq!(found("attachments").len(), 2);
        assert_eq!(found("zebra"), Vec::<String>::new());
        assert_eq!(found(""), Vec::<String>::new());
        assert_eq!(found(&"word ".repeat(10_000)), Vec::<String>::new());
    }

    #[test]
    fn a_result_has_the_call_and_tells_what_was_searched() {
        let found = search(client().definition(), "zebra craete todo", "todo", 1);
        let words: Vec<_> =
            found.words.iter().map(|one| (one.word.as_str(), one.similar.as_deref(), one.found)).collect();
        assert_eq!(words, [("zebra", None, false), ("craete", Some("create"), true), ("todo", None, true)]);
        let first = &found.methods[0];
        assert_eq!((first.summary.call.as_str(), first.name.as_deref()), ("todo.todos.post()", Some("createTodo")));
        assert_eq!(
            (found.methods.len(), found.omitted),
            (1, search(client().definition(), "create todo", "c", 20).methods.len() - 1)
        );
    }
}
