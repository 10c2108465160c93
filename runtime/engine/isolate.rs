//! The isolate with its global: its creation, and the hooks of the prelude around a cell. `run_cell.rs` runs cells.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use apinb_http::memory::MemoryBudget;
use apinb_http::network::Network;
use apinb_project::output::Output;
use apinb_record::run::ConsoleRecord;
use apinb_text::secret::bound::{Answers, BoundHosts};
use deno_core::{JsRuntime, RuntimeOptions, v8};
use tokio_util::sync::CancellationToken;

use crate::activity::Activity;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::exception::{self, Failure};
use crate::in_flight::InFlight;
use crate::late_reads::LateReads;
use crate::locale;
use crate::log::CellLog;
use crate::memory::IsolateMemory;
use crate::module_loader::Loader;
use crate::modules::LoadedModules;
use crate::ops;
use crate::outcome::{EngineError, EngineOptions};
use crate::repl_mode::{Handover, ReplMode};
use crate::session::Session;
use crate::unread_status::{UnreadStatus, UnreadStatuses};
use crate::watchdog::{Interrupter, Watchdog};

/// One V8 isolate and its global.
pub struct Engine {
    // Dropped in this order: holders of values before the isolate.
    pub(crate) repl_mode: Option<ReplMode>,
    pub(crate) hooks: Hooks,
    pub(crate) js: JsRuntime,
    pub(crate) tokio: tokio::runtime::Runtime,
    pub(crate) session: Rc<Session>,
    pub(crate) memory: Arc<IsolateMemory>,
    pub(crate) cancel: CancellationToken,
    /// Ends the waits that begin between two entries of a prompt.
    pub(crate) background: CancellationToken,
    /// Whether `_` and `_error` are set beside `$_`.
    pub(crate) keeps_underscores: bool,
}

/// The functions of the prelude that run around a cell.
pub(crate) struct Hooks {
    pub(crate) begin: v8::Global<v8::Function>,
    pub(crate) settle: v8::Global<v8::Function>,
    pub(crate) check: v8::Global<v8::Function>,
    pub(crate) end: v8::Global<v8::Function>,
    pub(crate) count_timers: v8::Global<v8::Function>,
    pub(crate) late_errors: v8::Global<v8::Function>,
    pub(crate) keep: v8::Global<v8::Function>,
    pub(crate) show: v8::Global<v8::Function>,
    pub(crate) json: v8::Global<v8::Function>,
    pub(crate) describe: v8::Global<v8::Function>,
    /// Describes a node of a client.
    pub(crate) node_of: v8::Global<v8::Function>,
    /// Sets the clock and the chance of the notebook, once.
    pub(crate) begin_time: v8::Global<v8::Function>,
    /// The time zone and the locale.
    pub(crate) surroundings: v8::Global<v8::Function>,
    /// Runs a CommonJS module.
    pub(crate) require_module: v8::Global<v8::Function>,
    /// For REPL mode.
    pub(crate) handover: Handover,
}

impl Engine {
    /// Starts an isolate.
    ///
    /// # Errors
    /// If the prelude does not evaluate, or the system provides no thread.
    pub fn new(options: EngineOptions) -> Result<Self, EngineError> {
        let EngineOptions { snapshot, network, redactor, host, settings, cancel } = options;
        crate::set_flags();
        locale::set(settings.determinism.locale.as_ref());
        let clock = Rc::new(Clock::new(settings.determinism.clock, settings.notebook_timeout));
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(EngineError::System)?;
        let entered = tokio.enter();
        let budget = MemoryBudget::new(settings.max_heap);
        let memory = IsolateMemory::new(Arc::clone(&budget));
        let loader = Rc::new(Loader::default());
        let runner = Rc::clone(&loader);
        let mut js = JsRuntime::try_new(RuntimeOptions {
            module_loader: Some(loader.clone()),
            custom_module_evaluation_cb: Some(Box::new(move |scope, _, _, _| runner.runner(scope))),
            extensions: ops::extensions(clock.virtual_time().is_some()),
            startup_snapshot: snapshot,
            create_params: Some(
                v8::CreateParams::default()
                    .heap_limits(0, settings.max_heap)
                    .array_buffer_allocator(memory.allocator()),
            ),
            // The store of transferred buffers between owners.
            shared_array_buffer_store: Some(deno_core::SharedArrayBufferStore::default()),
            ..RuntimeOptions::default()
        })
        .map_err(|error| EngineError::Prelude(Box::new(error)))?;
        drop(entered);
        js.v8_isolate().set_prepare_stack_trace_callback(exception::stack_text);
        memory.install(&mut js);
        let isolate = js.v8_isolate().thread_safe_handle();
        let watchdog =
            Watchdog::start(isolate, cancel.clone(), settings.notebook_timeout, Rc::clone(&host), Rc::clone(&clock))
                .map_err(EngineError::System)?;
        let answers = Answers::default();
        let session = Rc::new(Session {
            modules: LoadedModules::new(&settings, redactor.clone(), Rc::clone(&host)),
            log: CellLog::new(redactor.clone(), Rc::clone(&host), Rc::clone(&clock), settings.max_output),
            network: network.within(Arc::clone(&budget)),
            redactor,
            host,
            output: Output::of(&settings),
            clock,
            activity: Activity::default(),
            chance: Chance::new(settings.determinism.seed),
            settings,
            watchdog,
            clients: RefCell::default(),
            late_reads: LateReads::default(),
            run: RefCell::new(cancel.clone()),
            memory: budget,
            isolate: Arc::clone(&memory),
            cell: RefCell::default(),
            cells: RefCell::default(),
            client_hosts: BoundHosts::open(answers.clone()),
            answers,
            token_endpoints: RefCell::default(),
            in_flight: InFlight::default(),
            unread_statuses: UnreadStatuses::default(),
            uncaught: std::cell::Cell::new(false),
            reported_options: std::cell::RefCell::default(),
        });
        js.op_state().borrow_mut().put(Rc::clone(&session));
        let hooks = Hooks::take(&mut js).ok_or(EngineError::Hooks)?;
        loader.start(Rc::clone(&session), hooks.require_module.clone());
        let background = cancel.child_token();
        let mut engine =
            Self { repl_mode: None, hooks, js, tokio, session, memory, cancel, background, keeps_underscores: false };
        engine.begin_time()?;
        Ok(engine)
    }

