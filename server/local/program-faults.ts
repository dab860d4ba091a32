import type { WireFault } from "../foundation/simulator/fault.ts";

/** A programmed fault and how many requests it has struck. */
export type StruckFault = WireFault & { readonly hits: number };

async function ask(url: URL, init: RequestInit = {}): Promise<readonly StruckFault[]> {
  const response = await fetch(url, init);
  const answer = (await response.json()) as { faults: StruckFault[]; detail?: string };
  if (!response.ok) throw new Error(answer.detail ?? `the simulator answered ${response.status}`);
  return answer.faults;
}

function faultsAt(controlUrl: string | undefined): URL {
  if (controlUrl !== undefined) return new URL("/faults", controlUrl);
  throw new Error("the simulator cannot be told to misbehave: plan the corridor as programmable");
}

/** Tells a simulator what to do wrong from now on, and nothing else; see server/foundation/simulator/fault.ts. */
export async function programFaults(
  controlUrl: string | undefined,
  faults: readonly WireFault[],
): Promise<void> {
  await ask(faultsAt(controlUrl), {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ faults }),
  });
}

/** What a simulator is doing wrong, and how often it has. */
export const readFaults = (controlUrl: string | undefined): Promise<readonly StruckFault[]> =>
  ask(faultsAt(controlUrl));
