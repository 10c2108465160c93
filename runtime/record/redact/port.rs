//! The data of `apinb port`.

use super::redact;
use crate::port::{Choice, ConfigFile, FailedCell, MockedRun, Port, PortedNotebook};

redact! {
    Port { redacted: files, notebooks; kept: version }
    ConfigFile { redacted: path, text, difference, shadows; kept: state }
    PortedNotebook { redacted: path, title, error, definitions, scripts, run; kept: }
    Choice { redacted: client, reference, definition, reasons; kept: confidence, position }
    MockedRun { redacted: failed; kept: passed, calls }
    FailedCell { redacted: message, help, position, source_line; kept: cell }
}
