//! A secret and a text with its forms, from any bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus { apinb_fuzz::fuzz(apinb_fuzz::redactor, data) });