    /// Sets `_` to each last result and `_error` to each last error, as in other REPLs, unless the notebook has
    /// variables of these names.
    pub fn keep_underscores(&mut self) {
        self.keeps_underscores = true;
    }

    /// The network of the notebook.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.session.network
    }

    /// The security schemes by which a client is signed in.
    #[must_use]
    pub fn signed_in(&self, client: &str) -> Vec<String> {
        self.session.clients.borrow().signed_in(client)
    }

    /// Warnings about documents that definitions have read since the last cell, such as for an explanation, and whether one
    /// of them was refused.
    #[must_use]
    pub fn late_reads(&self) -> (Vec<ConsoleRecord>, bool) {
        let session = &self.session;
        session.log.take();
        session.late_reads.collect(&session.log);
        let entries = session.log.take();
        (entries.console, entries.refused.is_some())
    }

    /// From now on `cancel` ends cells, in place of the token that did before.
    pub fn cancelled_by(&mut self, cancel: CancellationToken) {
        self.session.watchdog.cancelled_by(cancel.clone());
        self.session.run.replace(cancel.clone());
        self.cancel = cancel;
    }

    /// The responses of 400 or more whose status the notebook has not read, if the settings ask for them.
    #[must_use]
    pub fn unread_statuses(&self) -> Vec<UnreadStatus> {
        self.session.unread_statuses.all()
    }

    /// Ends the running cell.
    #[must_use]
    pub fn interrupter(&self) -> Interrupter {
        self.session.watchdog.interrupter()
    }

    /// Calls a hook of the prelude.
    pub(crate) fn call_hook(
        &mut self,
        hook: impl FnOnce(&Hooks) -> &v8::Global<v8::Function>,
        arguments: &[&v8::Global<v8::Value>],
    ) -> Result<v8::Global<v8::Value>, Failure> {
        let _entered = self.tokio.enter();
        let hook = hook(&self.hooks);
        deno_core::scope!(scope, self.js);
        v8::tc_scope!(let scope, scope);
        let hook = v8::Local::new(scope, hook);
        let arguments: Vec<_> = arguments.iter().map(|value| v8::Local::new(scope, *value)).collect();
        let nothing = v8::undefined(scope).into();
        match hook.call(scope, nothing, &arguments) {
            Some(value) => Ok(v8::Global::new(scope, value)),
            None => Err(exception::caught(scope)),
        }
    }
}

impl Hooks {
    /// Takes the hooks from the global, and removes every way back into deno_core.
    fn take(js: &mut JsRuntime) -> Option<Self> {
        deno_core::scope!(scope, js);
        let global = scope.get_current_context().global(scope);
        let key = v8::String::new(scope, "bootstrap")?;
        let hooks = v8::Local::<v8::Object>::try_from(global.get(scope, key.into())?).ok()?;
        for name in ["bootstrap", "Deno", "__bootstrap"] {
            let name = v8::String::new(scope, name)?;
            global.delete(scope, name.into());
        }
        let function = |name: &str| {
            let name = v8::String::new(scope, name)?;
            let function = v8::Local::<v8::Function>::try_from(hooks.get(scope, name.into())?).ok()?;
            Some(v8::Global::new(scope, function))
        };
        Some(Self {
            begin: function("begin")?,
            settle: function("settle")?,
            check: function("check")?,
            end: function("end")?,
            count_timers: function("countTimers")?,
            late_errors: function("lateErrors")?,
            keep: function("keep")?,
            show: function("show")?,
            json: function("json")?,
            describe: function("describe")?,
            node_of: function("nodeOf")?,
            begin_time: function("beginTime")?,
            surroundings: function("surroundings")?,
            require_module: function("requireModule")?,
            handover: Handover {
                run_timers: function("runTimers")?,
                take: function("handOver")?,
                give: function("handedOver")?,
                hold: function("hold")?,
                release: function("letGo")?,
            },
        })
    }
}
