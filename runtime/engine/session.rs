//! What the operations share: the run's settings, its clients, and what the cell that runs has done so far.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use apinb_core::notebook::CodeCell;
use apinb_core::record::{CallRecord, ConsoleRecord, PositionRecord, PromptRecord};
use apinb_core::text::secret::redactor::Redactor;
use apinb_core::text::source::span::SourceFile;
use apinb_http::network::Network;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::clients::Clients;
use crate::host::Host;
use crate::in_flight::InFlight;
use crate::late_reads::LateReads;
use crate::memory::Budget;
use crate::settings::Settings;
use crate::watchdog::Watchdog;

/// The largest sum of console text that a cell's record keeps, in bytes.
const MAX_CONSOLE_BYTES: usize = 1 << 20;

/// One engine's state, behind every operation.
pub(crate) struct Session {
    pub network: Network,
    pub redactor: Redactor,
    pub host: Rc<dyn Host>,
    pub settings: Settings,
    pub watchdog: Watchdog,
    pub clients: RefCell<Clients>,
    /// What the clients' definitions read later.
    pub late_reads: LateReads,
    /// Ends the run.
    pub run: CancellationToken,
    /// What Blobs may take.
    pub blobs: Arc<Budget>,
    /// The cell that runs, or ran last.
    pub running: RefCell<Running>,
    /// Every cell that ran, so that a frame of a function from an earlier cell finds its place.
    pub cells: RefCell<Vec<Placed>>,
    /// Calls with a callback that have no answer yet.
    pub in_flight: InFlight,
    /// Whether the prelude keeps an error that nothing in the notebook handled.
    pub uncaught: Cell<bool>,
}

/// What a cell has done so far.
#[derive(Default)]
pub(crate) struct Running {
    /// Ends every wait of the cell.
    pub cancel: CancellationToken,
    pub console: Vec<ConsoleRecord>,
    pub console_bytes: usize,
    pub prompts: Vec<PromptRecord>,
    pub calls: Vec<CallRecord>,
    /// Questions that nobody answered.
    pub unanswered: Vec<OpenQuestion>,
}

/// A question that nobody answered.
pub(crate) struct OpenQuestion {
    pub message: String,
    /// The flag that answers it.
    pub flag: String,
    /// Where it is asked.
    pub position: Option<PositionRecord>,
}

/// A cell at its place in the file.
#[derive(Clone)]
pub(crate) struct Placed {
    pub code: CodeCell,
    pub source: Arc<SourceFile>,
    /// The name of the script in V8: that of the file, without white space.
    pub script: String,
    pub first_line: usize,
}

impl Placed {
    pub fn new(code: &CodeCell, source: &Arc<SourceFile>) -> Self {
        let script = source.name().split_whitespace().collect::<Vec<_>>().join("%20");
        Self { code: code.clone(), source: Arc::clone(source), script, first_line: code.first_line(source) }
    }

    /// The line within the code of a line of the file.
    pub fn line_in_code(&self, line: usize) -> Option<usize> {
        let index = line.checked_sub(self.first_line)?;
        (index < self.code.line_offsets.len().max(1)).then_some(index + 1)
    }
}

impl Session {
    /// The cell that a line of a script belongs to.
    pub fn cell_at(&self, script: &str, line: usize) -> Option<Placed> {
        let cells = self.cells.borrow();
        cells.iter().rev().find(|cell| cell.script == script && cell.line_in_code(line).is_some()).cloned()
    }

    pub fn cancel(&self) -> CancellationToken {
        self.running.borrow().cancel.clone()
    }

    /// Keeps a line that the cell wrote.
    pub fn write(&self, level: &str, text: &str) {
        let mut running = self.running.borrow_mut();
        let Some(room) = MAX_CONSOLE_BYTES.checked_sub(running.console_bytes) else { return };
        running.console_bytes += text.len() + 1;
        let mut text = self.redactor.redact(text);
        if running.console_bytes > MAX_CONSOLE_BYTES {
            let end = text.floor_char_boundary(room.min(text.len()));
            text = format!("{}… the cell wrote more than is kept", &text[..end]).into();
        }
        running.console.push(ConsoleRecord { level: level.to_owned(), text: text.into_owned() });
    }

    /// Asks for the host of `url` where it needs somebody's agreement. The network refuses what was not agreed to.
    pub fn ask_for(&self, url: &Url) {
        let hosts = &self.network.policy().hosts;
        if let Some(host) = hosts.refused(url).filter(|_| !self.network.is_routed(url)) {
            self.watchdog.pause();
            let agreed = self.host.agree(&host);
            self.watchdog.resume();
            if agreed {
                hosts.allow(host);
            }
        }
    }

    /// Keeps a call that ended, and tells the host.
    pub fn call_ended(&self, call: CallRecord) {
        self.host.call_ended(&call);
        self.running.borrow_mut().calls.push(call);
    }
}
