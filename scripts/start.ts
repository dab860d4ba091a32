/** `npm start`: a whole corridor on this machine, and a first transfer through it. */
import { lockDirectory } from "../server/foundation/storage/lock-directory.ts";
import { readDuration, readOptions } from "./terminal/read-options.ts";

const USAGE = `npm start [-- options]

  --block-time 1s       time between blocks; 0 mines at once
  --corridors HKD       send currencies of the corridors to run, comma-separated, or "all"
  --directory .corridor where its data is: started again there, it goes on where it was
  --fresh               begin anew, and forget what the directory holds
  --any-ports           free ports in place of the well-known ones
  --database-url URL    a PostgreSQL database for the relayer, in place of the embedded one: a new one for each
                        directory, and with --fresh`;

const { values } = readOptions(USAGE, {
  "block-time": { type: "string", default: "1s" },
  corridors: { type: "string", default: "HKD" },
  directory: { type: "string", default: ".corridor" },
  fresh: { type: "boolean", default: false },
  "any-ports": { type: "boolean", default: false },
  "database-url": { type: "string" },
});

try {
  const { directory, corridors, "database-url": databaseUrl } = values;
  // Looked at before the many modules are loaded, so that a second start is refused at once.
  lockDirectory(directory)[Symbol.dispose]();
  const { runCorridor } = await import("./start/run-corridor.ts");
  const options = {
    directory,
    keep: true,
    blockTimeMs: readDuration(values["block-time"]),
    wellKnownPorts: !values["any-ports"],
    ...(corridors !== "all" && { sendCurrencies: corridors.split(",") }),
    ...(databaseUrl !== undefined && { databaseUrl }),
  };
  await runCorridor(options, values.fresh);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
