import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest begins first, so that nothing is left to wait for when the rest is done. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification) => moduleId.endsWith("pooled-browser.test.ts");
    return (await super.sort(files)).sort((a, b) => Number(isLongest(b)) - Number(isLongest(a)));
  }
}

/**
 * `npm run test:outside`: both suites that need programs from outside at once, for each waits for much of its time. No more than
 * two files: a process that gets no processor time for two seconds loses its lease, and its calls fail.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: ["vitest.peers.config.ts", "vitest.faults.config.ts"],
  },
});
