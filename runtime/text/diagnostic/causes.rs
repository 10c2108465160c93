//! An error and its causes, on one line.

use std::error::Error;

use crate::diagnostic::Diagnostic;
use crate::io_error;

/// The messages of an error and its causes, joined by `: `; a cause that the text already contains is left out.
#[must_use]
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = io_error::cause(error);
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
    struct TestError {
        text: &'static str,
        #[source]
        cause: Option<Box<TestError>>,
    }

    #[test]
    fn repeated_causes_are_shown_once() {
        let error = |text, cause| TestError { text, cause };
        let last = error("refused", None);
        let chain = error("cannot load: no answer", Some(Box::new(error("no answer", Some(Box::new(last))))));
        assert_eq!(with_causes(&chain), "cannot load: no answer: refused");
    }
}
