//! Contracts.

use super::redact;
use crate::contract::coverage::{CellPlace, DefinitionCoverage, OperationCoverage, PartCoverage, PartPlace};
use crate::contract::{
    CallPlace, CalledOperation, Contract, ContractFinding, DefinitionPlace, Unchecked, ValuePlace, WayStep,
};

redact! {
    Contract {
        redacted: operations, findings, unchecked, coverage;
        kept: version, mode, calls, other_calls, skipped_calls, gone
    }
    CalledOperation { redacted: api, operation; kept: calls }
    ContractFinding {
        redacted: key, api, operation, message, help, definition, value, first, cells;
        kept: rule, severity, known, fails, calls
    }
    ValuePlace { redacted: path, excerpt; kept: part }
    CallPlace { redacted: method, url, notebook, position; kept: number, status, cell }
    DefinitionPlace { redacted: position, source_line, way; kept: length }
    WayStep { redacted: name, position; kept: }
    Unchecked { redacted: operation, reason; kept: part }
    DefinitionCoverage { redacted: title, definition, operations; kept: truncated }
    OperationCoverage { redacted: operation, place, parts, cells; kept: shown, calls, more_cells }
    PartCoverage { redacted: name, place; kept: kind, shown }
    PartPlace { redacted: file; kept: line }
    CellPlace { redacted: notebook; kept: cell }
}
