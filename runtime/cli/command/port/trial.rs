//! Runs the notebooks on mock servers with the proposed files, and finds out which of them need that every search has a
//! hit.

use std::rc::Rc;
use std::time::Duration;

use apinb_http::hosts::Hosts;
use apinb_notebook::selection::Selection;
use apinb_project::reading::root::VirtualFiles;
use apinb_record::port::MockedRun;
use apinb_text::secret::redactor::Redactor;
use tokio_util::sync::CancellationToken;

use crate::cli::arguments::RunArguments;
use crate::cli::failure::Failure;
use crate::cli::jobs::resolve::resolve_with;
use crate::cli::trust::consent::Consent;
use crate::port::plan::Plan;
use crate::run::Run;
use crate::run::observer::Observer;

/// The time of a notebook on the mock server: one that waits for something that never comes ends with it.
const NOTEBOOK_TIMEOUT: Duration = Duration::from_secs(20);

/// How notebooks are run.
pub(super) struct Trial<'a> {
    pub(super) arguments: &'a RunArguments,
    pub(super) online: bool,
    pub(super) redactor: &'a Redactor,
    pub(super) cancel: &'a CancellationToken,
    /// The numbers of the notebooks, by job; a job whose notebook cannot be read has none.
    pub(super) numbers: &'a [Option<usize>],
}

impl Trial<'_> {
    /// Runs all notebooks; the runs are by job. Where notebooks of a file fail, they run again with a hit for every
    /// search: the file gets the setting if then fewer cells fail. `proposed` makes the files.
    pub(super) fn run(
        &self,
        plans: &mut [Plan],
        proposed: impl Fn(&[Plan]) -> VirtualFiles,
    ) -> Result<Vec<Option<MockedRun>>, Failure> {
        let mut runs = self.mocked(&proposed(plans), |_| true)?;
        let failures = |runs: &[Option<MockedRun>], plan: &Plan| -> usize {
            let of_plan = self.jobs_of(plan).filter_map(|job| runs.get(job)?.as_ref());
            of_plan.map(|run| run.failed.len()).sum()
        };
        for plan in plans.iter_mut() {
            plan.finds_always = failures(&runs, plan) > 0;
        }
        let retried: Vec<usize> =
            plans.iter().filter(|plan| plan.finds_always).flat_map(|plan| self.jobs_of(plan)).collect();
        if retried.is_empty() || self.cancel.is_cancelled() {
            plans.iter_mut().for_each(|plan| plan.finds_always = false);
            return Ok(runs);
        }
        let mut again = self.mocked(&proposed(plans), |job| retried.contains(&job))?;
        for plan in plans.iter_mut().filter(|plan| plan.finds_always) {
            plan.finds_always = failures(&again, plan) < failures(&runs, plan);
            if plan.finds_always {
                for job in self.jobs_of(plan) {
                    if let (Some(run), Some(better)) = (runs.get_mut(job), again.get_mut(job)) {
                        *run = better.take();
                    }
                }
            }
        }
        Ok(runs)
    }

    fn jobs_of<'t>(&'t self, plan: &'t Plan) -> impl Iterator<Item = usize> + 't {
        let jobs = self.numbers.iter().enumerate();
        jobs.filter(|(_, number)| number.is_some_and(|number| plan.notebooks.contains(&number))).map(|(job, _)| job)
    }

    /// Runs the jobs that are wanted.
    fn mocked(
        &self,
        proposed: &VirtualFiles,
        is_wanted: impl Fn(usize) -> bool,
    ) -> Result<Vec<Option<MockedRun>>, Failure> {
        let all = resolve_with(self.arguments, proposed, Consent::Withheld)?.jobs;
        let mut runs: Vec<Option<MockedRun>> = all.iter().map(|_| None).collect();
        let wanted: Vec<usize> = (0..all.len()).filter(|job| is_wanted(*job)).collect();
        let mut jobs: Vec<_> =
            all.into_iter().enumerate().filter(|(job, _)| wanted.contains(job)).map(|(_, job)| job).collect();
        if !self.online {
            jobs.iter_mut().for_each(|job| job.network.hosts = Hosts::offline());
        }
        jobs.iter_mut().for_each(|job| job.settings.notebook_timeout = Some(NOTEBOOK_TIMEOUT));
        let run = Run {
            selection: Selection::default(),
            threads: 1,
            allow_empty: true,
            redactor: self.redactor.clone(),
            observer: Rc::new(Silent),
            person: None,
            asked: Rc::default(),
            browser: false,
            sandbox: true,
            cancel: self.cancel.clone(),
        };
        let mut next = wanted.into_iter();
        run.notebooks(jobs).map_err(Failure::unusable)?.record.notebooks.each(&mut |record| {
            if let Some(place) = next.next().and_then(|job| runs.get_mut(job)) {
                *place = Some(MockedRun::of(record));
            }
            Ok(())
        })?;
        Ok(runs)
    }
}

/// Mocked runs report nothing while they run: their results are reported afterwards.
struct Silent;

impl Observer for Silent {}
