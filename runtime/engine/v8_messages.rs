//! The wording of V8's messages, wherever apinb has nothing else to go by. The tests ask V8 itself, so that a new
//! version that says something else fails them.

use apinb_record::error::ErrorRecord;

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

/// A variable because of which V8 itself threw an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingVariable<'a> {
    /// It is not defined, or is undefined.
    Itself(&'a str),
    /// It lacks the property that was used: `p.users.get()` where `p` is `{}`.
    Member(&'a str),
}

/// The variable because of which V8 itself threw `error`. None for an error of the notebook's own, which has another
/// position, and for one about a value within a variable.
#[must_use]
pub fn missing_variable(error: &ErrorRecord) -> Option<MissingVariable<'_>> {
    let line = error.source_line.as_deref()?;
    let column = error.position.as_ref()?.column.checked_sub(1)?;
    let at = line.char_indices().nth(column).map(|(at, _)| at)?;
    match error.name.as_str() {
        "ReferenceError" => {
            let name = error.message.strip_suffix(" is not defined")?;
            let rest = line.get(at..)?;
            // V8 gives an assignment the position of its target.
            let is_assigned = || assigned_value(rest).is_some_and(|value| has_name(value, name));
            (leading_name(rest) == Some(name) || is_assigned()).then_some(MissingVariable::Itself(name))
        }
        "TypeError" => match UndefinedUse::from_message(&error.message)? {
            UndefinedUse::Read | UndefinedUse::Set(_) => {
                let chain = line.get(..at)?.trim_end_matches(['.', '?', '[']);
                variable_of(chain.get(chain_start(chain)..)?)
            }
            UndefinedUse::Called(expression) | UndefinedUse::Destructured(expression) => {
                variable_of(expression).filter(|_| line.contains(expression))
            }
        },
        _ => None,
    }
}

/// `name` or `name.member`; none for a longer chain.
fn variable_of(chain: &str) -> Option<MissingVariable<'_>> {
    let name = leading_name(chain)?;
    match chain.get(name.len()..)? {
        "" => Some(MissingVariable::Itself(name)),
        rest => {
            let member = rest.strip_prefix('.')?;
            (leading_name(member) == Some(member)).then_some(MissingVariable::Member(name))
        }
    }
}

/// The text after the `=` of an assignment at the start of `text`.
fn assigned_value(text: &str) -> Option<&str> {
    let (target, value) = text.split_once('=')?;
    let is_target = leading_name(target).is_some() && target.trim_end().chars().all(|c| is_part(c) || c == '.');
    (is_target && !value.starts_with(['=', '>'])).then_some(value)
}

/// Whether `name` is one of the identifiers in `text`.
fn has_name(text: &str, name: &str) -> bool {
    text.split(|next: char| !is_part(next)).any(|word| word == name)
}

/// The identifier at the start of `text`.
fn leading_name(text: &str) -> Option<&str> {
    let end = text.find(|next: char| !is_part(next)).unwrap_or(text.len());
    text.get(..end).filter(|name| !name.is_empty() && !name.starts_with(|first: char| first.is_ascii_digit()))
}

/// Where the chain of members at the end of `text` starts: `a.b(c)[0]`.
fn chain_start(text: &str) -> usize {
    let mut depth = 0usize;
    let mut start = text.len();
    for (at, next) in text.char_indices().rev() {
        match next {
            ')' | ']' => depth += 1,
            '(' | '[' if depth == 0 => break,
            '(' | '[' => depth -= 1,
            _ if depth > 0 || is_part(next) || matches!(next, '.' | '?') => {}
            _ => break,
        }
        start = at;
    }
    start
}

fn is_part(next: char) -> bool {
    next.is_alphanumeric() || matches!(next, '_' | '$')
}

/// A message without what precedes it where nothing catches the error.
pub(crate) fn without_uncaught(message: &str) -> &str {
    let message = message.strip_prefix("Uncaught ").unwrap_or(message);
    message.strip_prefix("(in promise) ").unwrap_or(message)
}

/// Whether an error says that there was no memory for what the cell asked for: a buffer, a memory of WebAssembly.
pub(crate) fn is_out_of_memory(message: &str) -> bool {
    message == "Array buffer allocation failed" || message.contains("could not allocate memory")
}

/// The name that cannot be declared again.
pub(crate) fn redeclared_name(message: &str) -> Option<&str> {
    let rest = without_uncaught(message).strip_prefix("SyntaxError: Identifier '")?;
    Some(rest.split_once("' has already been declared")?.0)
}

/// Whether arguments have no closing parenthesis.
pub(crate) fn is_unterminated_arguments(message: &str) -> bool {
    without_uncaught(message) == "SyntaxError: missing ) after argument list"
}

/// Whether the inspector says that the code was terminated.
pub(crate) fn is_termination(message: &str) -> bool {
    message == "Execution was terminated"
}

#[cfg(test)]
mod tests;
