//! A run record from any bytes, and its reports.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus { apinb_fuzz::fuzz(apinb_fuzz::record, data) });
