import fc from 'fast-check';

/**
 * Every run of the tests tries the same random cases, so that a failure is one of the change and can be seen again.
 * `CADRE_TEST_SEED` searches elsewhere: a number, or `random`.
 */
const wanted = process.env.CADRE_TEST_SEED;
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted ?? 20_261_121) });
