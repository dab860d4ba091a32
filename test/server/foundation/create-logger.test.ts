import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";

const LOGGER = new URL("../../../server/foundation/log/create-logger.ts", import.meta.url).href;

const PROGRAM = `
  import { createLogger } from ${JSON.stringify(LOGGER)};
  const error = new Error('first line\\n  {"name": "Maria Clara"}\\nlast line');
  createLogger("test").error({ err: error }, "failed");
`;

describe("an error in the log", () => {
  it("is told by its class and place, and nothing of its message, however many lines that has", async () => {
    const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", PROGRAM]);
    const { err } = JSON.parse((await run).stderr);
    expect(err.type).to.equal("Error");
    expect(err.stack).to.match(/^ {4}at /);
    expect(JSON.stringify(err)).to.not.match(/Maria|line/);
  });
});
