/** `npm run demo`: five stories on a corridor of its own; each ends with every cent accounted for. */
import type { LocalCorridor } from "../server/local/start-corridor.ts";
import { openDesk } from "./demo/desk.ts";
import { formatTold } from "./demo/format-told.ts";
import { INTERRUPTED, Interrupted, withCorridor } from "./demo/own-corridor.ts";
import { STORIES } from "./demo/stories.ts";
import type { Told } from "./demo/story.ts";
import { tellStory } from "./demo/tell-story.ts";
import { toldToJson } from "./demo/told-to-json.ts";
import { readDuration, readOptions } from "./terminal/read-options.ts";

const USAGE = `npm run demo [-- options]

  --block-time 0        time between blocks; 0 mines at once
  --json                one machine-readable document instead of text

Starts a corridor on free ports with the ECB rates of 25 June 2018, and ends it. Exit code 1 when a story ends
otherwise than it must, or a cent is missing.`;

const { values } = readOptions(USAGE, {
  "block-time": { type: "string", default: "0" },
  json: { type: "boolean", default: false },
});
const RATES_AS_OF = "2018-06-25";
const print = (text: string) => {
  if (!values.json) process.stdout.write(text);
};

const blockTimeMs = readDuration(values["block-time"]);

/** Tells every story on one corridor; answers whether all of them ended as they must. */
async function tellAll(local: LocalCorridor): Promise<boolean> {
  await using desk = await openDesk(local);
  const told: Told[] = [];
  for (const [index, story] of STORIES.entries()) {
    const { title, sender, recipient } = story;
    print(`\n${index + 1}  ${title}\n   ${sender.name} → ${recipient.name}\n`);
    const each = await tellStory(desk, story);
    print(`${formatTold(desk, each)}\n`);
    told.push(each);
  }
  const good = told.filter((each) => each.ok).length;
  const ok = good === told.length;
  if (values.json) {
    const stories = told.map((each) => toldToJson(desk, each));
    const document = { ok, ratesAsOf: RATES_AS_OF, blockTimeMs, stories };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }
  print(`\n${good} of ${told.length} stories ended as they must, every cent accounted for\n`);
  return ok;
}

try {
  const onStep = (step: string) => print(` ${step} ·`);
  const options = { blockTimeMs, ratesAsOf: RATES_AS_OF, onStep, say: print };
  process.exitCode = (await withCorridor(options, tellAll)) ? 0 : 1;
} catch (error) {
  process.exitCode = error instanceof Interrupted ? INTERRUPTED : 1;
  console.error(`\n${error instanceof Error ? error.message : error}`);
}
process.exit();
