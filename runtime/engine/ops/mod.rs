//! The operations behind the prelude, a file for each concern: argument types, errors and the functions together.

mod ask;
mod authenticate;
mod automatic_sign_in;
mod blob;
mod cell;
mod client;
mod clock;
mod common_js;
mod compression;
mod file;
mod memory;
mod port;
mod random;
mod row;
mod script;
mod send;
mod status;
mod unknown_option;

use deno_core::{Extension, OpDecl};

deno_core::extension!(
    apinb,
    deps = [deno_webidl, deno_web],
    ops = [
        ask::op_ask,
        authenticate::op_authenticate,
        blob::op_blob_bytes,
        cell::op_alert,
        cell::op_cell_timeout,
        cell::op_console,
        cell::op_excerpt,
        cell::op_shorten,
        cell::op_time_left,
        cell::op_refused,
        cell::op_uncaught,
        client::op_call_plan,
        client::op_client_create,
        client::op_client_names,
        client::op_client_step,
        clock::op_date_now,
        common_js::op_common_js_read,
        common_js::op_common_js_resolve,
        common_js::op_never,
        file::op_parse_csv,
        file::op_project_url,
        file::op_read_file,
        file::op_save_file,
        random::op_random_boundary,
        random::op_random_fill,
        random::op_random_number,
        random::op_random_uuid,
        row::op_row,
        script::op_load_script,
        send::op_cancel_new,
        send::op_send,
        send::op_send_sync,
        status::op_status_read,
        unknown_option::op_suggest,
        unknown_option::op_unknown_option,
    ],
    esm_entry_point = "ext:apinb/99_globals.js",
    esm = [
        dir "../../js/prelude",
        "00_errors.js",
        "00_global.js",
        "00_web.js",
        "01_safe.js",
        "10_form_data.js",
        "10_later.js",
        "10_timers.js",
        "11_project_file.js",
        "11_send.js",
        "11_status.js",
        "12_headers.js",
        "13_fetch.js",
        "13_result_value.js",
        "14_result_text.js",
        "14_xml_http_request.js",
        "15_console.js",
        "15_error_data.js",
        "16_crypto.js",
        "17_cell.js",
        "17_common_js.js",
        "20_url.js",
        "21_body.js",
        "21_config.js",
        "22_call.js",
        "23_node.js",
        "30_api.js",
        "40_deep_equal.js",
        "41_assertion_error.js",
        "42_assert.js",
        "43_wait.js",
        "44_file.js",
        "45_determinism.js",
        "99_globals.js",
    ],
    middleware = limited,
);

/// Everything an isolate is made of, in the order that the snapshot relies on. `is_virtual`: its clock is.
pub(crate) fn extensions(is_virtual: bool) -> Vec<Extension> {
    let mut own = apinb::init();
    if is_virtual {
        own.middleware_fn = Some(Box::new(|op| clock::virtual_time(limited(op))));
    }
    vec![
        deno_webidl::deno_webidl::init(),
        deno_web::deno_web::init(
            deno_web::BlobStore::default_arc(),
            None,
            false,
            deno_web::InMemoryBroadcastChannel::default(),
        ),
        own,
    ]
}

/// Replaces the operations of deno_web that use memory without a limit.
fn limited(op: OpDecl) -> OpDecl {
    compression::limited(port::counted(blob::limited(op)))
}
