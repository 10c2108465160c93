//! The REPL: takes JavaScript and commands one at a time, and reports results to a [`Screen`].
//!
//! Entered code is a cell, in the engine of the notebook's cells. Nothing is printed here; only [`editor`] uses a
//! terminal. While an entry is read, timers and promises of earlier ones go on ([`Repl::attend`]).

pub mod command;
mod completion;
mod edit;
pub mod editor;
mod entries;
pub mod feed;
mod highlight;
mod key_signals;
pub mod printer;
mod saved;
mod secrets;
mod stdin;

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;

use apinb_client::completion::candidate::Found;
use apinb_client::locate::{explain_text, names_method};
use apinb_client::search::search;
use apinb_client::walk::Step;
use apinb_definition::model::Definition;
use apinb_definition::overview;
use apinb_engine::background::{Attended, Background};
use apinb_engine::completeness::Completeness;
use apinb_engine::watchdog::Interrupter;
use apinb_project::job::NotebookLocation;
use apinb_project::reading::notebook::read;
use apinb_record::call::{CallPurpose, CallRecord};
use apinb_record::error::ErrorRecord;
use apinb_record::explanation::Explanation;
use apinb_record::redact::Redact as _;
use apinb_record::run::{CellRecord, CellStatus, PromptRecord};
use apinb_record::search::Search;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::plural::pluralize;
use apinb_text::javascript::literal::global;
use apinb_text::javascript::literal::{is_identifier, string_literal};
use apinb_text::secret::redactor::Redactor;

use crate::run::session::Session;
use command::{Command, Problem};
use entries::{Entries, Entry, State};
use printer::Printer;
use saved::Saved;
use secrets::has_secret;

/// Maximum number of methods that `.search` lists for a client.
const MAX_FOUND: usize = 20;
/// Maximum number of prompts that `.inputs` lists.
const MAX_PROMPTS: usize = 1_000;

/// Shows everything that the REPL reports. Console output and calls reach the observer of the run as they happen.
pub trait Screen {
    /// Entered code ended: its result or error.
    fn entered(&self, record: &CellRecord, code: &str) -> io::Result<()>;
    /// Code of an earlier entry failed while the user was at the prompt.
    fn failed_in_background(&self, error: &ErrorRecord) -> io::Result<()>;
    /// The user is at the prompt from now on. The printer prints above it; none: nothing can.
    fn at_prompt(&self, printer: Option<Printer>);
    /// The user is no longer at the prompt.
    fn left_prompt(&self);
    /// A cell of the notebook ended.
    fn cell(&self, record: &CellRecord) -> io::Result<()>;
    /// The output of a command.
    fn tell(&self, text: &str) -> io::Result<()>;
    /// The last result in full.
    fn result(&self, record: &CellRecord) -> io::Result<()>;
    /// An explanation of a client path.
    fn explanation(&self, explanation: &Explanation) -> io::Result<()>;
    /// The result of an entry as JSON.
    fn json(&self, text: &str) -> io::Result<()>;
    /// The methods that a search found.
    fn found(&self, search: &Search) -> io::Result<()>;
    /// A request and its response in full.
    fn exchange(&self, call: &CallRecord) -> io::Result<()>;
    /// A request as a curl command.
    fn curl(&self, call: &CallRecord) -> io::Result<()>;
    /// A command failed.
    fn problem(&self, problem: &dyn Diagnostic) -> io::Result<()>;
    /// Clears the screen.
    fn clear(&self) -> io::Result<()>;
}

