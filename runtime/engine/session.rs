//! One engine's state, which all operations share: the settings, the network, the clients, the log of the cell.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use apinb_http::memory::MemoryBudget;
use apinb_http::network::Network;
use apinb_project::output::Output;
use apinb_project::settings::Settings;
use apinb_text::secret::bound::{Answers, BoundHosts};
use apinb_text::secret::redactor::Redactor;
use apinb_text::source::span::Position;
use deno_core::OpState;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::activity::Activity;
use crate::chance::Chance;
use crate::clients::Clients;
use crate::clock::Clock;
use crate::host::Host;
use crate::in_flight::InFlight;
use crate::late_reads::LateReads;
use crate::log::CellLog;
use crate::memory::IsolateMemory;
use crate::modules::LoadedModules;
use crate::placed_cell::{PlacedCell, PlacedCells};
use crate::unread_status::UnreadStatuses;
use crate::watchdog::Watchdog;

/// One engine's state, behind every operation.
pub(crate) struct Session {
    pub(crate) network: Network,
    pub(crate) redactor: Redactor,
    pub(crate) host: Rc<dyn Host>,
    pub(crate) settings: Settings,
    pub(crate) modules: LoadedModules,
    /// The saved files, where this process writes them.
    pub(crate) output: Output,
    pub(crate) watchdog: Watchdog,
    pub(crate) clock: Rc<Clock>,
    pub(crate) activity: Activity,
    /// The random values of the notebook.
    pub(crate) chance: Chance,
    pub(crate) clients: RefCell<Clients>,
    /// What the clients' definitions read after they were loaded.
    pub(crate) late_reads: LateReads,
    /// Ends the run. A cell that is marked `teardown` has one of its own.
    pub(crate) run: RefCell<CancellationToken>,
    /// Ends every wait of the cell that runs, or ran last.
    pub(crate) cell: RefCell<CancellationToken>,
    /// The memory of the notebook.
    pub(crate) memory: Arc<MemoryBudget>,
    pub(crate) isolate: Arc<IsolateMemory>,
    /// What the cell that runs, or ran last, has done.
    pub(crate) log: CellLog,
    /// The cells that ran, so that a frame of a function from an earlier cell finds its place.
    pub(crate) cells: RefCell<PlacedCells>,
    /// The answers of the user, which may name hosts.
    pub(crate) answers: Answers,
    /// The hosts of all clients and their sign-ins: those of the secrets that answer prompts. Any, without a client.
    pub(crate) client_hosts: BoundHosts,
    /// The token endpoints of sign-ins.
    pub(crate) token_endpoints: RefCell<Vec<TokenEndpoint>>,
    /// Calls with a callback that have no response yet.
    pub(crate) in_flight: InFlight,
    /// The responses whose status the notebook has not read.
    pub(crate) unread_statuses: UnreadStatuses,
    /// Whether the prelude keeps an error that nothing in the notebook handled.
    pub(crate) uncaught: Cell<bool>,
    /// The warnings about unknown options so far.
    pub(crate) reported_options: RefCell<HashSet<String>>,
}

/// A token endpoint of a sign-in.
pub(crate) struct TokenEndpoint {
    pub(crate) url: Url,
    pub(crate) client: String,
    /// The hosts that its tokens are bound to.
    pub(crate) bound: BoundHosts,
}

impl Session {
    /// The session of the isolate that calls an operation.
    pub(crate) fn of(state: &OpState) -> Rc<Self> {
        Rc::clone(state.borrow::<Rc<Self>>())
    }

    /// The cell that a line of a script belongs to.
    pub(crate) fn cell_at(&self, script: &str, line: usize) -> Option<PlacedCell> {
        self.cells.borrow().at(script, line).cloned()
    }

    /// The cell that a line of a script belongs to, and the position in its file of a line and column of the script.
    pub(crate) fn located(&self, script: &str, line: usize, column: usize) -> Option<(PlacedCell, Position)> {
        let cell = self.cell_at(script, line)?;
        let at = cell.code.source_position(&cell.source, cell.line_in_code(line)?, column);
        Some((cell, at))
    }

    /// Ends every wait of the cell that runs.
    pub(crate) fn cancel(&self) -> CancellationToken {
        self.cell.borrow().clone()
    }

    /// Asks for permission to call the host of `url` where it needs one. The network refuses a host without it.
    pub(crate) fn ask_for(&self, url: &Url) {
        let hosts = &self.network.policy().hosts;
        if let Some(host) = hosts.needs_permission(url).filter(|_| !self.network.is_routed(url)) {
            self.watchdog.pause();
            let agreed = self.host.agree(&host);
            self.watchdog.resume();
            if agreed {
                hosts.allow(host);
            }
        }
    }
}
