//! An error and why, on one line.

use std::error::Error;

use crate::diagnostic::Diagnostic;

/// The error's text and those of its causes, with `: ` between; a cause that a text repeats already is left out.
#[must_use]
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

/// A diagnostic with its causes and its position, on one line.
#[must_use]
pub fn one_line(diagnostic: &(dyn Diagnostic + Send + Sync)) -> String {
    let text = with_causes(diagnostic);
    match diagnostic.location() {
        Some(location) => {
            let at = location.position();
            format!("{text} ({}:{}:{})", location.file.name(), at.line, at.column)
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::with_causes;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Told {
        text: &'static str,
        #[source]
        cause: Option<Box<Told>>,
    }

    #[test]
    fn causes_follow_once() {
        let told = |text, cause| Told { text, cause };
        let last = told("refused", None);
        let error = told("cannot load: no answer", Some(Box::new(told("no answer", Some(Box::new(last))))));
        assert_eq!(with_causes(&error), "cannot load: no answer: refused");
    }
}