/// Why a session does not start.
#[derive(Debug)]
pub enum StartError {
    /// The screen cannot be written.
    Output(io::Error),
    /// The selection matches no cell.
    Selection(Box<ErrorRecord>),
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<Box<ErrorRecord>> for StartError {
    fn from(error: Box<ErrorRecord>) -> Self {
        Self::Selection(error)
    }
}

/// Why a command did not succeed.
#[derive(Debug)]
enum CommandError {
    /// The screen cannot be written: the session ends.
    Output(io::Error),
    /// The screen shows it, and the session continues.
    Problem(Problem),
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<Problem> for CommandError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// Whether the REPL continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Read the next entry.
    GoOn,
    Leave,
}

/// A client of `--definition`.
#[derive(Clone, Debug)]
pub struct InitialClient {
    pub client: String,
    /// A file or a URL.
    pub definition: String,
}

/// A session of the REPL.
pub struct Repl<'r> {
    session: Session<'r>,
    screen: Rc<dyn Screen>,
    redactor: Redactor,
    /// The cells of the notebook, then the entered code.
    entries: Entries,
    last: Option<CellRecord>,
    last_call: Option<CallRecord>,
    /// The newest prompts.
    prompts: VecDeque<PromptRecord>,
    /// The number of dropped prompts.
    dropped_prompts: usize,
    has_failed: bool,
    was_refused: bool,
    /// Whether results are shown as JSON.
    as_json: bool,
    /// Whether the last entry had no result.
    lacks_result: bool,
}

impl<'r> Repl<'r> {
    /// A REPL in a session.
    #[must_use]
    pub fn new(session: Session<'r>, screen: Rc<dyn Screen>, redactor: Redactor) -> Self {
        Self {
            session,
            screen,
            redactor,
            entries: Entries::default(),
            last: None,
            last_call: None,
            prompts: VecDeque::new(),
            dropped_prompts: 0,
            has_failed: false,
            was_refused: false,
            as_json: false,
            lacks_result: false,
        }
    }

    /// The same with results as JSON.
    #[must_use]
    pub fn with_json(self, as_json: bool) -> Self {
        Self { as_json, ..self }
    }

    /// Runs the selected cells of the notebook, then makes those of `clients` that do not exist yet.
    ///
    /// # Errors
    /// When the selection matches no cell; when output fails.
    pub fn start(&mut self, clients: &[InitialClient]) -> Result<(), StartError> {
        let wanted = self.session.wanted()?;
        self.run_cells(&wanted)?;
        Ok(self.make_clients(clients)?)
    }

    fn run_cells(&mut self, wanted: &[bool]) -> io::Result<()> {
        let cells = self.session.notebook.cells();
        let entry = |code: &str| Entry { code: code.to_owned(), state: State::Skipped };
        self.entries = cells.map(|cell| entry(&cell.code)).collect();
        for (number, _) in wanted.iter().enumerate().filter(|(_, wanted)| **wanted) {
            if let Some(record) = self.session.cell(number) {
                self.entries.ended(number, state(&record));
                self.note(&record);
                self.screen.cell(&record)?;
                self.show_late_errors()?;
            }
        }
        Ok(())
    }

    fn make_clients(&mut self, clients: &[InitialClient]) -> io::Result<()> {
        for InitialClient { client, definition } in clients {
            if self.session.clients().iter().any(|(name, _)| name == client) {
                continue;
            }
            let code = format!("API.createClient({}, {})", string_literal(client), string_literal(definition));
            let record = self.evaluate(&code);
            if record.error.is_some() {
                self.screen.entered(&record, &code)?;
            }
        }
        // A chain does not continue from it.
        self.last = None;
        Ok(())
    }

    /// Runs an entry of one or more lines: a command if it begins with a dot and a letter, else code. A chain
    /// (`.get()`) continues from the last result.
    ///
    /// # Errors
    /// When output fails.
    pub fn enter(&mut self, text: &str) -> io::Result<Next> {
        if text.trim().is_empty() {
            return Ok(Next::GoOn);
        }
        let chained = self.chained(text);
        let Some(command) = Command::parse(text).filter(|_| chained.is_none()) else {
            let code = chained.as_deref().unwrap_or(text);
            let record = self.evaluate(code);
            self.screen.entered(&record, code)?;
            self.show_late_errors()?;
            if self.as_json && record.error.is_none() {
                self.show_json()?;
            }
            return Ok(Next::GoOn);
        };
        match command.map_err(CommandError::from).and_then(|command| self.command(command)) {
            Ok(next) => Ok(next),
            Err(CommandError::Output(error)) => Err(error),
            Err(CommandError::Problem(problem)) => self.problem(&problem).map(|()| Next::GoOn),
        }
    }

