/** `npm run sign-in`: a one-time code for the console of a relayer on this machine. */
import { existsSync } from "node:fs";
import {
  consoleRoleSchema,
  makeCode,
  operatorSchema,
} from "../server/relayer/sign-in/code-files.ts";
import { readChoice, readOptions, refuse } from "./terminal/read-options.ts";

const USAGE = `npm run sign-in [-- options]

  --role operator       operator: looks and acts; viewer: looks
  --name operator       who it is, as the audit log is to know them: a-z, 0-9, "." and "-"
  --directory .corridor/relayer
                        the data directory of the relayer whose console it is (RELAYER_DATA_DIRECTORY)`;

const { values } = readOptions(USAGE, {
  role: { type: "string", default: "operator" },
  name: { type: "string", default: "operator" },
  directory: { type: "string", default: ".corridor/relayer" },
});

const role = readChoice("--role", values.role, consoleRoleSchema.options);
const operator = operatorSchema.safeParse(values.name);
if (!operator.success) {
  refuse(`--name is a-z, 0-9, "." and "-", a letter first, at most 40 of them, not ${values.name}`);
}
// A code in a directory that no relayer reads would let nobody in.
if (!existsSync(values.directory)) {
  refuse(`no relayer has its data in ${values.directory}: name its directory with --directory`);
}
const code = makeCode(values.directory, { operator: operator.data, role });
console.log(`${code}  signs ${operator.data} in as ${role}, once, within ten minutes`);
