#![no_main]

use contactdb_fuzz::mutate_lines;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| contactdb_fuzz::dump(bytes));

// Most of the time a line is changed as the JSON that it is.
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let changed = if seed % 4 > 0 { mutate_lines(&data[..size], seed / 4, max_size) } else { None };
    match changed {
        Some(bytes) => {
            data[..bytes.len()].copy_from_slice(&bytes);
            bytes.len()
        }
        None => libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    }
});