    /// Shows the errors of timers of earlier entries that came while the last one ran.
    fn show_late_errors(&mut self) -> io::Result<()> {
        for error in self.session.late_errors() {
            self.has_failed = true;
            self.screen.failed_in_background(&error)?;
        }
        Ok(())
    }

    /// Shows the last result as JSON. An entry without one, such as a declaration, shows nothing.
    fn show_json(&mut self) -> io::Result<()> {
        match self.session.last_result_as_json() {
            Ok(text) => {
                self.lacks_result = text.is_none();
                text.map_or(Ok(()), |text| self.screen.json(&text))
            }
            Err(reason) => self.problem(&Problem::NoJson { reason: format!("not JSON: {reason}") }),
        }
    }

    /// Whether an entry was denied access.
    #[must_use]
    pub fn was_refused(&self) -> bool {
        self.was_refused
    }

    /// Whether an entry failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Whether `text` is an incomplete entry.
    pub fn is_incomplete(&mut self, text: &str) -> bool {
        let chained = self.chained(text);
        let code = chained.as_deref().or((!is_command(text)).then_some(text));
        code.is_some_and(|code| self.session.completeness(code) == Completeness::Incomplete)
    }

    /// Whether `line` continues the complete entry `text`, as a chain does.
    fn continues(&mut self, text: &str, line: &str) -> bool {
        command::is_chain(line)
            && !is_command(text)
            && self.session.completeness(&format!("{text}\n{line}")) != Completeness::Invalid
    }

    /// The code of an entry that is a chain: it continues from the last result, if there is one. A name alone is a mistyped
    /// command unless the result has such a property.
    fn chained(&mut self, text: &str) -> Option<String> {
        let has_result = self.last.as_ref().is_some_and(|last| last.result.is_some());
        let chain = text.trim();
        if !has_result || !command::is_chain(chain) {
            return None;
        }
        let is_known = match chain.strip_prefix('.').filter(|name| is_identifier(name)) {
            Some(name) => match self.session.look_up(&["$_"], name) {
                Found::Value(properties) => properties.iter().any(|property| property.text == name),
                Found::Client { path, .. } => path.step(Step::Property(name)).is_some(),
                Found::Nothing => false,
            },
            None => true,
        };
        is_known.then(|| format!("$_{chain}"))
    }

    /// Runs what entries have left to timers and promises until `request` is ready.
    ///
    /// # Errors
    /// When output fails.
    fn attend<T>(&mut self, request: impl Future<Output = T>) -> io::Result<T> {
        let mut request = pin!(request);
        loop {
            match self.session.attend(request.as_mut()) {
                Attended::Ready(value) => return Ok(value),
                Attended::Happened(happened) => {
                    let Background { error, prompts, calls, refused } = *happened;
                    self.was_refused |= refused;
                    self.keep_events(&prompts, &calls);
                    if let Some(error) = error {
                        self.has_failed = true;
                        self.screen.failed_in_background(&error)?;
                    }
                }
            }
        }
    }

    /// Waits for the timers and promises that are left, as after the last cell of a notebook.
    ///
    /// # Errors
    /// When output fails.
    fn finish(&mut self) -> io::Result<()> {
        let record = self.session.finish();
        self.note(&record);
        if record.error.is_some() {
            self.screen.entered(&record, "")?;
        }
        self.show_late_errors()?;
        if record.error.is_some() {
            return Ok(());
        }
        if self.lacks_result {
            let reason = "the last entry has no result, and JSON has no `undefined`".to_owned();
            return self.problem(&Problem::NoJson { reason });
        }
        Ok(())
    }

    /// Interrupts running code.
    fn interrupter(&self) -> Interrupter {
        self.session.interrupter()
    }

    /// Whether a text may be stored: it contains no secret.
    #[must_use]
    pub fn may_be_kept(&self, text: &str) -> bool {
        !has_secret(text, &self.redactor)
    }

    fn evaluate(&mut self, code: &str) -> CellRecord {
        let name = format!("repl:{}", self.session.next_number());
        let record = self.session.enter(&name, code);
        self.entries.push(Entry { code: code.to_owned(), state: state(&record) });
        self.note(&record);
        self.last = Some(record.clone());
        record
    }

