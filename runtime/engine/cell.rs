//! Running cells: one isolate, one global, one cell after another.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use apinb_core::notebook::redeclarations;
use apinb_core::record::ErrorRecord;
use deno_core::{JsRuntime, PollEventLoopOptions, RuntimeOptions, v8};
use tokio_util::sync::CancellationToken;

use crate::assigned::assigned_names;
use crate::exception::{self, Thrown};
use crate::in_flight::InFlight;
use crate::late_reads::LateReads;
use crate::memory::{self, Budget, HeapGuard};
use crate::repl_mode::{self, Handover, ReplMode};
use crate::session::{Placed, Running, Session};
use crate::watchdog::{Ended, Interrupter, Watchdog};
use crate::{Cell, EngineError, EngineOptions, Outcome, Shown, ops};

/// What a hostile getter may take while a result or an error is looked at.
const LOOKING_LIMIT: Duration = Duration::from_secs(2);

/// The longest text of a result that is kept, in bytes.
const MAX_FULL: usize = 64 << 10;

/// How many names of one cell may have been declared otherwise by earlier ones.
const MAX_REDECLARATIONS: usize = 32;

/// The longest text of a result on one line, in characters.
const MAX_SHORT: usize = 100;

/// One V8 isolate and its global.
pub struct Engine {
    // Dropped in this order: what holds values of the isolate before the isolate.
    pub(crate) repl_mode: Option<ReplMode>,
    pub(crate) hooks: Hooks,
    pub(crate) js: JsRuntime,
    tokio: tokio::runtime::Runtime,
    pub(crate) session: Rc<Session>,
    heap: HeapGuard,
    cancel: CancellationToken,
    max_heap: usize,
    /// Whether `_` and `_error` are kept beside `$_`.
    keeps_underscores: bool,
}

/// The functions of the prelude that run around a cell.
pub(crate) struct Hooks {
    begin: v8::Global<v8::Function>,
    settle: v8::Global<v8::Function>,
    check: v8::Global<v8::Function>,
    end: v8::Global<v8::Function>,
    keep: v8::Global<v8::Function>,
    show: v8::Global<v8::Function>,
    describe: v8::Global<v8::Function>,
    /// What a client's node is.
    pub node_of: v8::Global<v8::Function>,
    /// For REPL mode.
    pub handover: Handover,
}

/// How a cell failed.
pub(crate) enum Failure {
    /// It threw, or its promise was rejected.
    Thrown(Box<Thrown>),
    /// The prelude keeps an error that nothing in the notebook handled.
    Uncaught,
    /// It was brought to its end; the watchdog or the heap's guard knows why.
    Terminated,
    /// Its promise cannot be settled any more, and it has no time limit.
    NeverSettled,
}

impl Failure {
    pub fn thrown(thrown: Thrown) -> Self {
        Self::Thrown(Box::new(thrown))
    }
}

