//! Makes the record of a notebook from the events of its worker. Each cell is recorded once, in order, however the
//! worker ends.

use std::time::{Instant, SystemTime};

use apinb_project::job::Job;
use apinb_record::call::CallRecord;
use apinb_record::contract::Contract;
use apinb_record::drift::Drift;
use apinb_record::error::ErrorRecord;
use apinb_record::part::PartRecord;
use apinb_record::position::FilePosition;
use apinb_record::redact::Redact as _;
use apinb_record::run::{CellRecord, CellStatus, ConsoleRecord, NotebookRecord, PromptRecord, Summary};
use apinb_text::display::timestamp;
use apinb_text::secret::redactor::Redactor;

use super::clock::{milliseconds, to_the_microsecond};
use super::observer::{NotebookHead, Observer};
use super::protocol::CellEnd;
use super::record_budget::RecordBudget;

/// The most entries of a cell, more than any worker sends.
const MAX_ENTRIES: usize = 120_000;

/// The most differences between live and recorded responses.
const MAX_DRIFT: usize = 1_000;

/// The most bytes of their texts, more than any worker sends.
const MAX_BYTES: usize = 80 << 20;

/// The record of a notebook that runs.
pub(super) struct Assembly {
    record: NotebookRecord,
    head: NotebookHead,
    redactor: Redactor,
    /// None: its cells have the times of a virtual clock.
    clock: Option<Instant>,
    budget: RecordBudget,
    contract: Option<Contract>,
    /// The running cell.
    current: Option<Current>,
}

/// What the running cell has done.
struct Current {
    number: usize,
    clock: Instant,
    console: Vec<ConsoleRecord>,
    prompts: Vec<PromptRecord>,
    calls: Vec<CallRecord>,
    /// The size of their texts.
    bytes: usize,
}

impl Current {
    /// Takes room for an entry of that size, if there is some. A worker keeps the limits of a cell's record itself; one
    /// that does not cannot fill the memory of the run.
    fn take_room(&mut self, bytes: usize) -> bool {
        let has_room = self.console.len() + self.prompts.len() + self.calls.len() < MAX_ENTRIES
            && self.bytes.saturating_add(bytes) <= MAX_BYTES;
        self.bytes += if has_room { bytes } else { 0 };
        has_room
    }
}

/// The record of a notebook that has ended, with what an observer needs of it.
pub(super) struct EndedNotebook {
    pub(super) head: NotebookHead,
    pub(super) record: NotebookRecord,
    pub(super) contract: Option<Contract>,
}

impl EndedNotebook {
    /// The cells that the observer sees, after the first `count` of all.
    pub(super) fn wanted_since(&self, count: usize) -> impl Iterator<Item = &CellRecord> {
        wanted_since(&self.record, &self.head, count)
    }
}

impl Assembly {
    /// The record of a notebook of which nothing is known yet.
    pub(super) fn new(job: &Job, redactor: Redactor) -> Self {
        let virtual_start = job.settings.determinism.virtual_start();
        let mut record = NotebookRecord {
            path: job.name.clone(),
            row: job.row.clone(),
            title: None,
            skip: None,
            mocked: job.settings.mock,
            started: timestamp::milliseconds(virtual_start.unwrap_or_else(SystemTime::now)),
            error: None,
            cells: Vec::new(),
            drift: None,
            summary: Summary::default(),
            milliseconds: 0.0,
            parts: Vec::new(),
        };
        record.path.redact(&redactor);
        record.row.redact(&redactor);
        let mocked = record.mocked;
        let head = NotebookHead { path: record.name(), title: None, mocked, skip: None, cells: Vec::new() };
        let clock = virtual_start.is_none().then(Instant::now);
        Self { record, head, redactor, clock, budget: RecordBudget::default(), contract: None, current: None }
    }

    /// The notebook was read. Only the first time counts.
    pub(super) fn start(&mut self, head: NotebookHead, parts: Vec<PartRecord>) {
        if !self.head.cells.is_empty() {
            return;
        }
        self.record.title.clone_from(&head.title);
        self.record.skip.clone_from(&head.skip);
        self.record.parts = parts;
        // Its name is not the worker's to choose.
        (self.head.title, self.head.skip, self.head.cells) = (head.title, head.skip, head.cells);
    }

    /// The head of the notebook, as far as it is known.
    pub(super) fn head(&self) -> &NotebookHead {
        &self.head
    }

