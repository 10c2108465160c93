//! Contracts.

use apinb_text::secret::redactor::Redactor;

use super::{Redact, redact};
use crate::contract::coverage::{Covered, DefinitionCoverage};
use crate::contract::{
    CallPlace, CalledOperation, Contract, ContractFinding, DefinitionPlace, Unchecked, ValuePlace, WayStep,
};

redact! {
    Contract {
        redacted: operations, findings, unchecked, coverage;
        kept: version, mode, calls, other_calls, gone
    }
    CalledOperation { redacted: api, operation; kept: calls }
    DefinitionPlace { redacted: position, source_line, way; kept: length }
    WayStep { redacted: name, position; kept: }
    Unchecked { redacted: operation, reason; kept: part }
    DefinitionCoverage {
        redacted: title, definition, operations, statuses, media_types, parameters, enum_values, request_properties,
            response_properties;
        kept:
    }
    Covered { redacted: missing; kept: covered, total }
}

impl Redact for ContractFinding {
    fn redact(&mut self, redactor: &Redactor) {
        let Self {
            key,
            api,
            rule: _,
            severity: _,
            known: _,
            fails: _,
            operation,
            message,
            help,
            definition,
            value,
            calls: _,
            first,
            cells,
        } = self;
        [key, api, message].into_iter().for_each(|text| redact_pieces(text, redactor));
        operation.redact(redactor);
        help.iter_mut().for_each(|text| redact_pieces(text, redactor));
        definition.redact(redactor);
        value.redact(redactor);
        first.redact(redactor);
        cells.redact(redactor);
    }
}

impl Redact for ValuePlace {
    fn redact(&mut self, redactor: &Redactor) {
        let Self { part: _, path, excerpt } = self;
        redact_pieces(path, redactor);
        excerpt.iter_mut().for_each(|text| redact_pieces(text, redactor));
    }
}

impl Redact for CallPlace {
    fn redact(&mut self, redactor: &Redactor) {
        let Self { number: _, method, url, status: _, notebook, cell: _, position } = self;
        method.redact(redactor);
        redact_pieces(url, redactor);
        notebook.redact(redactor);
        position.redact(redactor);
    }
}

/// Redacts a text in which values are truncated: what stands before a `…` may be the beginning of a secret.
fn redact_pieces(text: &mut String, redactor: &Redactor) {
    text.redact(redactor);
    if text.contains('…') {
        let mut pieces: Vec<String> = text.split('…').map(str::to_owned).collect();
        let last = pieces.pop();
        pieces.iter_mut().for_each(|piece| *piece = redactor.redact_beginning(piece).into_owned());
        pieces.extend(last);
        *text = pieces.join("…");
    }
}

#[cfg(test)]
mod tests {
    use apinb_text::secret::redactor::Redactor;

    use super::redact_pieces;

    #[test]
    fn the_beginning_of_a_secret_is_one_too() {
        let redactor = Redactor::default();
        redactor.add("correct-horse-battery-staple");
        let redacted = |text: &str| {
            let mut text = text.to_owned();
            redact_pieces(&mut text, &redactor);
            text
        };
        for text in
            ["`correct-horse-batt…` is no number", "{\"b\": \"correct-horse-b…\", …", "correct-horse-battery-staple …"]
        {
            let shown = redacted(text);
            assert!(shown.contains("[secret]") && !shown.contains("correct"), "{text}: {shown}");
            assert_eq!(shown.matches('…').count(), text.matches('…').count());
        }
        assert_eq!(redacted("nothing …"), "nothing …");
    }
}
