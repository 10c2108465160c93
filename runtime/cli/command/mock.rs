//! `apinb mock`: serves a mock server until Ctrl-C.

use std::net::SocketAddr;
use std::sync::mpsc;

use apinb_definition::load::Detail;
use apinb_mock::{AcceptedHosts, AllowedOrigins, Mock, MockError, MockSettings, Served};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::escape::escape_controls;

use super::load::{count, errors_and_warnings, usable_whole};
use crate::cli::arguments::MockArguments;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt;
use crate::cli::streams::Streams;

/// Why it can't serve.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct CannotServe(#[from] MockError);

impl Diagnostic for CannotServe {
    fn help(&self) -> Option<String> {
        Some("Use another `--port`, or `--port 0` for a free one.".to_owned())
    }
}

pub(in crate::cli) fn mock(arguments: &MockArguments, streams: Streams) -> Result<Exit, Failure> {
    let mut definitions = Vec::new();
    for place in &arguments.definitions {
        // The lines of the definition are for those whose requests are refused.
        let detail = if arguments.validate_requests { Detail::Origins } else { Detail::Plain };
        let (definition, problems) = usable_whole(place, arguments.read.folders(), detail)?;
        if !problems.is_empty() {
            let counted = errors_and_warnings(count(&problems));
            streams.stderr.write(&format!("{place}: {counted}; `apinb definition check` lists them\n"))?;
        }
        definitions.push(definition);
    }
    let (stop, stopped) = mpsc::channel();
    interrupt::on_interrupt(move || {
        // Sending fails when the receiver is gone; then there is nothing to do.
        let _ = stop.send(());
    })?;
    let address = SocketAddr::from((arguments.host, arguments.port));
    let hosts = if arguments.host.is_loopback() { AcceptedHosts::Named } else { AcceptedHosts::Any };
    let settings = MockSettings {
        hosts,
        origins: AllowedOrigins(arguments.cors.clone()),
        validate_requests: arguments.validate_requests,
        ..MockSettings::default()
    };
    let observer = move |served: &Served| {
        // The mock server keeps running when nothing reads its log.
        let _ = streams.stderr.write(&format!("{}\n", escape_controls(&served.to_string())));
    };
    let mock = Mock::start_observed(definitions, address, settings, observer);
    let mock = mock.map_err(|error| Failure::unusable(CannotServe(error)))?;
    streams.stdout.write(&format!("http://{}\n", mock.address()))?;
    // Ctrl-C ends it. An error means that the sender is gone.
    let _ = stopped.recv();
    Ok(Exit::Passed)
}
