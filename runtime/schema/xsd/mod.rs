//! Generates a document from an XML Schema (XSD 1.0): the first alternative of every choice, every element and
//! attribute once, or as often as required.
//!
//! Imports and includes are not followed, and identity constraints are ignored.

mod simple;
pub(crate) mod write;

use std::collections::HashMap;

use roxmltree::{Document, Node, ParsingOptions};

use self::write::{Element, name};

/// The namespace of XML Schema.
const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";
/// The largest schema that is read, in bytes and in nodes.
const MAX_BYTES: usize = 4 << 20;
const MAX_NODES: u32 = 200_000;
/// Maximum number of declarations that a document uses, and nesting of its elements; those deeper than `SOFT_DEPTH` are
/// left out unless they are required.
const MAX_PARTS: usize = 5_000;
const MAX_DEPTH: usize = 24;
const SOFT_DEPTH: usize = 8;
/// Maximum number of references that one value follows.
const MAX_STEPS: usize = 16;
/// Maximum repetitions for `minOccurs`.
const MAX_REPEATED: usize = 20;

/// A document that conforms to the schema `text`; `None` if it is not an XML Schema with an element.
pub(crate) fn sample(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES || !text.trim_start().starts_with('<') {
        return None;
    }
    let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text.trim_start(), options).ok()?;
    let schema = document.root_element();
    if !is(schema, "schema") {
        return None;
    }
    let mut xsd = Xsd::new(schema);
    let roots: Vec<Node<'_, '_>> = children(schema).filter(|node| is(*node, "element")).collect();
    let referenced: Vec<&str> = schema.descendants().filter_map(|node| node.attribute("ref")).map(local).collect();
    let is_free = |node: &&Node<'_, '_>| node.attribute("name").is_some_and(|name| !referenced.contains(&name));
    let root = roots.iter().find(is_free).or(roots.first())?;
    let mut element = xsd.element(*root, 0)?;
    if let Some(namespace) = schema.attribute("targetNamespace") {
        if schema.attribute("elementFormDefault") == Some("qualified") {
            element.attributes.insert(0, ("xmlns".to_owned(), namespace.to_owned()));
        } else {
            element.attributes.insert(0, ("xmlns:t".to_owned(), namespace.to_owned()));
            element.name = format!("t:{}", element.name);
        }
    }
    Some(element.document())
}

/// A schema whose declarations can be looked up.
struct Xsd<'s, 'd> {
    /// The global declarations by kind (`element`, `type`, …) and name.
    declared: HashMap<(&'static str, &'s str), Node<'s, 'd>>,
    /// The number of declarations used so far.
    parts: usize,
}

