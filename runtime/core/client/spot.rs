//! Where a chain of properties and calls leads, found without evaluating any of it: `client.users.id(5).groups`.
//!
//! The rules are those of the client's JavaScript (`js/prelude/23_node.js`). What a call gets is not known here: behind it
//! stands what every answer has.

use std::sync::Arc;

use super::explain::{Arguments, arguments_of, first_line, path, summary_of};
use super::tree::{ClientTree, Draft, DraftFunction, NodeId, Place};
use crate::definition::model::{Definition, EXTENSION_TAG};
use apinb_text::web::verb::Verb;

/// What an answer has.
const ANSWER: [(&str, &str); 3] =
    [("status", "the HTTP status"), ("headers", "by lower-case name"), ("body", "parsed where its type is known")];

/// A step of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`, `['name']`.
    Name(String),
    /// `(…)`, and how many arguments are in it.
    Call(usize),
}

/// A place that a chain has led to.
#[derive(Clone, Debug)]
pub struct Spot {
    definition: Arc<Definition>,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    /// A node; `functions` and `method` say what calling it means.
    Node { is_root: bool, places: Vec<Place>, functions: Vec<Function>, method: Option<Method> },
    /// `.extension`, and where it leads when it is called.
    Extension(Vec<Place>),
    /// `client('/path')`.
    Free,
    /// A method of that.
    FreeMethod(Verb),
    /// What a call gives.
    Answer,
}

#[derive(Clone, Debug)]
struct Function {
    tags: Vec<String>,
    places: Vec<Place>,
}

#[derive(Clone, Debug)]
struct Method {
    resource: Vec<u32>,
    index: u32,
}

/// Something that stands behind a spot's dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// What it takes when it is called; none for what is not called.
    pub takes: Option<Vec<String>>,
    /// The first line of its description, else its path.
    pub description: Option<String>,
}

impl ClientTree {
    /// The spot of a node, which may be several nodes of the tree and functions of tags.
    #[must_use]
    pub fn spot(&self, nodes: &[NodeId], functions: &[(Vec<String>, NodeId)]) -> Spot {
        let places = |id: &NodeId| self.places(*id).unwrap_or_default().to_vec();
        let kind = Kind::Node {
            is_root: nodes.first() == Some(&0),
            places: nodes.iter().flat_map(places).collect(),
            functions: functions
                .iter()
                .map(|(tags, node)| Function { tags: tags.clone(), places: places(node) })
                .collect(),
            method: None,
        };
        Spot { definition: Arc::clone(self.definition()), kind }
    }
}

impl Spot {
    /// The client itself.
    #[must_use]
    pub fn root(definition: Arc<Definition>) -> Self {
        let places = Place::roots(&definition);
        Self { definition, kind: Kind::Node { is_root: true, places, functions: Vec::new(), method: None } }
    }

    /// The definition it is in.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// Where all of `steps` lead.
    #[must_use]
    pub fn follow(&self, steps: &[Step]) -> Option<Self> {
        let mut spot = self.clone();
        for step in steps {
            let kind = match step {
                Step::Name(name) => spot.named(name)?,
                Step::Call(count) => spot.called(*count)?,
            };
            spot.kind = kind;
        }
        Some(spot)
    }

    fn named(&self, name: &str) -> Option<Kind> {
        match &self.kind {
            Kind::Node { places, .. } => self.property(places, name),
            Kind::Free => Verb::WITHOUT_DEFINITION.into_iter().find(|verb| verb.name() == name).map(Kind::FreeMethod),
            Kind::Extension(_) | Kind::FreeMethod(_) | Kind::Answer => None,
        }
    }

    fn property(&self, places: &[Place], name: &str) -> Option<Kind> {
        let draft = Draft::of(&self.definition, places);
        let found = draft.get(name);
        let mut next = found.map(|property| property.places.clone()).unwrap_or_default();
        let is_extension = draft.extension_values.iter().any(|value| value.trim_start_matches('.') == name);
        if is_extension {
            next.extend_from_slice(&draft.extension);
        } else if found.is_none() {
            let leads_on = name == "extension" && !draft.extension.is_empty();
            return leads_on.then_some(Kind::Extension(draft.extension));
        }
        let mut functions: Vec<&DraftFunction> =
            found.map(|found| found.functions.iter().collect()).unwrap_or_default();
        // As `ClientTree`: `/{id}` is meant before `/{id}.txt`.
        functions.sort_by_key(|function| !function.segment.ends_with('}'));
        let functions =
            functions.iter().map(|one| Function { tags: one.tags.clone(), places: one.places.clone() }).collect();
        let method = found
            .and_then(|found| found.method.as_ref())
            .map(|shape| Method { resource: shape.resource.clone(), index: shape.index });
        Some(Kind::Node { is_root: false, places: next, functions, method })
    }

