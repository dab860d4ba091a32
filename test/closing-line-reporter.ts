import Mocha from "mocha";

/** Mocha's own spec report, closed by the one line that a build server reads. */
class ClosingLineReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.once("end", () => {
      const { passes = 0, failures = 0, pending = 0 } = this.stats ?? {};
      const skipped = pending > 0 ? `, ${pending} skipped` : "";
      process.stdout.write(`\n${passes} passed, ${failures} failed${skipped}\n`);
    });
  }
}

// Mocha loads reporters with require(), which takes this export of an ES module as the module itself.
export { ClosingLineReporter as "module.exports" };
