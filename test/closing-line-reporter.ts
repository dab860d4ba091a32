import Mocha from "mocha";

/**
 * Mocha's own spec report, closed by the one line that a build server reads. Each failure also has a line of its own that
 * begins with `FAILED`: `npm test` gathers them at its end, where they are seen however much was printed before.
 */
class ClosingLineReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.on("fail", (test, error: Error) => {
      process.stdout.write(`FAILED ${test.fullTitle()}: ${oneLine(error.message)}\n`);
    });
    runner.once("end", () => {
      const { passes = 0, failures = 0, pending = 0 } = this.stats ?? {};
      const skipped = pending > 0 ? `, ${pending} skipped` : "";
      process.stdout.write(`\n${passes} passed, ${failures} failed${skipped}\n`);
    });
  }
}

/** Long enough to tell one failure from another; the whole of it stands in the group's own report. */
const LONGEST = 600;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

// Mocha loads reporters with require(), which takes this export of an ES module as the module itself.
export { ClosingLineReporter as "module.exports" };
