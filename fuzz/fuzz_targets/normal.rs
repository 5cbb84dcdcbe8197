#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| contactdb_fuzz::normal(bytes));
