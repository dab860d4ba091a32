import { fileURLToPath } from "node:url";
import { waitFor } from "../../../server/local/wait-for.ts";
import type { Field } from "../field/start-field.ts";
import { type FaultKind, sleep } from "./fault.ts";

const SKEW = fileURLToPath(new URL("../skew-clock.ts", import.meta.url));
const HOUR_MS = 3_600_000;
const POINTS = [
  "C01",
  "C02",
  "C03",
  "C04",
  "C05",
  "C06",
  "C07",
  "C08",
  "C09",
  "C10",
  "C11",
  "C12",
  "C13",
  "C14",
  "C15",
  "C16",
  "C17",
  "C18",
  "C20",
  "C21",
] as const;

const kill: FaultKind = {
  kind: "relayer killed",
  weight: 5,
  draw(dice) {
    const relayer = dice.whole(0, dice.relayers - 1);
    const forMs = dice.whole(50, 3_000);
    return {
      domain: `relayer ${relayer}`,
      detail: `relayer ${relayer}`,
      forMs: forMs + 3_000,
      async run({ crew }) {
        await crew.kill(relayer);
        await sleep(forMs);
        await crew.restart(relayer);
      },
    };
  },
};

/** Counted as a kill only when the process came there. */
async function untilHit({ crew }: Field, relayer: number, mark: string, ms: number) {
  const from = crew.logOf(relayer).length;
  return waitFor(
    async () => crew.logOf(relayer).slice(from).includes(mark),
    (hit) => hit,
    ms,
  );
}

const killAtPoint: FaultKind = {
  kind: "relayer armed with a crash point",
  weight: 5,
  draw(dice) {
    const relayer = dice.whole(0, dice.relayers - 1);
    const point = dice.one(POINTS);
    const act = dice.one(["kill", "kill", "throw", "stop", "sleep=3500"]);
    const forMs = dice.whole(4_000, 8_000);
    const FAILPOINTS = `${point}:${act}:${dice.whole(1, 4)}`;
    return {
      domain: `relayer ${relayer}`,
      detail: `relayer ${relayer} ${FAILPOINTS}`,
      forMs: forMs + 5_000,
      async run(field) {
        const { crew, history } = field;
        await crew.restart(relayer, { FAILPOINTS });
        const hit = await untilHit(field, relayer, `failpoint ${point}:`, forMs);
        if (hit)
          history.broken.push({ at: Date.now(), kind: "crash point hit", detail: FAILPOINTS });
        if (hit) await sleep(4_000);
        crew.resume(relayer);
        await crew.restart(relayer);
      },
    };
  },
};

const pause: FaultKind = {
  kind: "relayer stopped past its leases",
  weight: 4,
  draw(dice) {
    const relayer = dice.whole(0, dice.relayers - 1);
    const forMs = dice.whole(3_000, 6_000);
    return {
      domain: `relayer ${relayer}`,
      detail: `relayer ${relayer} for ${forMs} ms`,
      forMs,
      async run({ crew }) {
        crew.pause(relayer);
        await sleep(forMs);
        crew.resume(relayer);
      },
    };
  },
};

const skew: FaultKind = {
  kind: "relayer's clock off",
  weight: 2,
  draw(dice) {
    const relayer = dice.whole(0, dice.relayers - 1);
    const offMs = dice.one([-HOUR_MS, HOUR_MS, -90_000, 90_000]);
    const forMs = dice.whole(4_000, 8_000);
    return {
      domain: `relayer ${relayer}`,
      detail: `relayer ${relayer} by ${offMs / 1_000} s`,
      forMs: forMs + 5_000,
      async run({ crew }) {
        await crew.restart(relayer, { NODE_OPTIONS: `--import ${SKEW}`, SKEW_MS: `${offMs}` });
        await sleep(forMs);
        await crew.restart(relayer);
      },
    };
  },
};

/** What happens to the relayers' processes. */
export const PROCESS_FAULTS: readonly FaultKind[] = [kill, killAtPoint, pause, skew];