    /// Why no cell can run.
    pub(super) fn fail(&mut self, error: ErrorRecord) {
        self.record.error = Some(error);
    }

    /// The calls of the notebook were checked.
    pub(super) fn check(&mut self, mut contract: Contract) {
        contract.sort_findings();
        self.contract = Some(contract);
    }

    /// How its live responses differ from the recorded ones.
    pub(super) fn drift(&mut self, mut drift: Drift) {
        let name = self.record.name();
        drift.findings.truncate(MAX_DRIFT);
        let cells = drift.findings.iter_mut().flat_map(|finding| &mut finding.cells);
        cells.for_each(|cell| *cell = format!("{name} {cell}"));
        drift.redact(&self.redactor);
        self.record.drift = Some(drift);
    }

    /// A cell starts. The cells before it that did not run are skipped.
    pub(super) fn start_cell(&mut self, number: usize) {
        self.skip_until(number);
        self.current = Some(Current {
            number,
            clock: Instant::now(),
            console: Vec::new(),
            prompts: Vec::new(),
            calls: Vec::new(),
            bytes: 0,
        });
    }

    /// Adds output to the running cell, and returns it if there is room.
    pub(super) fn write(&mut self, line: ConsoleRecord) -> Option<&ConsoleRecord> {
        let current = self.room(line.text.len())?;
        current.console.push(line);
        current.console.last()
    }

    /// Adds a prompt.
    pub(super) fn prompt(&mut self, prompt: PromptRecord) -> Option<&PromptRecord> {
        let current = self.room(prompt.text_bytes())?;
        current.prompts.push(prompt);
        current.prompts.last()
    }

    /// Adds a call.
    pub(super) fn call(&mut self, call: CallRecord) -> Option<&CallRecord> {
        let current = self.room(call.text_bytes())?;
        current.calls.push(call);
        current.calls.last()
    }

    /// Reports everything so far.
    pub(super) fn show(&self, observer: &dyn Observer) {
        observer.notebook_started(&self.head);
        self.ended_since(0).for_each(|cell| observer.whole_cell(cell));
        let Some(current) = &self.current else { return };
        let Some(head) = self.head.cells.iter().find(|head| head.number == current.number) else { return };
        let Current { prompts, console, calls, .. } = current;
        let mut cell =
            CellRecord { prompts: prompts.clone(), console: console.clone(), calls: calls.clone(), ..head.skipped() };
        cell.redact(&self.redactor);
        observer.cell_so_far(&cell);
    }

    /// The running cell, if its record has room for so many bytes more.
    fn room(&mut self, bytes: usize) -> Option<&mut Current> {
        self.current.as_mut().and_then(|current| current.take_room(bytes).then_some(current))
    }

    /// The running cell has ended.
    pub(super) fn end_cell(&mut self, end: CellEnd) {
        let CellEnd { number, status, milliseconds, result, result_full, value, error, refused, omitted } = end;
        let Some(current) = self.current.take_if(|current| current.number == number) else { return };
        let Some(head) = self.head.cells.get(self.record.cells.len()).filter(|head| head.number == number) else {
            return;
        };
        let Current { console, prompts, calls, .. } = current;
        self.push(CellRecord {
            status,
            skip: None,
            milliseconds,
            result,
            result_full,
            value,
            error,
            refused,
            omitted,
            console,
            prompts,
            calls,
            ..head.skipped()
        });
    }

    /// A cell that had passed has failed, as the end of the notebook shows. Its record, if it is there.
    pub(super) fn fail_cell(&mut self, number: usize, mut error: ErrorRecord) -> Option<&CellRecord> {
        let passed = |cell: &&mut CellRecord| cell.number == number && cell.status == CellStatus::Passed;
        let cell = self.record.cells.iter_mut().find(passed)?;
        error.redact(&self.redactor);
        cell.status = CellStatus::Failed;
        cell.error = Some(error);
        (cell.result, cell.result_full) = (None, None);
        Some(cell)
    }

    /// The worker has ended: the running cell fails, or the first one that should have run.
    pub(super) fn end_worker(&mut self, mut error: ErrorRecord) {
        if self.head.cells.is_empty() {
            self.record.error.get_or_insert(error);
            return;
        }
        let current = self.current.take();
        let number = current.as_ref().map(|current| current.number);
        let ended = self.record.cells.len();
        let mut rest = self.head.cells.iter().skip(ended);
        let Some(head) = rest.find(|head| number.map_or(head.wanted, |number| head.number == number)) else { return };
        error.position.get_or_insert(FilePosition { file: self.record.path.clone(), line: head.line, column: 1 });
        error.source_line = error.source_line.or_else(|| self.first_line(head.number));
        let mut record = CellRecord { status: CellStatus::Failed, skip: None, error: Some(error), ..head.skipped() };
        if let Some(Current { clock, console, prompts, calls, .. }) = current {
            record.milliseconds = milliseconds(clock.elapsed());
            (record.console, record.prompts, record.calls) = (console, prompts, calls);
        }
        self.skip_until(record.number);
        self.push(record);
    }