impl<'s, 'd: 's> Xsd<'s, 'd> {
    fn new(schema: Node<'s, 'd>) -> Self {
        let mut declared = HashMap::new();
        for node in children(schema) {
            let kind = match node.tag_name().name() {
                "element" => "element",
                "complexType" | "simpleType" => "type",
                "group" => "group",
                "attributeGroup" => "attributeGroup",
                "attribute" => "attribute",
                _ => continue,
            };
            if let Some(name) = node.attribute("name") {
                declared.entry((kind, name)).or_insert(node);
            }
        }
        Self { declared, parts: 0 }
    }

    /// Counts a declaration; false once there are too many.
    fn spend(&mut self) -> bool {
        self.parts += 1;
        self.parts <= MAX_PARTS
    }

    fn find(&self, kind: &'static str, reference: &str) -> Option<Node<'s, 'd>> {
        self.declared.get(&(kind, local(reference))).copied()
    }

    fn element(&mut self, node: Node<'s, 'd>, depth: usize) -> Option<Element> {
        if depth > MAX_DEPTH || !self.spend() {
            return None;
        }
        let node = match node.attribute("ref") {
            Some(reference) => self.find("element", reference)?,
            None => node,
        };
        let mut element = Element { name: name(node.attribute("name")?), ..Element::default() };
        if let Some(value) = node.attribute("fixed").or(node.attribute("default")) {
            value.clone_into(&mut element.text);
        }
        let inline = children(node).find(|child| is(*child, "complexType") || is(*child, "simpleType"));
        let named = node.attribute("type").and_then(|reference| self.find("type", reference));
        match inline.or(named) {
            Some(definition) if is(definition, "complexType") => self.complex(definition, &mut element, depth, 0),
            Some(definition) if element.text.is_empty() => element.text = self.simple(definition, &element.name),
            Some(_) => {}
            None if element.text.is_empty() => {
                let of_type = node.attribute("type").map(local).unwrap_or_default();
                element.text = simple::built_in(of_type, &element.name);
            }
            None => {}
        }
        Some(element)
    }

    /// The attributes and the content of a complex type. `steps`: the number of base types and groups so far.
    fn complex(&mut self, definition: Node<'s, 'd>, element: &mut Element, depth: usize, steps: usize) {
        if steps > MAX_STEPS || !self.spend() {
            return;
        }
        for child in children(definition) {
            match child.tag_name().name() {
                "sequence" | "all" | "choice" | "group" => self.particle(child, element, depth, steps + 1),
                "attribute" => self.attribute(child, element),
                "attributeGroup" => {
                    let group = child.attribute("ref").and_then(|reference| self.find("attributeGroup", reference));
                    if let Some(group) = group {
                        self.complex(group, element, depth, steps + 1);
                    }
                }
                "complexContent" | "simpleContent" => self.complex(child, element, depth, steps + 1),
                "extension" | "restriction" => {
                    let base = child.attribute("base").unwrap_or_default();
                    match self.find("type", base) {
                        // A restriction repeats the content that it keeps.
                        Some(base) if is(base, "complexType") && is(child, "extension") => {
                            self.complex(base, element, depth, steps + 1);
                        }
                        Some(base) if is(base, "simpleType") => element.text = self.simple(base, &element.name),
                        None if is(definition, "simpleContent") => {
                            element.text = simple::built_in(local(base), &element.name);
                        }
                        Some(_) | None => {}
                    }
                    self.complex(child, element, depth, steps + 1);
                }
                _ => {}
            }
        }
    }

    /// The elements of a particle.
    fn particle(&mut self, particle: Node<'s, 'd>, element: &mut Element, depth: usize, steps: usize) {
        let Some(times) = times(particle, depth).filter(|_| steps <= MAX_STEPS) else { return };
        for _ in 0..times {
            if !self.spend() {
                return;
            }
            match particle.tag_name().name() {
                "element" => {
                    if let Some(child) = self.element(particle, depth + 1) {
                        element.children.push(child);
                    }
                }
                "group" => {
                    let group = particle.attribute("ref").and_then(|reference| self.find("group", reference));
                    for child in group.into_iter().flat_map(children) {
                        self.particle(child, element, depth, steps + 1);
                    }
                }
                "choice" => {
                    let is_particle = |node: &Node<'_, '_>| {
                        ["element", "group", "choice", "sequence"].iter().any(|kind| is(*node, kind))
                    };
                    if let Some(first) = children(particle).find(is_particle) {
                        self.particle(first, element, depth, steps + 1);
                    }
                }
                "sequence" | "all" => {
                    for child in children(particle) {
                        self.particle(child, element, depth, steps + 1);
                    }
                }
                _ => {}
            }
        }
    }

    fn attribute(&self, node: Node<'s, 'd>, element: &mut Element) {
        let node = match node.attribute("ref") {
            Some(reference) => match self.find("attribute", reference) {
                Some(declared) => declared,
                None => return,
            },
            None => node,
        };
        let Some(named) = node.attribute("name").filter(|_| node.attribute("use") != Some("prohibited")) else {
            return;
        };
        let fixed = node.attribute("fixed").or(node.attribute("default")).map(str::to_owned);
        let inline = children(node).find(|child| is(*child, "simpleType"));
        let of_type = inline.or_else(|| self.find("type", node.attribute("type")?));
        let made = || match of_type {
            Some(definition) => self.simple(definition, named),
            None => simple::built_in(node.attribute("type").map(local).unwrap_or_default(), named),
        };
        let value = fixed.unwrap_or_else(made);
        let named = name(named);
        if !element.attributes.iter().any(|(known, _)| *known == named) {
            element.attributes.push((named, value));
        }
    }

    /// A value of a simple type.
    fn simple(&self, definition: Node<'s, 'd>, named: &str) -> String {
        let mut facets = simple::Facets::default();
        let mut definition = definition;
        for _ in 0..MAX_STEPS {
            let Some(derived) =
                children(definition).find(|child| ["restriction", "list", "union"].iter().any(|kind| is(*child, kind)))
            else {
                return simple::built_in("string", named);
            };
            children(derived).for_each(|facet| facets.add(facet.tag_name().name(), facet.attribute("value")));
            let inline = children(derived).find(|child| is(*child, "simpleType"));
            let base = derived.attribute("base").or(derived.attribute("itemType"));
            let base = base.or_else(|| derived.attribute("memberTypes")?.split_whitespace().next());
            let base = base.unwrap_or("string");
            match inline.or_else(|| self.find("type", base)) {
                Some(next) => definition = next,
                None => return facets.value(local(base), named),
            }
        }
        String::new()
    }
}

