//! An HTTP archive, from any bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus { apinb_fuzz::fuzz(apinb_fuzz::traffic, data) });