    fn note(&mut self, record: &CellRecord) {
        self.has_failed |= record.status == CellStatus::Failed;
        self.was_refused |= record.was_refused();
        self.keep_events(&record.prompts, &record.calls);
    }

    /// Keeps prompts for `.inputs`, and the last call for `.last` and `.curl`.
    fn keep_events(&mut self, prompts: &[PromptRecord], calls: &[CallRecord]) {
        self.prompts.extend(prompts.iter().cloned());
        while self.prompts.len() > MAX_PROMPTS {
            self.prompts.pop_front();
            self.dropped_prompts += 1;
        }
        let last = calls.iter().rev().find(|call| call.purpose == CallPurpose::Call);
        self.last_call = last.cloned().or_else(|| self.last_call.take());
    }

    fn problem(&mut self, problem: &dyn Diagnostic) -> io::Result<()> {
        self.has_failed = true;
        self.screen.problem(problem)
    }

    fn command(&mut self, command: Command) -> Result<Next, CommandError> {
        match command {
            Command::Exit => return Ok(Next::Leave),
            Command::Help => self.screen.tell(&command::help())?,
            Command::Clear => self.screen.clear()?,
            Command::Doc(path) => self.doc(&path)?,
            Command::Tree(path) => self.tree(&path)?,
            Command::Search(words) => self.search(&words)?,
            Command::Curl => self.screen.curl(self.last_call.as_ref().ok_or(Problem::NoCall)?)?,
            Command::Last => self.screen.exchange(self.last_call.as_ref().ok_or(Problem::NoCall)?)?,
            Command::Result => self.screen.result(self.last.as_ref().ok_or(Problem::NoResult)?)?,
            Command::History => self.screen.tell(&self.history())?,
            Command::Inputs => self.screen.tell(&self.inputs())?,
            Command::Clients => self.screen.tell(&self.clients())?,
            Command::Auth => self.screen.tell(&self.auth())?,
            Command::Load(path) => self.load(&path)?,
            Command::Edit => {
                let last = self.entries.last().map_or("", |entry| entry.code.as_str());
                return Ok(self.enter(&edit::edited(last)?)?);
            }
            Command::Save(path) => self.save(&path)?,
        }
        Ok(Next::GoOn)
    }

