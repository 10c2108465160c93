//! The members of a path by name and notation, for `Object.keys`, for displaying nodes, and for messages.

use super::children::{Children, Property};
use super::walk::{ClientPath, EXTENSION, Step};
use apinb_text::javascript::literal::{listed_member, member, placeholders};

/// Maximum number of steps in an example.
const MAX_STEPS: usize = 8;

/// A property of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathName<'a> {
    pub name: &'a str,
    /// The notation: `get()`, `id(id)`, `groups`, `['user-groups']`.
    pub written: String,
    /// Whether calling it sends a request.
    pub is_method: bool,
}

impl ClientPath {
    /// The properties, in definition order, each name once.
    pub fn names(&self) -> impl Iterator<Item = PathName<'_>> {
        let children = self.children();
        let declared = children.properties().iter().map(|property| PathName {
            name: &property.name,
            written: written(property),
            is_method: property.method.is_some(),
        });
        let plain = |name| PathName { name, written: listed_member(name), is_method: false };
        let extensions = children.extension_names().filter(|name| children.get(name).is_none()).map(plain);
        let function = has_extension_function(children).then(|| PathName {
            name: EXTENSION,
            written: format!("{EXTENSION}(value)"),
            is_method: false,
        });
        declared.chain(extensions).chain(function)
    }

    /// An example call: follows the first properties down to a method. `label` is the JavaScript of the path.
    #[must_use]
    pub fn example(&self, label: &str) -> Option<String> {
        let mut text = label.to_owned();
        let mut path = self.clone();
        for _ in 0..MAX_STEPS {
            let children = path.children();
            let methods = || children.properties().iter().filter(|property| property.method.is_some());
            if let Some(method) = methods().find(|property| property.name == "get").or_else(|| methods().next()) {
                return Some(format!("{text}.{}()", method.name));
            }
            let first = path.names().next().map(|one| one.name.to_owned())?;
            let next = path.step(Step::Property(&first))?;
            let function = next.functions().first().filter(|_| next.positions().is_empty());
            text.push_str(&member(&first));
            if let Some(function) = function {
                text.push_str(&format!("({})", placeholders(&function.parameters)));
            }
            path = match function {
                Some(function) => next.called(function),
                None => next,
            };
        }
        None
    }
}

/// Whether the property `extension` is the function that takes a media type extension.
pub(super) fn has_extension_function(children: &Children) -> bool {
    let is_other = children.get(EXTENSION).is_some() || children.extension_value(EXTENSION).is_some();
    !children.extension().is_empty() && !is_other
}

/// `get()`, `id(id)`, `groups`.
fn written(property: &Property) -> String {
    let name = listed_member(&property.name);
    match property.functions.first() {
        Some(function) => format!("{name}({})", placeholders(&function.parameters)),
        None if property.method.is_some() => format!("{name}()"),
        None => name,
    }
}
