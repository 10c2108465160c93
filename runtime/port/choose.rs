//! Which definition a client of a notebook means: by its name, by the notebook's words, by its calls.
//!
//! An uncertain definition is not chosen: a wrong one is worse than none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
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
    pub files: Vec<PathBuf>,
    pub confidence: Confidence,
    pub why: Vec<String>,
}

/// What a notebook says about one definition.
#[derive(Clone, Debug)]
pub struct Evidence {
    file: PathBuf,
    /// Points for names.
    named: u32,
    /// How many of the calls the definition has, and how many there are.
    calls: (usize, usize),
    /// The names, in words.
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

/// What the notebook says about each of the candidates for `client`.
#[must_use]
pub fn evidence(notebook: &Notebook, analysis: &Analysis, client: &Client, candidates: &[Candidate]) -> Vec<Evidence> {
    let all = candidates.iter().map(|candidate| about(notebook, analysis, client, candidate));
    all.filter(|one| one.named > 0 || one.calls.1 > 0).collect()
}

/// The evidence of several clients that mean the same definition, as that of one client.
#[must_use]
pub fn combined<'a>(all: impl IntoIterator<Item = &'a Evidence>) -> Vec<Evidence> {
    let mut by_file: BTreeMap<&Path, Evidence> = BTreeMap::new();
    for one in all {
        let Some(known) = by_file.get_mut(one.file.as_path()) else {
            by_file.insert(&one.file, one.clone());
            continue;
        };
        known.calls = (known.calls.0 + one.calls.0, known.calls.1 + one.calls.1);
        if one.named > known.named {
            (known.named, known.why) = (one.named, one.why.clone());
        }
    }
    by_file.into_values().collect()
}

/// The definition that the evidence is for. `found` is whether there is any candidate.
#[must_use]
pub fn choose(evidence: &[Evidence], found: bool) -> Chosen {
    let mut cases: Vec<&Evidence> = evidence.iter().filter(|one| one.points() > 0).collect();
    cases.sort_by_key(|one| std::cmp::Reverse(one.points()));
    let Some(best) = cases.first() else {
        let why = if found { "no definition fits" } else { "no definition found" };
        return Chosen { files: Vec::new(), confidence: Confidence::Unsure, why: vec![why.to_owned()] };
    };
    let next = cases.get(1).map_or(0, |one| one.points());
    if best.points() >= ENOUGH && best.points() >= next + AHEAD {
        let confidence =
            if best.named >= NAME && best.called() >= CALLS { Confidence::Certain } else { Confidence::Likely };
        return Chosen { files: vec![best.file.clone()], confidence, why: best.reasons() };
    }
    let equal: Vec<&Evidence> = cases.iter().copied().filter(|one| one.points() + AHEAD > best.points()).collect();
    let why = match equal.as_slice() {
        [only] if only.reasons().is_empty() => vec!["no evidence for any definition".to_owned()],
        [only] => only.reasons().iter().map(|why| format!("only weak evidence: {why}")).collect(),
        many => vec![format!("{} also fit", pluralize(many.len(), "definition"))],
    };
    Chosen { files: equal.iter().map(|one| one.file.clone()).collect(), confidence: Confidence::Unsure, why }
}

impl Evidence {
    /// None if the calls speak against the definition.
    fn points(&self) -> u32 {
        if self.calls.1 > 0 && self.calls.0 == 0 { 0 } else { self.named + self.called() }
    }

    /// Points for the calls. A call that the definition does not have may be the notebook's fault; many are not.
    fn called(&self) -> u32 {
        match self.calls {
            (_, 0) => 0,
            (has, all) if has == all => CALLS,
            (has, all) if has * 10 >= all * 8 => CALLS - 2,
            _ => 0,
        }
    }

    fn reasons(&self) -> Vec<String> {
        let (has, all) = self.calls;
        let calls = (all > 0).then(|| format!("it has {has} of {}", pluralize(all, "call")));
        self.why.iter().cloned().chain(calls).collect()
    }

    fn add(&mut self, points: u32, why: &str) {
        self.named += points;
        self.why.push(why.to_owned());
    }
}

fn about(notebook: &Notebook, analysis: &Analysis, client: &Client, candidate: &Candidate) -> Evidence {
    let name = client.name.as_deref().unwrap_or_default();
    let calls = fit(analysis, name, &candidate.definition);
    let mut evidence = Evidence { file: candidate.path.clone(), named: 0, calls, why: Vec::new() };
    let title = plain(&candidate.definition.title);
    let stem = candidate.path.file_stem().and_then(|stem| stem.to_str()).map(plain).unwrap_or_default();
    let reference = client.reference.as_deref().unwrap_or_default().trim();
    if let Some(tag) = reference.strip_prefix(REFERENCE_TAG) {
        let wanted = plain(tag);
        if !wanted.is_empty() && (wanted == title || wanted == stem) {
            evidence.add(NAME, "the tag names it");
        }
    } else if let Some(file) = file_name(reference) {
        let same = candidate.path.file_name().and_then(|name| name.to_str());
        if same.is_some_and(|same| same.eq_ignore_ascii_case(&file)) {
            evidence.add(NAME, "the file's name is that of the URL");
        }
    }
    let mut said = |key: &str| {
        let Some(value) = notebook.front_matter.get(key) else { return false };
        let value = plain(value);
        names(&value, &title) || names(&value, &stem)
    };
    if ["api", "definition"].into_iter().any(&mut said) {
        evidence.add(NAME, "the front matter names it");
    } else if said("title") {
        evidence.add(WORD, "the notebook's title names it");
    }
    if names(&plain(name), &title) || names(&plain(name), &stem) {
        evidence.add(WORD, "the client has its name");
    }
    evidence
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

    use std::path::PathBuf;

    use apinb_record::port::Confidence;

    use super::{CALLS, Evidence, NAME, WORD, choose, combined, file_name, fit, names, plain};

    fn evidence(file: &str, named: u32, calls: (usize, usize)) -> Evidence {
        Evidence { file: file.into(), named, calls, why: Vec::new() }
    }

    #[test]
    fn clients_of_one_definition_are_evidence_for_each_other() {
        // One client has the name, another one the calls; alone, neither decides.
        let one = [evidence("a", WORD, (0, 0))];
        let other = [evidence("a", 0, (4, 4)), evidence("b", 0, (4, 4))];
        assert_eq!(choose(&one, true).confidence, Confidence::Unsure);
        assert_eq!(choose(&other, true).confidence, Confidence::Unsure);
        let chosen = choose(&combined(one.iter().chain(&other)), true);
        assert_eq!((chosen.confidence, chosen.files), (Confidence::Likely, vec![PathBuf::from("a")]));
        // Calls speak against a definition only if it has none of them.
        let against = [evidence("a", NAME, (0, 1))];
        assert_eq!(choose(&against, true).confidence, Confidence::Unsure);
        let all = combined(against.iter().chain(&other).chain(&other));
        assert_eq!(all[0].named + all[0].called(), NAME + CALLS - 2);
    }

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
