//! A call: a summary that expands to the full call.

use apinb_record::call::{CallPurpose, CallRecord, MessageRecord};
use apinb_text::display::escape::escape_controls;
use maud::{Markup, html};

use super::super::cell::ended;
use super::super::indented_json;
use super::super::layout::{one_line, time};

/// The call, collapsed unless `open`.
pub(super) fn call(call: &CallRecord, open: bool) -> Markup {
    html! {
        details.call open[open] {
            summary {
                span.method { (one_line(&call.method)) }
                span.url { (one_line(&call.url)) }
                span.status.(color(call.status)) { (ended(call)) }
                span.about {
                    (time(call.milliseconds))
                    @if let Some(purpose) = purpose(call.purpose) { " · " (purpose) }
                    @if let Some(source) = call.stand_in() { " · " (source) }
                }
            }
            (message("Request", &call.request))
            @if let Some(response) = &call.response { (message("Response", response)) }
        }
    }
}

fn message(name: &str, message: &MessageRecord) -> Markup {
    html! {
        div.message {
            h4 { (name) }
            @if !message.headers.is_empty() {
                dl {
                    @for (name, value) in &message.headers {
                        dt { (one_line(name)) }
                        dd { (one_line(value)) }
                    }
                }
            }
            @if let Some(body) = &message.body { pre.body { (escape_controls(&indented_json::on_lines(body))) } }
            @if message.truncated {
                p.note { @if message.body.is_some() { "cut here" } @else { "binary body" } }
            }
            @if message.headers.is_empty() && message.body.is_none() && !message.truncated { p.note { "empty" } }
        }
    }
}

fn purpose(purpose: CallPurpose) -> Option<&'static str> {
    match purpose {
        CallPurpose::Call => None,
        CallPurpose::Definition => Some("definition"),
        CallPurpose::Script => Some("script"),
        CallPurpose::Authentication => Some("signing in"),
    }
}

fn color(status: Option<u16>) -> &'static str {
    match status {
        Some(200..400) => "good",
        Some(400..500) => "refused",
        _ => "bad",
    }
}