    /// Whether a cell has failed, or the notebook itself.
    pub(super) fn has_failed(&self) -> bool {
        self.record.error.is_some() || self.record.cells.iter().any(|cell| cell.status == CellStatus::Failed)
    }

    /// The record of the notebook. The cells that did not run are skipped.
    pub(super) fn end(mut self) -> EndedNotebook {
        self.skip_until(usize::MAX);
        // By now the redactor knows the secrets of the run. It cannot find one in a label that was cut before.
        for (cell, head) in self.record.cells.iter_mut().zip(&self.head.cells) {
            cell.label = head.label(&self.redactor);
        }
        self.record.summary = summary(&self.record.cells);
        self.record.milliseconds = match self.clock {
            Some(clock) => milliseconds(clock.elapsed()),
            None => to_the_microsecond(self.record.cells.iter().map(|cell| cell.milliseconds).sum()),
        };
        if let Some(contract) = &mut self.contract {
            contract.redact(&self.redactor);
        }
        EndedNotebook { head: self.head, record: self.record, contract: self.contract }
    }

    /// The cells that have ended, of those that the observer sees, after the first `count` of all.
    pub(super) fn ended_since(&self, count: usize) -> impl Iterator<Item = &CellRecord> {
        wanted_since(&self.record, &self.head, count)
    }

    /// The number of cells that have ended.
    pub(super) fn ended(&self) -> usize {
        self.record.cells.len()
    }

    fn skip_until(&mut self, number: usize) {
        let skipped = self.head.cells.iter().skip(self.record.cells.len()).take_while(|head| head.number < number);
        let skipped: Vec<CellRecord> = skipped.map(super::observer::CellHead::skipped).collect();
        self.record.cells.extend(skipped);
    }

    fn push(&mut self, mut cell: CellRecord) {
        // Decimal numbers change in their last digits on the way.
        cell.milliseconds = to_the_microsecond(cell.milliseconds);
        for call in &mut cell.calls {
            call.milliseconds = to_the_microsecond(call.milliseconds);
            call.waited = call.waited.map(to_the_microsecond);
        }
        // What the cell did before it learned a secret.
        cell.redact(&self.redactor);
        if let Some(head) = self.head.cells.get(self.record.cells.len()) {
            cell.label = head.label(&self.redactor);
        }
        self.budget.fit(&mut cell);
        self.record.cells.push(cell);
    }

    /// The first line of the code of a cell.
    fn first_line(&self, cell: usize) -> Option<String> {
        self.record.parts.iter().find_map(|part| match part {
            PartRecord::Code { number, code, .. } if *number == cell => code.lines().next().map(str::to_owned),
            _ => None,
        })
    }
}

fn wanted_since<'a>(
    record: &'a NotebookRecord,
    head: &'a NotebookHead,
    count: usize,
) -> impl Iterator<Item = &'a CellRecord> {
    let cells = record.cells.iter().zip(&head.cells).skip(count);
    cells.filter(|(_, head)| head.wanted).map(|(cell, _)| cell)
}

