//! The tests of the whole program, in one binary so that it is linked once.
//!
//! Each module tests one feature through the real program: [`support::Case`] describes a run and its expected outcome.

#[cfg(test)]
mod support;

#[cfg(test)]
mod api_authenticate;
#[cfg(test)]
mod api_clients;
#[cfg(test)]
mod api_settings;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod assertions;
#[cfg(test)]
mod authentication;
#[cfg(test)]
mod authentication_oauth1;
#[cfg(test)]
mod authentication_secrets;
#[cfg(test)]
mod authentication_tokens;
#[cfg(test)]
mod automatic_sign_in;
#[cfg(test)]
mod cache;
#[cfg(test)]
mod cassette;
#[cfg(test)]
mod cassette_commands;
#[cfg(test)]
mod cassette_drift;
#[cfg(test)]
mod cell_attributes;
#[cfg(test)]
mod cells;
#[cfg(test)]
mod check;
#[cfg(test)]
mod client_bodies;
#[cfg(test)]
mod client_chains;
#[cfg(test)]
mod client_paths;
#[cfg(test)]
mod client_requests;
#[cfg(test)]
mod client_responses;
#[cfg(test)]
mod client_security;
#[cfg(test)]
mod client_urls;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod config_layers;
#[cfg(test)]
mod config_schema;
#[cfg(test)]
mod config_show;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod deferred_documents;
#[cfg(test)]
mod definition;
#[cfg(test)]
mod environments;
#[cfg(test)]
mod error_kinds;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod events;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod export;
#[cfg(test)]
mod fail_on_status;
#[cfg(test)]
mod file_access;
#[cfg(test)]
mod input_rows;
#[cfg(test)]
mod inputs;
#[cfg(test)]
mod interrupt;
#[cfg(test)]
mod last_cell;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod modules;
#[cfg(test)]
mod network_hosts;
#[cfg(test)]
mod network_options;
#[cfg(test)]
mod new;
#[cfg(test)]
mod notebook_choice;
#[cfg(test)]
mod options;
#[cfg(test)]
mod parallel;
#[cfg(test)]
mod patched_builtins;
#[cfg(test)]
mod petshop;
#[cfg(test)]
mod port;
#[cfg(test)]
mod project_files;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod record_limits;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod repl;
#[cfg(test)]
mod repl_completion;
#[cfg(test)]
mod repl_pipe;
#[cfg(test)]
mod replay_time;
#[cfg(test)]
mod report_destinations;
#[cfg(test)]
mod report_for_ci;
#[cfg(test)]
mod report_github;
#[cfg(test)]
mod report_har;
#[cfg(test)]
mod report_html;
#[cfg(test)]
mod report_json;
#[cfg(test)]
mod report_merge;
#[cfg(test)]
mod report_notebook;
#[cfg(test)]
mod report_sarif;
#[cfg(test)]
mod report_terminal;
#[cfg(test)]
mod rules;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod sandbox;
#[cfg(test)]
mod scripts;
#[cfg(test)]
mod secret_handles;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod seed;
#[cfg(test)]
mod selection;
#[cfg(test)]
mod shared_names;
#[cfg(test)]
mod shell;
#[cfg(test)]
mod streaming;
#[cfg(test)]
mod system_limits;
#[cfg(test)]
mod token_store;
#[cfg(test)]
mod trust;
#[cfg(test)]
mod unknown_options;
#[cfg(test)]
mod unused_names;
#[cfg(test)]
mod waiting;
#[cfg(test)]
mod watch;
#[cfg(test)]
mod web_notebooks;
#[cfg(test)]
mod web_platform;
#[cfg(test)]
mod web_requests;
#[cfg(test)]
mod web_xml_http_request;
#[cfg(test)]
mod words;
#[cfg(test)]
mod workers;
#[cfg(test)]
mod wrong_calls;