/// How often a particle occurs: as often as required, and at least once above [`SOFT_DEPTH`]; `None` if not at all.
fn times(particle: Node<'_, '_>, depth: usize) -> Option<usize> {
    let count = |attribute: &str| particle.attribute(attribute).and_then(|count| count.parse::<usize>().ok());
    if count("maxOccurs") == Some(0) {
        return None;
    }
    let least = count("minOccurs").unwrap_or(1).min(MAX_REPEATED);
    let shown = usize::from(depth < SOFT_DEPTH);
    Some(least.max(shown)).filter(|times| *times > 0)
}

fn children<'s, 'd: 's>(node: Node<'s, 'd>) -> impl Iterator<Item = Node<'s, 'd>> {
    node.children().filter(Node::is_element)
}

fn is(node: Node<'_, '_>, kind: &str) -> bool {
    node.tag_name().name() == kind && node.tag_name().namespace() == Some(SCHEMA)
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::sample;

    fn check(content: &str, expected: &str) {
        let schema = format!("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{content}</xs:schema>");
        let made = sample(&schema);
        let body = made.as_deref().and_then(|made| made.split_once("?>\n")).map(|(_, body)| body);
        assert_eq!(body, Some(expected), "{content}");
    }

    #[test]
    fn documents_follow_their_schema() {
        check("<xs:element name=\"note\" type=\"xs:string\"/>", "<note>note</note>");
        check(
            "<xs:element name=\"book\"><xs:complexType><xs:sequence><xs:element name=\"title\" type=\"xs:string\"/>\
             <xs:element name=\"pages\" type=\"pages\"/><xs:element ref=\"author\" minOccurs=\"2\"/></xs:sequence>\
             <xs:attribute name=\"isbn\" type=\"xs:token\"/></xs:complexType></xs:element>\
             <xs:element name=\"author\" type=\"xs:string\"/>\
             <xs:simpleType name=\"pages\"><xs:restriction base=\"xs:int\"><xs:minInclusive value=\"10\"/></xs:restriction>\
             </xs:simpleType>",
            "<book isbn=\"isbn\"><title>title</title><pages>10</pages><author>author</author><author>author</author></book>",
        );
        check(
            "<xs:element name=\"a\" type=\"b\"/><xs:complexType name=\"b\"><xs:complexContent><xs:extension base=\"c\">\
             <xs:choice><xs:element name=\"x\" type=\"xs:boolean\"/><xs:element name=\"y\"/></xs:choice></xs:extension>\
             </xs:complexContent></xs:complexType><xs:complexType name=\"c\"><xs:all><xs:element name=\"w\">\
             <xs:simpleType><xs:restriction base=\"xs:string\"><xs:enumeration value=\"one\"/></xs:restriction>\
             </xs:simpleType></xs:element></xs:all></xs:complexType>",
            "<a><w>one</w><x>true</x></a>",
        );
    }

    #[test]
    fn a_schema_that_contains_itself_ends() {
        let endless = "<xs:element name=\"a\"><xs:complexType><xs:sequence><xs:element ref=\"a\" maxOccurs=\"2\"/>\
                       <xs:element ref=\"a\"/></xs:sequence></xs:complexType></xs:element>";
        let schema = format!("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{endless}</xs:schema>");
        assert!(sample(&schema).is_some_and(|made| made.len() < 100_000));
        let group = "<xs:element name=\"a\"><xs:complexType><xs:group ref=\"g\"/></xs:complexType></xs:element>\
                     <xs:group name=\"g\"><xs:sequence><xs:group ref=\"g\"/><xs:group ref=\"g\"/></xs:sequence></xs:group>";
        let schema = format!("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{group}</xs:schema>");
        assert!(sample(&schema).is_some());
    }

    #[test]
    fn other_texts_are_no_schema() {
        for text in ["", "{}", "<a/>", "<xs:schema", "<schema xmlns=\"http://www.w3.org/2001/XMLSchema\"/>"] {
            assert_eq!(sample(text), None, "{text}");
        }
    }

    #[test]
    fn the_root_is_in_the_target_namespace() {
        let schema = "<schema xmlns=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"urn:x\" \
                      elementFormDefault=\"qualified\"><element name=\"a\" type=\"int\"/></schema>";
        assert!(sample(schema).is_some_and(|made| made.ends_with("<a xmlns=\"urn:x\">1</a>")));
    }
}
