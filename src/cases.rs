//! How many cases the property tests draw, and from which seed.

use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// So many cases, the same on every run, since what fails is kept as a test with a name. `PROPTEST_CASES` and `PROPTEST_RNG_SEED` in
/// the environment take others, for a longer run by hand.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    let given = ProptestConfig::default();
    ProptestConfig {
        cases: if std::env::var_os("PROPTEST_CASES").is_some() { given.cases } else { cases },
        rng_seed: if given.rng_seed == RngSeed::Random { RngSeed::Fixed(0x5e9) } else { given.rng_seed },
        failure_persistence: None,
        ..given
    }
}
