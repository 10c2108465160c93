//! What rules know of a notebook.

use apinb_analysis::model::{Analysis, ClientUse, Script};
use apinb_notebook::model::Notebook;
use apinb_project::settings::Settings;
use apinb_record::check::ScriptNeed;

use crate::definitions::Clients;
use crate::uses::{Resolution, UseResolver};

/// A notebook with everything that a run would use.
#[derive(Debug)]
pub struct Context<'a> {
    pub notebook: &'a Notebook,
    pub settings: &'a Settings,
    pub analysis: &'a Analysis,
    /// Its clients with their definitions.
    pub clients: &'a Clients,
    /// The scripts that it loads, with what is known of each.
    pub scripts: Vec<(&'a Script, &'a ScriptNeed)>,
    /// The uses of clients whose definition was read, followed as far as the notebook is sure of them.
    pub uses: Vec<(&'a ClientUse, Resolution)>,
}

impl<'a> Context<'a> {
    /// Follows the uses. `scripts` are those of `analysis`, in the same order.
    #[must_use]
    pub fn new(
        notebook: &'a Notebook,
        settings: &'a Settings,
        analysis: &'a Analysis,
        clients: &'a Clients,
        scripts: &'a [ScriptNeed],
    ) -> Self {
        let mut uses = Vec::new();
        for (client, definition) in clients.read() {
            let mut resolver = UseResolver::new(definition);
            let of_client = analysis.uses.iter().filter(|one| one.client == client);
            uses.extend(of_client.map(|one| (one, resolver.resolve(one, one.certain))));
        }
        Self { notebook, settings, analysis, clients, scripts: analysis.scripts.iter().zip(scripts).collect(), uses }
    }
}
