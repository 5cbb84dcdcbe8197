#![no_main]

use contactdb_fuzz::mutate_json;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| contactdb_fuzz::segment_tree(bytes));

// Bytes changed at random are seldom JSON, and JSON changed at random seldom a tree: half of the time a value takes the place
// of another one.
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let changed = if seed.is_multiple_of(2) { mutate_json(&data[..size], seed, max_size) } else { None };
    match changed {
        Some(bytes) => {
            data[..bytes.len()].copy_from_slice(&bytes);
            bytes.len()
        }
        None => libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    }
});
