/** `npm run sign-in`: a one-time code for the console of a relayer on this machine. */
import {
  consoleRoleSchema,
  makeCode,
  operatorSchema,
} from "../server/relayer/sign-in/code-files.ts";
import { readOptions } from "./terminal/read-options.ts";

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

const role = consoleRoleSchema.safeParse(values.role);
const operator = operatorSchema.safeParse(values.name);
if (!role.success || !operator.success) {
  console.error(USAGE);
  process.exit(1);
}
const code = makeCode(values.directory, { operator: operator.data, role: role.data });
console.log(`${code}  signs ${operator.data} in as ${role.data}, once, within ten minutes`);
