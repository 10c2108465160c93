//! Which recorded interaction answers a request.

use std::collections::BTreeSet;

use apinb_record::cassette::{Interaction, Request};
use apinb_text::display::timestamp;
use apinb_text::display::truncate::truncate;
use apinb_text::web::verb::Verb;

use crate::cassette::Cassette;
use crate::comparable::{Comparable, unordered};
use crate::difference::{Difference, Rules, differences};
use crate::ignore::Ignore;
use crate::miss::{Miss, Nearest};
use crate::operations::Operations;

/// The longest URL in a message, in characters.
const LONGEST: usize = 200;

/// Plays the interactions of a cassette.
#[derive(Debug)]
pub struct Player {
    cassette: Cassette,
    ignore: Vec<Ignore>,
    /// The numbers of the interactions that were played, by the file of their cell.
    played: BTreeSet<(String, usize)>,
    /// When its clock starts, in milliseconds since 1970.
    start: Option<u64>,
}

impl Player {
    /// Plays `cassette`; `ignore`: what is not compared.
    #[must_use]
    pub fn new(cassette: Cassette, ignore: Vec<Ignore>) -> Self {
        let start = timestamp::parse(&cassette.head.start);
        let start = start.and_then(|start| start.duration_since(std::time::SystemTime::UNIX_EPOCH).ok());
        let start = start.and_then(|start| u64::try_from(start.as_millis()).ok());
        Self { cassette, ignore, played: BTreeSet::new(), start }
    }

    /// The cassette that is played, as it was read.
    #[must_use]
    pub fn cassette(&self) -> &Cassette {
        &self.cassette
    }

    /// The files of cells, and the numbers of their interactions from 0, that were played.
    #[must_use]
    pub fn played(&self) -> &BTreeSet<(String, usize)> {
        &self.played
    }

    /// The interaction that answers `request` with the body `body`, and the file of its cell. `cell`: the file of the cell
    /// that calls, and its number.
    ///
    /// It is looked for in the cell first, then in the whole notebook. The same request again gets the next one; after the
    /// last, a safe method gets that again.
    ///
    /// # Errors
    /// The nearest interaction, if there is none.
    pub fn play(
        &mut self,
        cell: Option<(&str, usize)>,
        request: &Request,
        body: &[u8],
        operations: &Operations,
    ) -> Result<(String, Interaction), Box<Miss>> {
        let located = operations.locate(&request.method, &request.url);
        let unordered = located.as_ref().map(unordered).unwrap_or_default();
        let rules = Rules { ignore: &self.ignore, unordered: &unordered, start: self.start };
        let sent = Comparable::new(request, body, located.as_ref());
        let own = cell.map(|(file, _)| file);
        let mut order: Vec<&String> = self.cassette.cells.keys().collect();
        order.sort_by_key(|file| Some(file.as_str()) != own);
        let all = || {
            let of = |file: &&'_ String| self.cassette.cells.get(*file).map(|cell| ((*file).clone(), cell));
            let cells = order.iter().filter_map(of);
            cells.flat_map(|(file, cell)| {
                cell.interactions.iter().enumerate().map(move |(number, one)| (file.clone(), number, one))
            })
        };
        let compared = |interaction: &Interaction| {
            let body = interaction.request.body.as_ref().and_then(|body| self.cassette.bytes(body)).unwrap_or_default();
            // Only the request that is sent has an operation of today's definition.
            differences(&Comparable::new(&interaction.request, &body, located.as_ref()), &sent, &rules)
        };
        let mut same: Vec<(String, usize, &Interaction)> =
            all().filter(|(_, _, one)| may_be_same(&one.request, request)).collect();
        same.retain(|(_, _, interaction)| compared(interaction).is_empty());
        // Those of the cell come first.
        let of_cell = same.iter().filter(|(file, ..)| Some(file.as_str()) == own).count();
        let is_new =
            |(file, number, _): &&(String, usize, &Interaction)| !self.played.contains(&(file.clone(), *number));
        let is_safe = Verb::from_method(&request.method)
            .is_some_and(|verb| matches!(verb, Verb::Get | Verb::Head | Verb::Options | Verb::Query));
        let (inner, outer) = same.split_at_checked(of_cell).unwrap_or_default();
        let again = |list: &[(String, usize, &Interaction)]| {
            list.last().filter(|_| is_safe).map(|(file, number, one)| (file.clone(), *number, Interaction::clone(one)))
        };
        let next = |list: &[(String, usize, &Interaction)]| {
            list.iter().find(is_new).map(|(file, number, one)| (file.clone(), *number, Interaction::clone(one)))
        };
        let found = next(inner).or_else(|| again(inner)).or_else(|| next(outer)).or_else(|| again(outer));
        if let Some((file, number, interaction)) = found {
            self.played.insert((file.clone(), number));
            return Ok((file, interaction));
        }
        let used_up = same.last().map(|(file, number, one)| (file.clone(), *number, shown(&one.request), Vec::new()));
        let is_used_up = used_up.is_some();
        let nearest = used_up.or_else(|| {
            let weighed = all().map(|(file, number, one)| (file, number, shown(&one.request), compared(one)));
            weighed.min_by_key(|(.., found)| found.iter().map(Difference::weight).sum::<usize>())
        });
        let nearest = nearest.map(|(file, number, request, differences)| Nearest {
            file,
            number: number + 1,
            request,
            differences,
        });
        Err(Box::new(Miss { request: shown(request), nearest, is_used_up, cell: cell.map(|(_, number)| number) }))
    }

    /// The interactions of a document from the web by its URL.
    #[must_use]
    pub fn document(&self, url: &str) -> Option<&apinb_record::cassette::Document> {
        self.cassette.head.documents.get(url)
    }
}

/// Whether two requests have the same method and the same operation, else the same URL but for its query.
fn may_be_same(one: &Request, other: &Request) -> bool {
    let place = |request: &'_ Request| request.url.split(['?', '#']).next().unwrap_or_default().to_owned();
    let has_operation = other.client.is_some() && other.operation.is_some();
    one.method == other.method
        && (&one.client, &one.operation) == (&other.client, &other.operation)
        && (has_operation || place(one) == place(other))
}

/// A request in a message.
fn shown(request: &Request) -> String {
    truncate(&format!("{} {}", request.method, request.url), LONGEST)
}
