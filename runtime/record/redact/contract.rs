//! Contracts.

use super::redact;
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
    ContractFinding {
        redacted: key, api, operation, message, help, definition, value, first, cells;
        kept: rule, severity, known, fails, calls
    }
    ValuePlace { redacted: path, excerpt; kept: part }
    CallPlace { redacted: method, url, notebook, position; kept: number, status, cell }
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
