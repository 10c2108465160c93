//! The data of `apinb check`.

use super::redact;
use crate::check::{
    ColumnNeed, DefinitionNeed, FieldNeed, InputNeed, Needs, NotebookNeeds, SchemeNeed, ScriptNeed, Unreadable,
};
use crate::finding::Finding;

redact! {
    Needs { redacted: notebooks; kept: version, mocked }
    NotebookNeeds {
        redacted: path, title, error, definitions, scripts, modules, inputs, columns, schemes, hosts, findings;
        kept: cells, unread_cells
    }
    Unreadable { redacted: message, help; kept: }
    DefinitionNeed { redacted: client, reference, address, title, help; kept: state, mapped, position }
    ScriptNeed { redacted: reference, help; kept: state, position }
    InputNeed { redacted: variable, question, default, help; kept: confirm, secret, state, position }
    ColumnNeed { redacted: name, help; kept: state, position }
    SchemeNeed { redacted: client, name, kind, fields; kept: token }
    FieldNeed { redacted: name; kept: secret, source }
    Finding { redacted: message, help, source_line; kept: code, severity, position, length }
}
