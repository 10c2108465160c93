//! Recorded interactions as calls that can be held against a definition, and as a listing.

use apinb_contract::exchange::{Body, Exchange, ExchangePlace, Message};
use apinb_record::cassette::{self, Cell, HeaderValues, Interaction, pairs};
use apinb_record::cassette_show::{ShownCassette, ShownCell, ShownDefinition, ShownInteraction};

use crate::cassette::Cassette;

impl Cassette {
    /// The interactions as calls, by the name of the file of their cell; `place` names the cassette in findings.
    pub fn exchanges<'c>(&'c self, place: &'c str) -> impl Iterator<Item = Exchange> + 'c {
        self.cells.iter().flat_map(move |(name, cell)| {
            let with_number = cell.interactions.iter().zip(1..);
            with_number.map(move |(interaction, number)| {
                let place = ExchangePlace {
                    number,
                    notebook: Some(format!("{place}/{name}.json")),
                    ..ExchangePlace::default()
                };
                self.exchange(interaction, place)
            })
        })
    }

    /// An interaction as a call.
    #[must_use]
    pub fn exchange(&self, interaction: &Interaction, place: ExchangePlace) -> Exchange {
        let Interaction { request, response } = interaction;
        Exchange {
            method: request.method.clone(),
            url: request.url.clone(),
            request: self.message(&request.headers, request.body.as_ref()),
            status: response.status,
            response: self.message(&response.headers, response.body.as_ref()),
            mocked: false,
            place,
        }
    }

    fn message(
        &self,
        headers: &std::collections::BTreeMap<String, HeaderValues>,
        body: Option<&cassette::Body>,
    ) -> Message {
        let body = match body {
            None => Body::Empty,
            Some(body) => match self.bytes(body).map(|bytes| String::from_utf8(bytes.into_owned())) {
                Some(Ok(text)) => Body::Text(text),
                _ => Body::Unknown,
            },
        };
        Message { headers: pairs(headers).map(|(name, value)| (name.to_owned(), value.to_owned())).collect(), body }
    }

    /// What it has, without the bodies.
    #[must_use]
    pub fn shown(&self, folder: &str) -> ShownCassette {
        let definitions = self
            .head
            .definitions
            .iter()
            .map(|(client, definition)| ShownDefinition { client: client.clone(), source: definition.source.clone() });
        ShownCassette {
            folder: folder.to_owned(),
            start: self.head.start.clone(),
            definitions: definitions.collect(),
            documents: self.head.documents.keys().cloned().collect(),
            cells: self.cells.iter().map(|(name, cell)| self.shown_cell(name, cell)).collect(),
        }
    }

    fn shown_cell(&self, name: &str, cell: &Cell) -> ShownCell {
        let shown = |interaction: &Interaction| {
            let Interaction { request, response } = interaction;
            let media_type = response.headers.get("content-type").and_then(|values| values.values().first());
            let size = response.body.as_ref().and_then(|body| self.bytes(body)).map_or(0, |bytes| bytes.len());
            ShownInteraction {
                method: request.method.clone(),
                url: request.url.clone(),
                operation: request.operation.clone(),
                status: response.status,
                media_type: media_type.cloned(),
                bytes: size as u64,
            }
        };
        ShownCell {
            file: format!("{name}.json"),
            label: cell.cell.clone(),
            interactions: cell.interactions.iter().map(shown).collect(),
        }
    }
}
