//! Which definition a client of a notebook means: by its name, by the notebook's words, by its calls.
//!
//! An uncertain definition is not chosen: a wrong one is worse than none.

use std::sync::Arc;

use apinb_analysis::model::{Analysis, Client, ClientUse, Step};
use apinb_check::uses::{Resolution, UseResolver};
use apinb_definition::model::Definition;
use apinb_notebook::model::Notebook;
use apinb_project::reading::source::REFERENCE_TAG;
use apinb_record::port::Confidence;
use apinb_text::display::plural::pluralize;

use super::candidates::Candidate;

/// The chosen definition, and why.
#[derive(Debug)]
pub struct Chosen {
    /// Of the candidates; where nothing is chosen, the best.
    pub candidates: Vec<usize>,
    pub confidence: Confidence,
    pub why: Vec<String>,
}

/// Something that speaks for a definition.
struct Case {
    candidate: usize,
    /// Evidence by names.
    named: u32,
    /// Evidence by calls.
    called: u32,
    why: Vec<String>,
}

/// Points for a name that is the file's or the API's own.
const NAME: u32 = 4;
/// Points for a word in the notebook's title, or in the client's name.
const WORD: u32 = 2;
/// Points for a definition that has all calls.
const CALLS: u32 = 4;
/// A definition is chosen from here on.
const ENOUGH: u32 = 4;
/// By so much it must be ahead of the next.
const AHEAD: u32 = 2;

/// The definition that `client` means.
#[must_use]
pub fn choose(notebook: &Notebook, analysis: &Analysis, client: &Client, candidates: &[Candidate]) -> Chosen {
    let cases = candidates.iter().enumerate();
    let mut cases: Vec<Case> =
        cases.filter_map(|(index, candidate)| case(notebook, analysis, client, index, candidate)).collect();
    cases.sort_by_key(|case| std::cmp::Reverse(case.points()));
    let Some(best) = cases.first() else {
        let why = if candidates.is_empty() { "no definition found" } else { "no definition fits" };
        return Chosen { candidates: Vec::new(), confidence: Confidence::Unsure, why: vec![why.to_owned()] };
    };
    let next = cases.get(1).map_or(0, Case::points);
    if best.points() >= ENOUGH && best.points() >= next + AHEAD {
        let confidence =
            if best.named >= NAME && best.called >= CALLS { Confidence::Certain } else { Confidence::Likely };
        return Chosen { candidates: vec![best.candidate], confidence, why: best.why.clone() };
    }
    let equal: Vec<&Case> = cases.iter().filter(|case| case.points() + AHEAD > best.points()).collect();
    let why = match equal.as_slice() {
        [only] if only.why.is_empty() => vec!["no evidence for any definition".to_owned()],
        [only] => only.why.iter().map(|why| format!("only weak evidence: {why}")).collect(),
        many => vec![format!("{} also fit", pluralize(many.len(), "definition"))],
    };
    Chosen { candidates: equal.iter().map(|case| case.candidate).collect(), confidence: Confidence::Unsure, why }
}

impl Case {
    fn points(&self) -> u32 {
        self.named + self.called
    }
}

