#![no_main]

use contactdb_fuzz::mutate_mapping;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| contactdb_fuzz::import(bytes));

// Half of the time a mapping is changed as the JSON that it is.
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let changed = if seed % 2 > 0 { mutate_mapping(&data[..size], seed / 2, max_size) } else { None };
    match changed {
        Some(bytes) => {
            data[..bytes.len()].copy_from_slice(&bytes);
            bytes.len()
        }
        None => libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    }
});