    /// The client that `text` begins with; else the only client.
    fn client_of(&self, text: &str) -> Result<(String, Arc<Definition>), Problem> {
        let clients = self.session.clients();
        let begins = |name: &str| {
            text.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '(', '[']))
        };
        let named = clients.iter().filter(|(name, _)| begins(name)).max_by_key(|(name, _)| name.len());
        match (named, clients.as_slice()) {
            (Some(client), _) | (None, [client]) => Ok(client.clone()),
            (None, _) => Err(Problem::NoClient {
                text: text.to_owned(),
                clients: clients.into_iter().map(|(name, _)| name).collect(),
            }),
        }
    }

    fn doc(&mut self, path: &str) -> Result<(), CommandError> {
        let (name, definition) = self.client_of(path).or_else(|problem| {
            let clients = self.session.clients();
            clients.into_iter().find(|(_, definition)| names_method(definition, path)).ok_or(problem)
        })?;
        let path = path.strip_prefix(&name).map_or(path, |rest| rest.trim_start_matches('.'));
        let mut explanation = explain_text(&definition, path, &global(&name)).map_err(Problem::Unknown)?;
        explanation.redact(&self.redactor);
        self.screen.explanation(&explanation)?;
        // The explanation may have read examples and schemas.
        let (warnings, refused) = self.session.late_reads();
        self.was_refused |= refused;
        warnings.iter().try_for_each(|warning| self.screen.tell(&format!("warning: {}\n", warning.text)))?;
        Ok(())
    }

    fn tree(&mut self, path: &str) -> Result<(), CommandError> {
        let (name, definition) = self.client_of(path)?;
        if !path.strip_prefix(&name).unwrap_or(path).trim_start_matches('.').is_empty() {
            return self.doc(path);
        }
        Ok(self.screen.tell(&overview::tree(&definition))?)
    }

    fn search(&self, words: &str) -> Result<(), CommandError> {
        let mut is_found = false;
        for (name, definition) in self.session.clients() {
            let found = search(&definition, words, &name, MAX_FOUND);
            if !found.methods.is_empty() {
                is_found = true;
                self.screen.found(&found)?;
            }
        }
        if is_found { Ok(()) } else { Err(Problem::NoMethod { words: words.to_owned() }.into()) }
    }

    fn history(&self) -> String {
        let first = self.session.notebook.cells().count();
        let dropped = self.entries.dropped().saturating_sub(first);
        let lines =
            self.entries.iter().filter(|(number, _)| *number >= first).map(|(number, Entry { code, state })| {
                let mark = if *state == State::Passed { ' ' } else { '!' };
                format!("{mark} ${number:<4} {}\n", code.trim_end().replace('\n', "\n         "))
            });
        not_kept(dropped).into_iter().chain(lines).collect()
    }

    fn inputs(&self) -> String {
        let lines = self.prompts.iter().map(|prompt| {
            let name = prompt.variable.as_deref().unwrap_or(prompt.question.trim());
            format!("{name} = {}\n", prompt.answer.as_deref().unwrap_or("(cancelled)"))
        });
        let text: String = not_kept(self.dropped_prompts).into_iter().chain(lines).collect();
        if text.is_empty() { "no prompts yet\n".to_owned() } else { text }
    }

    /// One line for each client.
    #[must_use]
    pub fn clients(&self) -> String {
        let lines = self.session.clients().into_iter().map(|(name, definition)| {
            let size = overview::counts(&definition);
            let uri = definition.base_uri.as_deref().unwrap_or("no base URI");
            format!("{name}  {}  {uri}  ({size})\n", definition.title)
        });
        let text: String = lines.collect();
        if text.is_empty() {
            "no clients yet: `apinb repl api.yaml` makes one from a definition\n".to_owned()
        } else {
            text
        }
    }

    fn auth(&self) -> String {
        let mut text = String::new();
        for (name, definition) in self.session.clients() {
            let signed_in = self.session.signed_in(&name);
            for scheme in &definition.security_schemes {
                let state = if signed_in.contains(&scheme.name) { "signed in" } else { "not signed in" };
                text.push_str(&format!("{name}  {}  {state}\n", scheme.name));
            }
        }
        if text.is_empty() { "no client has a security scheme\n".to_owned() } else { text }
    }

    /// Runs a script, or the cells of a notebook until one fails.
    fn load(&mut self, path: &str) -> Result<(), CommandError> {
        let notebook = read(path, &NotebookLocation::File(path.into())).map_err(Problem::Unreadable)?;
        let is_notebook = Path::new(path).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
        let pieces = if is_notebook {
            notebook.cells().map(|cell| cell.code.clone()).collect()
        } else {
            vec![notebook.source.text().to_owned()]
        };
        for code in pieces {
            let record = self.evaluate(&code);
            self.screen.entered(&record, &code)?;
            if record.error.is_some() {
                break;
            }
        }
        Ok(())
    }

    fn save(&self, path: &str) -> Result<(), CommandError> {
        let Saved { cells, secrets, left_out, dropped } = saved::save(Path::new(path), &self.entries, &self.redactor)?;
        let mut text = format!(
            "{} in {path}; `apinb run {path}` runs them, with the options of this session\n",
            pluralize(cells, "cell")
        );
        if secrets > 0 {
            text.push_str("its secrets are replaced by prompts\n");
        }
        if left_out > 0 {
            text.push_str(&format!("skipped: {left_out} that failed\n"));
        }
        if dropped > 0 {
            text.push_str(&format!("left out: {dropped} that are too old to be kept\n"));
        }
        Ok(self.screen.tell(&text)?)
    }
}

/// Whether `text` is a command, known or not.
fn is_command(text: &str) -> bool {
    Command::parse(text).is_some()
}

/// The line about dropped entries.
fn not_kept(number: usize) -> Option<String> {
    (number > 0).then(|| format!("… {number} older are not kept\n"))
}

fn state(record: &CellRecord) -> State {
    if record.status == CellStatus::Passed { State::Passed } else { State::Failed }
}
