//! JSON of an already parsed definition, from any bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus {
    apinb_fuzz::fuzz(apinb_fuzz::json_definition, data)
});
