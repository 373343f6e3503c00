import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take long begin first, so that none of them is left alone at the end. */
const LONG = [
  'proof/communication',
  'workflow-kills',
  'one-operator-kills',
  'hostile/input',
  'durability/',
  'chaos/',
  'console/',
  'run-control.test',
  'plan-waits',
  'triggers.test',
  'schedules.test',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((name) => moduleId.includes(name));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    projects: [
      // Tests beside the code load it once for all of them; each of those that open houses has a process of its own.
      {
        extends: true,
        test: { name: 'beside', include: ['src/**/*.test.ts', 'web/src/**/*.test.ts'], isolate: false },
      },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'] } },
    ],
    globalSetup: ['test/support/global.ts'],
    setupFiles: ['test/support/seed.ts', 'test/support/compiled.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One more than there are cores where CI runs: many tests wait for leases and due times.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 90 },
    },
  },
});
