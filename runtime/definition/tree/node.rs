//! The syntax tree that every definition is parsed to: scalars, sequences, mappings.
//!
//! Nodes are shared (`Rc`) and immutable. Each knows its file and byte range, wherever an include or a merge puts it.
//! The readers of each language interpret the keys.

use std::rc::Rc;
use std::sync::Arc;

use apinb_text::source::deferred;
use apinb_text::source::deferred::Deferred;
use apinb_text::source::span::SourceFile;

/// The source position of a node: the index of its file among the documents read, and a byte range. Documents are
/// smaller than 4 GB, so 32 bits are enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct NodeLocation {
    pub(crate) file: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) location: NodeLocation,
    pub(crate) kind: NodeKind,
    /// The node or one below it contains `<<`, so it may need template parameters substituted.
    pub(crate) templated: bool,
    /// A key in the node or below it ends in `?`, which means "only if the target has this key" in a template.
    pub(crate) optional: bool,
    /// The number of levels from this node down, including it.
    pub(crate) height: u32,
}

/// The kind of a node, with its content.
#[derive(Debug)]
pub(crate) enum NodeKind {
    /// An absent value, `~` or `null`.
    Null,
    /// `plain` if it is not quoted, so that it may be a number or a boolean.
    Scalar {
        text: Text,
        plain: bool,
    },
    Sequence(Vec<Rc<Node>>),
    Mapping(Vec<Entry>),
    /// An `!include` with template parameters in its path.
    Include(Rc<str>),
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Rc<str>,
    pub(crate) location: NodeLocation,
    pub(crate) value: Rc<Node>,
}

/// The text of a scalar: an owned string, a part of its document, or a whole included document.
#[derive(Debug)]
pub(crate) enum Text {
    Own(Rc<str>),
    /// A byte range of a document, at character boundaries.
    Part {
        file: Arc<SourceFile>,
        start: u32,
        end: u32,
    },
    File(Arc<SourceFile>),
    /// Read when it is first used.
    Deferred {
        document: Arc<dyn Deferred>,
        /// The text after the `#` of the include.
        fragment: Option<Rc<String>>,
    },
}

impl Text {
    /// The text. Reads a deferred document; empty if that fails.
    pub(crate) fn as_str(&self) -> &str {
        self.readable().unwrap_or_default()
    }

    /// The text. Reads a deferred document; `None` if that fails, which `Documents::finish` reports.
    pub(crate) fn readable(&self) -> Option<&str> {
        match self {
            Self::Own(text) => Some(text),
            Self::Part { file, start, end } => Some(file.part(*start, *end)),
            Self::File(file) => Some(file.text()),
            Self::Deferred { document, .. } => document.file().map(|file| file.text()),
        }
    }

    /// Whether the text is a whole included document, which is never a name or an expression. Does not read it.
    pub(crate) fn is_document(&self) -> bool {
        matches!(self, Self::File(_) | Self::Deferred { .. })
    }

    /// The part of the document that its include refers to: the text after the `#`.
    pub(crate) fn fragment(&self) -> Option<&str> {
        match self {
            Self::Deferred { fragment, .. } => fragment.as_ref().map(|fragment| fragment.as_str()),
            Self::Own(_) | Self::Part { .. } | Self::File(_) => None,
        }
    }

    /// Converts the text for the model, without reading a deferred document.
    pub(crate) fn to_model(&self) -> deferred::Text {
        match self {
            Self::Own(text) => deferred::Text::from(&**text),
            Self::Part { file, start, end } => deferred::Text::part(file, *start, *end),
            Self::File(file) => deferred::Text::from(Arc::clone(file)),
            Self::Deferred { document, .. } => deferred::Text::from(Arc::clone(document)),
        }
    }
}

impl Node {
    pub(crate) fn new(location: NodeLocation, kind: NodeKind) -> Self {
        let mut node = Self { location, kind, templated: false, optional: false, height: 1 };
        let mut below = Self { location, kind: NodeKind::Null, templated: false, optional: false, height: 0 };
        let mut count = |child: &Self| {
            below.templated |= child.templated;
            below.optional |= child.optional;
            below.height = below.height.max(child.height);
        };
        match &node.kind {
            NodeKind::Null => {}
            // A deferred document may contain parameters. Substituting them reads the document.
            NodeKind::Scalar { text: Text::Deferred { .. }, .. } => node.templated = true,
            NodeKind::Scalar { text, .. } => node.templated = text.as_str().contains("<<"),
            NodeKind::Sequence(items) => items.iter().for_each(|item| count(item)),
            NodeKind::Mapping(entries) => entries.iter().for_each(|entry| {
                count(&entry.value);
                node.templated |= entry.key.contains("<<");
                node.optional |= entry.key.ends_with('?');
            }),
            NodeKind::Include(_) => node.templated = true,
        }
        node.templated |= below.templated;
        node.optional |= below.optional;
        node.height += below.height;
        node
    }

    pub(crate) fn null(location: NodeLocation) -> Rc<Self> {
        Rc::new(Self::new(location, NodeKind::Null))
    }

    pub(crate) fn scalar(location: NodeLocation, text: &str, plain: bool) -> Rc<Self> {
        Rc::new(Self::new(location, NodeKind::Scalar { text: Text::Own(text.into()), plain }))
    }

    pub(crate) fn mapping(location: NodeLocation, entries: Vec<Entry>) -> Rc<Self> {
        Rc::new(Self::new(location, NodeKind::Mapping(entries)))
    }

    pub(crate) fn sequence(location: NodeLocation, items: Vec<Rc<Self>>) -> Rc<Self> {
        Rc::new(Self::new(location, NodeKind::Sequence(items)))
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.kind, NodeKind::Null)
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text.as_str()),
            _ => None,
        }
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn items(&self) -> &[Rc<Self>] {
        match &self.kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Rc<Self>> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    /// The name of this kind of node in messages.
    pub(crate) fn noun(&self) -> &'static str {
        match self.kind {
            NodeKind::Null => "null",
            NodeKind::Scalar { .. } => "a string",
            NodeKind::Sequence(_) => "a list",
            NodeKind::Mapping(_) => "a map",
            NodeKind::Include(_) => "an include with parameters",
        }
    }
}
