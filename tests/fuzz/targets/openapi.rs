//! An OpenAPI definition and what it refers to, from any bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus { apinb_fuzz::fuzz(apinb_fuzz::openapi, data) });