fn summary(cells: &[CellRecord]) -> Summary {
    let count = |status| cells.iter().filter(|cell| cell.status == status).count();
    Summary {
        cells: cells.len(),
        passed: count(CellStatus::Passed),
        failed: count(CellStatus::Failed),
        skipped: count(CellStatus::Skipped),
        calls: cells.iter().map(|cell| cell.calls.len() + cell.omitted.calls).sum(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use apinb_project::job::{Job, NotebookLocation};
    use apinb_project::settings::Settings;
    use apinb_record::error::{ErrorKind, ErrorRecord};
    use apinb_record::run::{CellStatus, ConsoleLevel, ConsoleRecord, OmittedRecord};
    use apinb_text::secret::redactor::Redactor;

    use super::{Assembly, EndedNotebook};
    use crate::run::observer::{CellHead, NotebookHead};
    use crate::run::protocol::CellEnd;

    fn assembly() -> Assembly {
        let settings = Settings::new("/nowhere".into(), Duration::MAX, Duration::MAX, 64 << 20);
        Assembly::new(&Job::new("n.md".to_owned(), NotebookLocation::Nowhere, settings), Redactor::default())
    }

    /// A notebook of four cells, of which the second is not wanted.
    fn started() -> Assembly {
        let cell = |number| CellHead {
            number,
            line: 10 + number,
            label: String::new(),
            whole_label: None,
            wanted: number != 1,
            teardown: false,
            skip: None,
        };
        let head = NotebookHead {
            path: "n.md".to_owned(),
            title: None,
            mocked: false,
            skip: None,
            cells: (0..4).map(cell).collect(),
        };
        let mut assembly = assembly();
        assembly.start(head, Vec::new());
        assembly
    }

    fn end(number: usize) -> CellEnd {
        let (status, omitted) = (CellStatus::Passed, OmittedRecord::default());
        CellEnd {
            number,
            status,
            milliseconds: 1.0,
            result: None,
            result_full: None,
            value: None,
            error: None,
            refused: false,
            omitted,
        }
    }

    /// `p`assed, `f`ailed or `s`kipped, in the order of the cells.
    #[track_caller]
    fn check(assembly: Assembly, expected: &str) -> EndedNotebook {
        let ended = assembly.end();
        let letter = |status| match status {
            CellStatus::Passed => 'p',
            CellStatus::Failed => 'f',
            CellStatus::Skipped => 's',
        };
        assert_eq!(ended.record.cells.iter().map(|cell| letter(cell.status)).collect::<String>(), expected);
        assert!(ended.record.cells.iter().enumerate().all(|(number, cell)| cell.number == number));
        ended
    }

    #[test]
    fn each_cell_is_recorded_once_wherever_the_worker_ends() {
        let error = || ErrorRecord::new(ErrorKind::Worker, "Error", "it ended");
        for ended_cells in 0..=3 {
            for starts in [false, true] {
                let mut assembly = started();
                for number in [0, 2, 3].into_iter().take(ended_cells) {
                    assembly.start_cell(number);
                    assembly.end_cell(end(number));
                    // A second end of the same cell has no effect.
                    assembly.end_cell(end(number));
                }
                let next = [0, 2, 3].get(ended_cells).copied();
                if let (true, Some(next)) = (starts, next) {
                    assembly.start_cell(next);
                    assembly.write(ConsoleRecord { level: ConsoleLevel::Log, text: "here".to_owned() });
                }
                assembly.end_worker(error());
                let expected = ["fsss", "psfs", "pspf", "pspp"][ended_cells];
                let ended = check(assembly, expected);
                if let Some(next) = next {
                    let cell = &ended.record.cells[next];
                    assert_eq!(cell.error.as_ref().unwrap().position.as_ref().unwrap().line, 10 + next);
                    assert_eq!(cell.console.len(), usize::from(starts));
                }
                assert_eq!(ended.wanted_since(0).count(), 3);
            }
        }
    }

    #[test]
    fn a_worker_that_sends_too_much_does_not_fill_the_memory() {
        let mut assembly = started();
        assembly.start_cell(0);
        for length in [super::MAX_BYTES - 5, 6, 5, 1] {
            assembly.write(ConsoleRecord { level: ConsoleLevel::Log, text: "x".repeat(length) });
        }
        for _ in 0..=super::MAX_ENTRIES {
            assembly.write(ConsoleRecord { level: ConsoleLevel::Log, text: String::new() });
        }
        assembly.end_cell(end(0));
        let ended = check(assembly, "psss");
        let lengths: Vec<usize> = ended.record.cells[0].console.iter().map(|line| line.text.len()).collect();
        assert_eq!((lengths.len(), &lengths[..3]), (super::MAX_ENTRIES, &[super::MAX_BYTES - 5, 5, 0][..]));
    }

    #[test]
    fn cells_without_an_event_are_skipped() {
        check(started(), "ssss");
        let mut assembly = started();
        assembly.start_cell(2);
        assembly.end_cell(end(3));
        assembly.end_cell(end(2));
        check(assembly, "ssps");
    }

    #[test]
    fn a_notebook_that_was_not_read_has_the_error_itself() {
        let mut assembly = assembly();
        assembly.end_worker(ErrorRecord::new(ErrorKind::Worker, "Error", "it ended"));
        assert_eq!(check(assembly, "").record.error.unwrap().message, "it ended");
    }
}
