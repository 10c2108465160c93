//! Completion of client paths: members with descriptions, and the arguments of methods.

use crate::explain::summary::first_line;
use crate::explain::{Arguments, argument_of, arguments_of, summary_of};
use crate::names::has_extension_function;
use crate::position::{TreePosition, path};
use crate::walk::{ClientPath, EXTENSION, Target};
use apinb_definition::model::{EXTENSION_PARAMETER, Resource};
use apinb_record::explanation::Field;
use apinb_text::web::verb::Verb;

/// The properties of a response.
const RESPONSE: [(&str, &str); 5] = [
    ("status", "the HTTP status"),
    ("headers", "found in any case"),
    ("body", "parsed where its type is known"),
    ("duration", "in milliseconds"),
    ("request", "as it was sent"),
];

/// A member of a client path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub name: String,
    /// The parameters; `None` if it is not a function.
    pub takes: Option<Vec<String>>,
    /// The first line of the description, or else the path.
    pub description: Option<String>,
}

impl ClientPath {
    /// The members that start with `typed`, ignoring case, in definition order.
    #[must_use]
    pub fn members(&self, typed: &str) -> Vec<Member> {
        let is_meant = |name: &str| name.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed));
        let plain = |(name, description): &(&str, &str)| Member {
            name: (*name).to_owned(),
            takes: None,
            description: Some((*description).to_owned()),
        };
        match self.target() {
            Target::Client | Target::Node(_) => self.properties(&is_meant),
            Target::Free => Verb::WITHOUT_DEFINITION
                .into_iter()
                .map(Verb::name)
                .filter(|name| is_meant(name))
                .map(|name| Member { name: name.to_owned(), takes: Some(Vec::new()), description: None })
                .collect(),
            Target::Response => RESPONSE.iter().filter(|(name, _)| is_meant(name)).map(plain).collect(),
            Target::Extension(_) | Target::FreeMethod(_) => Vec::new(),
        }
    }

    fn properties(&self, is_meant: &dyn Fn(&str) -> bool) -> Vec<Member> {
        let children = self.children();
        let mut members = Vec::new();
        for property in children.properties().iter().filter(|property| is_meant(&property.name)) {
            let function = property.functions.first();
            let leads = function.map_or(&property.positions, |function| &function.positions);
            let (takes, description) = match &property.method {
                Some(method) => (Some(Vec::new()), summary_of(self.definition(), &method.resource, method.index)),
                None => (function.map(|function| function.parameters.clone()), self.description(leads)),
            };
            members.push(Member { name: property.name.clone(), takes, description });
        }
        let extensions = children.extension_names().filter(|name| is_meant(name) && children.get(name).is_none());
        members.extend(extensions.map(|name| Member {
            name: name.to_owned(),
            takes: None,
            description: self.description(children.extension()),
        }));
        if is_meant(EXTENSION) && has_extension_function(children) {
            let description = Some(format!("{{{EXTENSION_PARAMETER}}}"));
            members.push(Member { name: EXTENSION.to_owned(), takes: Some(vec!["value".to_owned()]), description });
        }
        members
    }

    /// The first line of the description of the resources at these positions, or else their path.
    fn description(&self, positions: &[TreePosition]) -> Option<String> {
        let definition = self.definition();
        let declared = positions.iter().filter_map(|position| position.declared(definition));
        let text =
            |one: &Resource| first_line(one.description.as_deref()).or_else(|| first_line(one.display_name.as_deref()));
        declared.map(text).find(Option::is_some).flatten().or_else(|| Some(path(definition, positions.first()?)))
    }

    /// The path parameter that argument `index` of a call sets, if the path is a function.
    #[must_use]
    pub fn argument(&self, index: usize) -> Option<Field> {
        let function = self.functions().iter().find(|function| function.parameters.len() > index)?;
        let name = function.parameters.get(index)?;
        argument_of(self.definition(), &function.positions.first()?.resource, name)
    }

    /// The arguments of a call, if the path is a method.
    #[must_use]
    pub fn arguments(&self) -> Option<Arguments> {
        match self.target() {
            Target::Node(_) => {
                let method = self.method()?;
                arguments_of(self.definition(), &method.resource, method.index)
            }
            Target::FreeMethod(verb) => {
                Some(Arguments { takes_query: matches!(verb, Verb::Get | Verb::Head), ..Arguments::default() })
            }
            Target::Client | Target::Extension(_) | Target::Free | Target::Response => None,
        }
    }
}
