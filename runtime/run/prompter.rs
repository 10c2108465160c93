//! The person who answers the prompts of a run.

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use url::Url;

/// What goes on while a person answers: a call returns after a short time, and is repeated until there is an answer.
pub type Work<'w> = Option<&'w dyn Fn()>;

/// The person at the terminal.
pub trait Prompter {
    /// Prompts for a text; a secret is not echoed. None: the person cancels.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn text(
        &self,
        question: &str,
        default: Option<&str>,
        secret: bool,
        work: Work<'_>,
    ) -> Result<Option<String>, NoAnswer>;

    /// Asks for yes or no.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn yes_or_no(&self, question: &str, work: Work<'_>) -> Result<bool, NoAnswer>;

    /// Prompts for a text where nothing else goes on.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn prompt(&self, question: &str, default: Option<&str>, secret: bool) -> Result<Option<String>, NoAnswer> {
        self.text(question, default, secret, None)
    }

    /// Asks for yes or no where nothing else goes on.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn confirm(&self, question: &str) -> Result<bool, NoAnswer> {
        self.yes_or_no(question, None)
    }

    /// Asks whether a remote notebook may call these hosts.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn agree(&self, hosts: &[String]) -> Result<bool, NoAnswer> {
        self.confirm(&hosts_question(hosts))
    }

    /// Opens a page in the person's browser.
    ///
    /// # Errors
    /// When the system has no browser.
    fn open(&self, url: &Url) -> io::Result<()>;
}

/// A person whose time is measured: it does not count as that of a cell.
pub struct TimedPerson {
    person: Rc<dyn Prompter>,
    spent: Rc<Cell<Duration>>,
}

impl TimedPerson {
    /// The same person, whose time is added to `spent`.
    #[must_use]
    pub fn new(person: Rc<dyn Prompter>, spent: Rc<Cell<Duration>>) -> Self {
        Self { person, spent }
    }

    fn timed<T>(&self, ask: impl FnOnce(&dyn Prompter) -> T) -> T {
        let clock = Instant::now();
        let answer = ask(&*self.person);
        self.spent.set(self.spent.get() + clock.elapsed());
        answer
    }
}

impl Prompter for TimedPerson {
    fn text(
        &self,
        question: &str,
        default: Option<&str>,
        secret: bool,
        work: Work<'_>,
    ) -> Result<Option<String>, NoAnswer> {
        self.timed(|person| person.text(question, default, secret, work))
    }

    fn yes_or_no(&self, question: &str, work: Work<'_>) -> Result<bool, NoAnswer> {
        self.timed(|person| person.yes_or_no(question, work))
    }

    fn agree(&self, hosts: &[String]) -> Result<bool, NoAnswer> {
        self.timed(|person| person.agree(hosts))
    }

    fn open(&self, url: &Url) -> io::Result<()> {
        self.person.open(url)
    }
}

/// The question of [`Prompter::agree`].
#[must_use]
pub fn hosts_question(hosts: &[String]) -> String {
    match hosts {
        [host] => format!("May this remote notebook call {host}?"),
        hosts => format!("May this remote notebook call these hosts?\n  {}\n", hosts.join("\n  ")),
    }
}

/// Why a person did not answer.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
pub enum NoAnswer {
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// The user is writing something else.
    #[error("the terminal is in use by the prompt; ask in the entry itself, not in a timer or a promise")]
    Busy,
    /// The terminal cannot be read.
    #[error("cannot read the answer")]
    Unreadable(
        #[source]
        #[serde(with = "apinb_text::io_error")]
        io::Error,
    ),
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io;
    use std::rc::Rc;
    use std::time::{Duration, Instant};

    use url::Url;

    use super::{NoAnswer, Prompter, TimedPerson, Work};

    /// Takes a millisecond for an answer, and measures it.
    #[derive(Default)]
    struct Slow(Cell<Duration>);

    impl Prompter for Slow {
        fn text(&self, _: &str, _: Option<&str>, _: bool, _: Work<'_>) -> Result<Option<String>, NoAnswer> {
            self.confirm("").map(|_| None)
        }

        fn yes_or_no(&self, _: &str, _: Work<'_>) -> Result<bool, NoAnswer> {
            let clock = Instant::now();
            while clock.elapsed() < Duration::from_millis(1) {}
            self.0.set(self.0.get() + clock.elapsed());
            Ok(true)
        }

        fn open(&self, _: &Url) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_time_of_all_answers_is_measured() {
        let (slow, spent) = (Rc::new(Slow::default()), Rc::new(Cell::default()));
        let person = TimedPerson::new(Rc::clone(&slow) as Rc<dyn Prompter>, Rc::clone(&spent));
        for ask in [
            |person: &TimedPerson| person.prompt("", None, false).map(drop),
            |person: &TimedPerson| person.confirm("").map(drop),
            |person: &TimedPerson| person.agree(&[]).map(drop),
        ] {
            let before = (spent.get(), slow.0.get());
            ask(&person).unwrap();
            assert!(spent.get() - before.0 >= slow.0.get() - before.1);
        }
    }
}
