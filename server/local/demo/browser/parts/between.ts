import type { Balances, Place, RunEnd, RunEvent, Step } from "../../run-events.ts";
import { TOLD_WORDS } from "../../words/told-words.ts";
import { formatMoney, formatSeconds, putIn } from "./format.ts";
import { element, facts, language, words } from "./page.ts";

const FIRST_MS = 3_000;
const STEP_WORDS = {
  accepted: words.stepAccepted,
  reserved: words.stepReserved,
  credited: words.stepCredited,
  settled: words.stepSettled,
} as const satisfies Record<Step, string>;

const track = element("track");
const stepLines = [...element("steps").children] as HTMLElement[];
const told = element("told");

function showPlace(place: Place): void {
  track.dataset["place"] = place;
  const name = {
    sender: putIn(words.placeSender, { name: facts.sender }),
    held: words.placeHeld,
    recipient: putIn(words.placeSender, { name: facts.recipient }),
  }[place];
  track.setAttribute("aria-label", `${words.placeTitle}: ${name}`);
}

/** The first step that is not done yet is the one that is waited for. */
function markNow(): void {
  const waiting = stepLines.find((line) => !("done" in line.dataset));
  for (const line of stepLines) line.toggleAttribute("data-now", line === waiting);
}

function showStep(step: Step, ms: number): void {
  const line = stepLines.find((each) => each.dataset["step"] === step);
  if (!line) return;
  line.dataset["done"] = "";
  const shown = `${Math.round(ms)} ms`;
  const place = line.querySelector("[data-ms]");
  if (place) place.textContent = shown;
  element("spoken").textContent = `${STEP_WORDS[step]}, ${shown}`;
  markNow();
}

function showTold(event: Extract<RunEvent, { kind: "told" }>): void {
  const { what, why } = TOLD_WORDS[event.name][language];
  const line = document.createElement("li");
  const time = document.createElement("span");
  time.className = "figure small soft";
  time.textContent = `${(event.atMs / 1_000).toFixed(1)} s`;
  const head = document.createElement("strong");
  head.textContent = putIn(what, event.values);
  const reason = document.createElement("span");
  reason.className = "soft";
  reason.textContent = putIn(why, event.values);
  line.append(time, head, reason);
  line.dataset["told"] = event.name;
  told.append(line);
}

function showClock(secondsLeft: number): void {
  element("clock").hidden = false;
  element("clock-text").textContent = putIn(words.clockLeft, { seconds: `${secondsLeft}` });
}

/** Writes both balances into the columns "before" or "after". */
function writeBalances(column: "before" | "after", balances: Balances): void {
  for (const who of ["sender", "recipient"] as const) {
    element(`${who}-${column}`).textContent = formatMoney(balances[who], language);
  }
}

function showEnd(end: RunEnd): void {
  element("clock").hidden = true;
  for (const line of stepLines) line.removeAttribute("data-now");
  const failing = stepLines.find((line) => !("done" in line.dataset));
  if (end.state !== "settled" && failing) failing.dataset["failed"] = "";
  writeBalances("before", end.before);
  writeBalances("after", end.after);
  element("balances").hidden = false;
  if (end.confirmationMs === undefined) return;
  const bar = element<HTMLProgressElement>("race-now");
  // Both bars have one scale.
  for (const each of [bar, element<HTMLProgressElement>("race-first")]) {
    each.max = Math.max(FIRST_MS, end.confirmationMs);
  }
  bar.value = end.confirmationMs;
  const seconds = formatSeconds(end.confirmationMs);
  element("race-now-text").textContent = putIn(words.secondsShort, { seconds });
}

/** Clears what the last payment left between the phones. */
function begin(): void {
  told.replaceChildren();
  for (const line of stepLines) {
    for (const name of ["done", "failed"]) delete line.dataset[name];
    const place = line.querySelector("[data-ms]");
    if (place) place.textContent = "";
  }
  markNow();
  showPlace("sender");
  element("balances").hidden = true;
  element("clock").hidden = true;
  element<HTMLProgressElement>("race-now").value = 0;
  element("race-now-text").textContent = "–";
}

/** Shows between the phones what an event tells. */
export function showBetween(event: RunEvent): void {
  switch (event.kind) {
    case "began":
      begin();
      return;
    case "step":
      showStep(event.step, event.ms);
      return;
    case "told":
      if (event.name === "released" || event.name === "clock-moved") element("clock").hidden = true;
      showTold(event);
      return;
    case "place":
      showPlace(event.place);
      return;
    case "clock":
      showClock(event.secondsLeft);
      return;
    case "ended":
      showEnd(event);
      return;
    case "balances":
    case "failed":
    case "lost":
      return;
  }
}