impl Engine {
    /// Starts an isolate.
    ///
    /// # Errors
    /// When the prelude does not evaluate, or the system gives no thread.
    pub fn new(options: EngineOptions) -> Result<Self, EngineError> {
        let EngineOptions { snapshot, network, redactor, host, settings, cancel } = options;
        let failed = |cause: &dyn std::fmt::Display| EngineError { cause: cause.to_string() };
        let tokio =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| failed(&error))?;
        let entered = tokio.enter();
        let max_heap = settings.max_heap;
        let mut js = JsRuntime::try_new(RuntimeOptions {
            extensions: ops::extensions(),
            startup_snapshot: snapshot,
            create_params: Some(
                v8::CreateParams::default()
                    .heap_limits(0, max_heap)
                    .array_buffer_allocator(memory::array_buffer_allocator(max_heap)),
            ),
            // Where a transferred buffer is between its owners.
            shared_array_buffer_store: Some(deno_core::SharedArrayBufferStore::default()),
            ..RuntimeOptions::default()
        })
        .map_err(|error| failed(&error))?;
        drop(entered);
        js.v8_isolate().set_prepare_stack_trace_callback(exception::stack_text);
        let heap = HeapGuard::default();
        heap.install(&mut js);
        let isolate = js.v8_isolate().thread_safe_handle();
        let watchdog = Watchdog::start(isolate, cancel.clone()).map_err(|error| failed(&error))?;
        let session = Rc::new(Session {
            network,
            redactor,
            host,
            settings,
            watchdog,
            clients: RefCell::default(),
            late_reads: LateReads::default(),
            run: cancel.clone(),
            blobs: Budget::new(max_heap),
            running: RefCell::default(),
            cells: RefCell::default(),
            in_flight: InFlight::default(),
            uncaught: std::cell::Cell::new(false),
        });
        js.op_state().borrow_mut().put(Rc::clone(&session));
        let hooks = Hooks::take(&mut js).ok_or_else(|| failed(&"the prelude left no hooks"))?;
        Ok(Self { repl_mode: None, hooks, js, tokio, session, heap, cancel, max_heap, keeps_underscores: false })
    }

    /// From now on the last result is `_` as well, and the last error `_error`, as in the REPLs of other tools, unless
    /// the notebook has variables of that name.
    pub fn keep_underscores(&mut self) {
        self.keeps_underscores = true;
    }

    /// The security schemes by which a client is signed in.
    #[must_use]
    pub fn signed_in(&self, client: &str) -> Vec<String> {
        self.session.clients.borrow().signed_in(client)
    }

    /// Ends the cell that runs.
    #[must_use]
    pub fn interrupter(&self) -> Interrupter {
        self.session.watchdog.interrupter()
    }

    /// Runs a cell to its end: its result is settled, its `async()` called, its promises waited for. Blocks.
    /// After the run was cancelled it comes back at once with an error named `Interrupted`.
    pub fn run(&mut self, cell: Cell<'_>) -> Outcome {
        let placed = Placed::new(cell.code, cell.source);
        self.session.cells.borrow_mut().push(placed.clone());
        let wait = self.cancel.child_token();
        *self.session.running.borrow_mut() = Running { cancel: wait.clone(), ..Running::default() };
        let result = if self.cancel.is_cancelled() {
            Err(interrupted())
        } else if self.heap.is_exhausted(&mut self.js, self.max_heap) {
            Err(self.out_of_memory())
        } else {
            let result = self.run_watched(&placed, &wait);
            match self.unanswered() {
                Some(error) if !self.cancel.is_cancelled() => Err(error),
                _ => result,
            }
        };
        let result = result.map_err(|error| exception::place(*error, &placed, &self.session));
        self.session.late_reads.collect(&self.session);
        let mut running = self.session.running.borrow_mut();
        Outcome {
            result,
            console: std::mem::take(&mut running.console),
            prompts: std::mem::take(&mut running.prompts),
            calls: std::mem::take(&mut running.calls),
        }
    }

    fn run_watched(&mut self, cell: &Placed, wait: &CancellationToken) -> Result<Option<Shown>, Box<ErrorRecord>> {
        let _ = self.call_hook(|hooks| &hooks.begin, &[]);
        let limit = Some(self.session.settings.cell_timeout).filter(|limit| *limit < Duration::MAX);
        self.session.watchdog.watch(wait.clone(), limit);
        let mut evaluated = self.evaluate(cell, wait);
        let ended = self.session.watchdog.stop();
        wait.cancel();
        self.session.in_flight.cut_off(&self.session);
        self.js.v8_isolate().cancel_terminate_execution();
        let out_of_memory = self.heap.take();
        if out_of_memory {
            self.let_go(cell);
        }
        if let (Err(Failure::Terminated | Failure::Uncaught), None, false) = (&evaluated, ended, out_of_memory) {
            evaluated = Err(self.looking(Self::unhandled));
        }
        let result = match (evaluated, ended, out_of_memory) {
            (_, Some(Ended::Interrupted), _) => Err(interrupted()),
            (Err(_), _, true) => Err(self.out_of_memory()),
            (Err(Failure::Terminated | Failure::Uncaught | Failure::Thrown(_)), Some(Ended::TimeOut { limit }), _) => {
                Err(timed_out(limit))
            }
            (Err(Failure::Terminated | Failure::Uncaught), ..) => Err(ended_by_itself()),
            (Err(Failure::NeverSettled), ..) => Err(never_settled()),
            (Err(Failure::Thrown(thrown)), ..) => {
                self.keep(cell.code.number, thrown.value.as_ref(), "_error");
                Err(self.looking(|engine| engine.describe(&thrown)))
            }
            (Ok(value), ..) => {
                self.keep(cell.code.number, Some(&value), "_");
                Ok(self.looking(|engine| engine.show(&value)))
            }
        };
        let _ = self.call_hook(|hooks| &hooks.end, &[]);
        result
    }

    fn evaluate(&mut self, cell: &Placed, wait: &CancellationToken) -> Result<v8::Global<v8::Value>, Failure> {
        let value = self.evaluate_code(cell, &cell.code.code, MAX_REDECLARATIONS)?;
        let settled = self.call_hook(|hooks| &hooks.settle, &[&value])?;
        let settled = self.settle(&settled, wait)?;
        self.call_hook(|hooks| &hooks.check, &[])?;
        Ok(settled)
    }

    /// Evaluates a cell's code. Names that an earlier cell declared otherwise are declared the earlier way: V8 does
    /// not let a `let` follow a `var` of an earlier script.
    fn evaluate_code(&mut self, cell: &Placed, code: &str, tries: usize) -> Result<v8::Global<v8::Value>, Failure> {
        let mut result = self.evaluate_once(cell, code);
        let name = |result: &Result<_, Failure>| match result {
            Err(Failure::Thrown(thrown)) => thrown.redeclared.clone(),
            _ => None,
        };
        let Some(conflict) = name(&result).filter(|_| tries > 0) else { return result };
        for code in redeclarations(code, &conflict) {
            result = self.evaluate_code(cell, &code, tries - 1);
            if name(&result).as_ref() != Some(&conflict) {
                return result;
            }
        }
        if let Err(Failure::Thrown(thrown)) = &mut result {
            thrown.record.help =
                Some(format!("an earlier cell declared `{conflict}` otherwise: declare it here in the same way"));
        }
        result
    }

    fn evaluate_once(&mut self, cell: &Placed, code: &str) -> Result<v8::Global<v8::Value>, Failure> {
        if repl_mode::is_needed(code) {
            let start = || ReplMode::start(&mut self.js, self.hooks.handover.clone());
            let repl_mode = self.repl_mode.get_or_insert_with(start);
            self.tokio.block_on(repl_mode.evaluate(&mut self.js, cell, code, &self.session))
        } else {
            // Timers and other asynchronous operations of the cell need the runtime around them.
            let _entered = self.tokio.enter();
            self.evaluate_script(cell, code)
        }
    }

    /// Runs a cell as a classic script: the fast path.
    fn evaluate_script(&mut self, cell: &Placed, code: &str) -> Result<v8::Global<v8::Value>, Failure> {
        deno_core::scope!(scope, self.js);
        v8::tc_scope!(let scope, scope);
        let (Some(code), Some(name)) = (v8::String::new(scope, code), v8::String::new(scope, &cell.script)) else {
            return Err(Failure::thrown(Thrown::message("RangeError", "the cell is too long for V8")));
        };
        let line = i32::try_from(cell.first_line.saturating_sub(1)).unwrap_or(0);
        let origin = v8::ScriptOrigin::new(scope, name.into(), line, 0, false, -1, None, false, false, false, None);
        let value = v8::Script::compile(scope, code, Some(&origin)).and_then(|script| script.run(scope));
        match value {
            Some(value) => Ok(v8::Global::new(scope, value)),
            None => Err(exception::caught(scope)),
        }
    }

    /// Waits for a promise, for the answers of calls with callbacks, and for what they set off.
    fn settle(
        &mut self,
        value: &v8::Global<v8::Value>,
        wait: &CancellationToken,
    ) -> Result<v8::Global<v8::Value>, Failure> {
        let promise = {
            deno_core::scope!(scope, self.js);
            let local = v8::Local::new(scope, value);
            v8::Local::<v8::Promise>::try_from(local).ok().map(|promise| v8::Global::new(scope, promise))
        };
        let Self { js, session, tokio, .. } = self;
        let watched = session.watchdog.has_limit();
        tokio.block_on(async {
            let mut cancelled = pin!(wait.cancelled());
            poll_fn(|context| {
                if cancelled.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Err(Failure::Terminated));
                }
                let idle = match js.poll_event_loop(context, PollEventLoopOptions::default()) {
                    Poll::Ready(Ok(())) => true,
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(Failure::thrown(Thrown::core(error)))),
                    Poll::Pending => false,
                };
                if session.uncaught.take() {
                    return Poll::Ready(Err(Failure::Uncaught));
                }
                let settled = match &promise {
                    None => Some(Ok(value.clone())),
                    Some(promise) => exception::settled(js, promise),
                };
                match settled {
                    Some(settled) if session.in_flight.is_empty() => Poll::Ready(settled),
                    None if idle && !watched && !session.watchdog.has_limit() => {
                        Poll::Ready(Err(Failure::NeverSettled))
                    }
                    _ => Poll::Pending,
                }
            })
            .await
        })
    }

    /// The error that nothing in the notebook handled: the prelude keeps it, else the web platform does.
    fn unhandled(&mut self) -> Failure {
        self.session.uncaught.set(false);
        if let Err(failure) = self.call_hook(|hooks| &hooks.check, &[]) {
            return failure;
        }
        let Self { js, tokio, .. } = self;
        tokio.block_on(poll_fn(|context| match js.poll_event_loop(context, PollEventLoopOptions::default()) {
            Poll::Ready(Err(error)) => Poll::Ready(Failure::thrown(Thrown::core(error))),
            _ => Poll::Ready(Failure::Terminated),
        }))
    }

    /// Does something that may call into the notebook's objects, under a limit of its own.
    pub(crate) fn looking<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        self.session.watchdog.watch(CancellationToken::new(), Some(LOOKING_LIMIT));
        let seen = look(self);
        self.session.watchdog.stop();
        self.js.v8_isolate().cancel_terminate_execution();
        if self.heap.take() {
            self.heap.recover(&mut self.js, self.max_heap);
        }
        seen
    }

    fn keep(&mut self, number: usize, value: Option<&v8::Global<v8::Value>>, underscore: &str) {
        let Some(value) = value else { return };
        let underscore = Some(underscore).filter(|_| self.keeps_underscores);
        let (number, underscore) = {
            deno_core::scope!(scope, self.js);
            let number: v8::Local<v8::Value> =
                v8::Integer::new_from_unsigned(scope, u32::try_from(number).unwrap_or(u32::MAX)).into();
            let name: v8::Local<v8::Value> = match underscore.and_then(|name| v8::String::new(scope, name)) {
                Some(name) => name.into(),
                None => v8::null(scope).into(),
            };
            (v8::Global::new(scope, number), v8::Global::new(scope, name))
        };
        let _ = self.call_hook(|hooks| &hooks.keep, &[&number, value, &underscore]);
    }

    fn show(&mut self, value: &v8::Global<v8::Value>) -> Option<Shown> {
        {
            deno_core::scope!(scope, self.js);
            if v8::Local::new(scope, value).is_undefined() {
                return None;
            }
        }
        let texts = self.call_hook(|hooks| &hooks.show, &[value]);
        let Ok(texts) = texts else {
            let text = "[a value that cannot be shown]".to_owned();
            return Some(Shown { short: text.clone(), full: text });
        };
        deno_core::scope!(scope, self.js);
        let local = v8::Local::new(scope, texts);
        let (short, full): (String, String) = deno_core::serde_v8::from_v8(scope, local).ok()?;
        let redactor = &self.session.redactor;
        let full = redactor.redact(cut_bytes(&full)).into_owned();
        let short = cut_chars(&one_line(&redactor.redact(&short)));
        Some(Shown { short, full })
    }

    fn describe(&mut self, thrown: &Thrown) -> Box<ErrorRecord> {
        let Thrown { value, record, position, .. } = thrown;
        let described = value.as_ref().map(|value| self.call_hook(|hooks| &hooks.describe, &[value]));
        let mut record = match described {
            Some(Ok(described)) => {
                deno_core::scope!(scope, self.js);
                let local = v8::Local::new(scope, described);
                exception::from_description(scope, local, &self.session).unwrap_or_else(|| record.clone())
            }
            _ => record.clone(),
        };
        if record.position.is_none() {
            record.position.clone_from(position);
        }
        record.help = record.help.or_else(|| thrown.record.help.clone());
        Box::new(record)
    }

    /// A cell that ran out of memory: the variables that it assigns become undefined, so that the next cell has room.
    fn let_go(&mut self, cell: &Placed) {
        let names = assigned_names(&cell.code.code);
        let declared: Vec<_> = names.iter().filter(|name| name.declared).map(|name| name.name).collect();
        if let (Some(repl_mode), false) = (&mut self.repl_mode, declared.is_empty()) {
            let _entered = self.tokio.enter();
            repl_mode.declare_anew(&declared);
        }
        {
            deno_core::scope!(scope, self.js);
            let global = scope.get_current_context().global(scope);
            let nothing: v8::Local<v8::Value> = v8::undefined(scope).into();
            for name in names.iter().filter(|name| !name.declared) {
                let Some(name) = v8::String::new(scope, name.name) else { continue };
                if global.has_own_property(scope, name.into()) == Some(true) {
                    global.set(scope, name.into(), nothing);
                }
            }
        }
        self.heap.recover(&mut self.js, self.max_heap);
    }

    /// The questions of the cell that nobody answered: whatever else happened in it, this has to be mended first.
    fn unanswered(&self) -> Option<Box<ErrorRecord>> {
        let questions = std::mem::take(&mut self.session.running.borrow_mut().unanswered);
        let messages: Vec<_> = questions.iter().map(|question| question.message.as_str()).collect();
        let flags: Vec<_> = questions.iter().map(|question| question.flag.as_str()).collect();
        let mut error = Box::new(exception::record("Error", messages.join("; ")));
        error.position = questions.first()?.position.clone();
        error.help = Some(format!("give {} with `{}`", if flags.len() == 1 { "it" } else { "them" }, flags.join(" ")));
        Some(error)
    }

    fn out_of_memory(&self) -> Box<ErrorRecord> {
        let mut error = Box::new(exception::record(
            "RangeError",
            format!("out of memory: the values of the notebook need more than {} MB", self.max_heap >> 20),
        ));
        error.help = Some("`--max-heap MB` gives them more; what the cell had assigned is gone".to_owned());
        error
    }

    /// Calls a hook of the prelude.
    fn call_hook(
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
    /// Takes the hooks, and with them every way back into deno_core, from the global.
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
            keep: function("keep")?,
            show: function("show")?,
            describe: function("describe")?,
            node_of: function("nodeOf")?,
            handover: Handover {
                take: function("handOver")?,
                give: function("handedOver")?,
                hold: function("hold")?,
                let_go: function("letGo")?,
            },
        })
    }
}

fn interrupted() -> Box<ErrorRecord> {
    Box::new(exception::record("Interrupted", "the run was interrupted".to_owned()))
}

fn timed_out(limit: Duration) -> Box<ErrorRecord> {
    let mut error =
        Box::new(exception::record("Error", format!("Timeout of {}ms exceeded", limit.as_secs_f64() * 1000.0)));
    error.help = Some("`timeout(ms)` in the cell gives it more time, as does `--cell-timeout`".to_owned());
    error
}

/// The prelude gave up: an error in a handler of errors, say.
fn ended_by_itself() -> Box<ErrorRecord> {
    Box::new(exception::record("Error", "the cell was ended by an error that nothing could handle".to_owned()))
}

fn never_settled() -> Box<ErrorRecord> {
    Box::new(exception::record("Error", "the cell waits for something that cannot happen any more".to_owned()))
}

fn cut_bytes(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_FULL)]
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut_chars(text: &str) -> String {
    match text.char_indices().nth(MAX_SHORT) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
    }
}