/// None: the calls speak against it.
fn case(
    notebook: &Notebook,
    analysis: &Analysis,
    client: &Client,
    index: usize,
    candidate: &Candidate,
) -> Option<Case> {
    let mut case = Case { candidate: index, named: 0, called: 0, why: Vec::new() };
    let name = client.name.as_deref().unwrap_or_default();
    let title = plain(&candidate.definition.title);
    let stem = candidate.path.file_stem().and_then(|stem| stem.to_str()).map(plain).unwrap_or_default();
    let reference = client.reference.as_deref().unwrap_or_default().trim();
    if let Some(tag) = reference.strip_prefix(REFERENCE_TAG) {
        let wanted = plain(tag);
        if !wanted.is_empty() && (wanted == title || wanted == stem) {
            case.add(NAME, "the tag names it");
        }
    } else if let Some(file) = file_name(reference) {
        let same = candidate.path.file_name().and_then(|name| name.to_str());
        if same.is_some_and(|same| same.eq_ignore_ascii_case(&file)) {
            case.add(NAME, "the file's name is that of the URL");
        }
    }
    let mut said = |key: &str| {
        let Some(value) = notebook.front_matter.get(key) else { return false };
        let value = plain(value);
        names(&value, &title) || names(&value, &stem)
    };
    if ["api", "definition"].into_iter().any(&mut said) {
        case.add(NAME, "the front matter names it");
    } else if said("title") {
        case.add(WORD, "the notebook's title names it");
    }
    if names(&plain(name), &title) || names(&plain(name), &stem) {
        case.add(WORD, "the client has its name");
    }
    let (has, all) = fit(analysis, name, &candidate.definition);
    if all > 0 {
        if has == 0 {
            return None;
        }
        // A call that it does not have may be the notebook's fault; many are not.
        case.called = if has == all {
            CALLS
        } else if has * 10 >= all * 8 {
            CALLS - 2
        } else {
            0
        };
        case.why.push(format!("it has {has} of {}", pluralize(all, "call")));
    }
    (case.points() > 0).then_some(case)
}

impl Case {
    fn add(&mut self, points: u32, why: &str) {
        self.named += points;
        self.why.push(why.to_owned());
    }
}

/// Whether `text` is the name or has it among its words.
fn names(text: &str, name: &str) -> bool {
    !name.is_empty() && format!(" {text} ").contains(&format!(" {name} "))
}

/// Words in lower case, with one space between two; `api` does not tell one from another.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).filter(|word| word != "api").collect::<Vec<_>>().join(" ")
}

/// The last part of a URL or path, where it has an extension.
fn file_name(reference: &str) -> Option<String> {
    let path = reference.split(['?', '#']).next().unwrap_or_default();
    let last = path.trim_end_matches('/').rsplit('/').next()?;
    last.contains('.').then(|| last.to_owned())
}

/// How many of the calls of the client `client` the definition has, and how many there are.
fn fit(analysis: &Analysis, client: &str, definition: &Arc<Definition>) -> (usize, usize) {
    let mut resolver = UseResolver::new(definition);
    // A call that begins with a path fits any definition.
    let is_named = |one: &&ClientUse| {
        one.client == client && one.call().is_some() && matches!(one.steps.first(), Some(Step::Name { .. }))
    };
    let calls: Vec<&ClientUse> = analysis.uses.iter().filter(is_named).collect();
    let mut has = |one: &ClientUse| matches!(resolver.resolve(one, one.steps.len()), Resolution::Call(_));
    (calls.iter().filter(|one| has(one)).count(), calls.len())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use apinb_analysis::analyse;
    use apinb_definition::model::{Definition, Method, Resource};
    use apinb_notebook::model::Notebook;

    use super::{file_name, fit, names, plain};

    #[test]
    fn calls_declared_by_the_definition_are_counted() {
        let users = Resource { path: "/users".to_owned(), methods: vec![Method::default()], ..Resource::default() };
        let definition = Arc::new(Definition { resources: vec![users], ..Definition::default() });
        let code = "API.createClient('a', 'a.raml')\na.users.get(); a.tickets.get(); a('/x').get()";
        let notebook = Notebook::parse("n.md", format!("```js\n{code}\n```\n"));
        assert_eq!(fit(&analyse(&notebook), "a", &definition), (1, 2));
    }

    #[test]
    fn names_are_compared_word_by_word() {
        assert!(names(&plain("Parcel API: send one"), &plain("Parcel")));
        assert!(!names(&plain("Parcels"), &plain("Parcel")));
        assert!(!names("anything", &plain("API")));
        assert_eq!(plain("_The_Tool-Library API:"), "the tool library");
    }

    #[test]
    fn the_file_name_of_a_url_has_an_extension() {
        assert_eq!(file_name("https://example.org/a/b.raml?raw=1").as_deref(), Some("b.raml"));
        assert_eq!(file_name("/apiplatform/apis/1/definition"), None);
        assert_eq!(file_name(""), None);
    }
}
