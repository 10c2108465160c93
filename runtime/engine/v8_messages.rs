//! The wording of V8's messages, wherever apinb has nothing else to go by. The tests ask V8 itself, so that a new
//! version that says something else fails them.

/// What is wrong with a use of `undefined`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UndefinedUse<'a> {
    /// A property of it was read.
    Read,
    /// This property of it was set.
    Set(&'a str),
    /// It was called; by this expression.
    Called(&'a str),
    /// It was destructured; this expression.
    Destructured(&'a str),
}

impl<'a> UndefinedUse<'a> {
    /// Which use the message of a `TypeError` is about.
    pub(crate) fn from_message(message: &'a str) -> Option<Self> {
        if message.starts_with("Cannot read properties of undefined (reading '") {
            return Some(Self::Read);
        }
        if let Some(rest) = message.strip_prefix("Cannot set properties of undefined (setting '") {
            return rest.strip_suffix("')").map(Self::Set);
        }
        if let Some(expression) = message.strip_suffix(" is not a function") {
            return Some(Self::Called(expression));
        }
        let rest = message.strip_prefix("Cannot destructure property '")?;
        let (_, rest) = rest.split_once("' of '")?;
        rest.strip_suffix("' as it is undefined.").map(Self::Destructured)
    }
}

/// A message without what precedes it where nothing catches the error.
pub(crate) fn without_uncaught(message: &str) -> &str {
    let message = message.strip_prefix("Uncaught ").unwrap_or(message);
    message.strip_prefix("(in promise) ").unwrap_or(message)
}

/// The name that cannot be declared again.
pub(crate) fn redeclared_name(message: &str) -> Option<&str> {
    let rest = without_uncaught(message).strip_prefix("SyntaxError: Identifier '")?;
    Some(rest.split_once("' has already been declared")?.0)
}

/// Whether the inspector says that the code was terminated.
pub(crate) fn is_termination(message: &str) -> bool {
    message == "Execution was terminated"
}

#[cfg(test)]
mod tests;