    fn called(&self, count: usize) -> Option<Kind> {
        let node = |places: &[Place]| Kind::Node {
            is_root: false,
            places: places.to_vec(),
            functions: Vec::new(),
            method: None,
        };
        match &self.kind {
            Kind::Node { method: Some(_), .. } | Kind::FreeMethod(_) => Some(Kind::Answer),
            Kind::Node { is_root: true, .. } => Some(Kind::Free),
            Kind::Node { functions, .. } => {
                let meant = functions.iter().find(|function| function.tags.len() == count).or(functions.first())?;
                Some(node(&meant.places))
            }
            Kind::Extension(places) => Some(node(places)),
            Kind::Free | Kind::Answer => None,
        }
    }

    /// What stands behind its dot and begins with `typed`, in whichever case, in the order of the definition.
    #[must_use]
    pub fn members(&self, typed: &str) -> Vec<Member> {
        let is_meant = |name: &str| name.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed));
        let plain = |(name, description): &(&str, &str)| Member {
            name: (*name).to_owned(),
            takes: None,
            description: Some((*description).to_owned()),
        };
        match &self.kind {
            Kind::Node { places, .. } => self.properties(places, &is_meant),
            Kind::Free => Verb::WITHOUT_DEFINITION
                .into_iter()
                .map(Verb::name)
                .filter(|name| is_meant(name))
                .map(|name| Member { name: name.to_owned(), takes: Some(Vec::new()), description: None })
                .collect(),
            Kind::Answer => ANSWER.iter().filter(|(name, _)| is_meant(name)).map(plain).collect(),
            Kind::Extension(_) | Kind::FreeMethod(_) => Vec::new(),
        }
    }

    fn properties(&self, places: &[Place], is_meant: &dyn Fn(&str) -> bool) -> Vec<Member> {
        let draft = Draft::of(&self.definition, places);
        let said = |places: &[Place]| {
            let declared = places.iter().filter_map(|place| place.declared(&self.definition));
            let text = |one: &crate::definition::model::Resource| {
                first_line(one.description.as_deref()).or_else(|| first_line(one.display_name.as_deref()))
            };
            declared.map(text).find(Option::is_some).flatten().or_else(|| Some(path(&self.definition, places.first()?)))
        };
        let mut members = Vec::new();
        for property in draft.properties().iter().filter(|property| is_meant(&property.name)) {
            let function = property.functions.first();
            let leads = function.map_or(&property.places, |function| &function.places);
            let (takes, description) = match &property.method {
                Some(shape) => (Some(Vec::new()), summary_of(&self.definition, &shape.resource, shape.index)),
                None => (function.map(|function| function.tags.clone()), said(leads)),
            };
            members.push(Member { name: property.name.clone(), takes, description });
        }
        for value in &draft.extension_values {
            let name = value.trim_start_matches('.');
            if is_meant(name) && draft.get(name).is_none() {
                members.push(Member { name: name.to_owned(), takes: None, description: said(&draft.extension) });
            }
        }
        if !draft.extension.is_empty() && is_meant("extension") && draft.get("extension").is_none() {
            let description = Some(format!("{{{EXTENSION_TAG}}}"));
            members.push(Member { name: "extension".to_owned(), takes: Some(vec!["value".to_owned()]), description });
        }
        members
    }

    /// What calling it may be given, where it is a method.
    #[must_use]
    pub fn arguments(&self) -> Option<Arguments> {
        match &self.kind {
            Kind::Node { method: Some(method), .. } => arguments_of(&self.definition, &method.resource, method.index),
            Kind::FreeMethod(verb) => {
                Some(Arguments { takes_query: matches!(verb, Verb::Get | Verb::Head), ..Arguments::default() })
            }
            Kind::Node { .. } | Kind::Extension(_) | Kind::Free | Kind::Answer => None,
        }
    }
}
