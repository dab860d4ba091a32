import type { Balances, RunEnd, RunEvent } from "../../run-events.ts";
import { messageOf } from "./ask.ts";
import { formatMoney, formatSeconds, putIn } from "./format.ts";
import { element, facts, language, words } from "./page.ts";

const SCREENS = ["amount", "confirm", "run"] as const;
export type Screen = (typeof SCREENS)[number];

const receivingPhone = element("receiving-phone");
const outcome = element("outcome");
const proof = element<HTMLAnchorElement>("proof");

/** Shows one of the left phone's screens, and takes the keyboard there. */
export function showScreen(screen: Screen): void {
  for (const each of SCREENS) element(`screen-${each}`).hidden = each !== screen;
  const heading = element(`screen-${screen}`).querySelector<HTMLElement>("h2");
  if (heading) heading.focus({ preventScroll: true });
  else element("send-amount").focus({ preventScroll: true });
}

function showBalances(balances: Balances): void {
  for (const who of ["sender", "recipient"] as const) {
    const place = element(`${who}-balance`);
    const text = formatMoney(balances[who], language);
    if (place.textContent === text) continue;
    place.textContent = text;
    place.removeAttribute("data-changed");
    // A layout in between lets the animation begin anew.
    void place.offsetWidth;
    place.setAttribute("data-changed", "");
  }
}

function showOutcome(kind: string, title: string, text: string): void {
  outcome.dataset["outcome"] = kind;
  element("outcome-title").textContent = title;
  element("outcome-text").textContent = text;
}

function showArrival({ receiveAmount }: RunEnd): void {
  element("nothing-yet").hidden = true;
  const line = document.createElement("li");
  const amount = formatMoney(receiveAmount, language);
  line.textContent = putIn(words.arrived, { amount, name: facts.sender });
  element("arrivals").prepend(line);
}

function burst(): void {
  receivingPhone.removeAttribute("data-arrived");
  void receivingPhone.offsetWidth;
  receivingPhone.setAttribute("data-arrived", "");
}

function showEnd(end: RunEnd): void {
  showBalances(end.after);
  if (end.state === "settled") {
    const ms = end.confirmationMs;
    const took = ms === undefined ? "" : putIn(words.sentIn, { seconds: formatSeconds(ms) });
    showOutcome("sent", putIn(words.sentTitle, { name: facts.recipient }), took);
    showArrival(end);
  } else {
    showOutcome("whole", words.wholeTitle, words.wholeText);
  }
  element("again").hidden = false;
}

/** Puts the link to the proof in its place: what it carries stays behind the #, which no server is sent. */
export function showProof(fragment: string): void {
  proof.href = `${facts.explorer}#${fragment}`;
  proof.hidden = false;
}

function begin(): void {
  proof.hidden = true;
  element("again").hidden = true;
  showOutcome("running", words.sending, "");
  showScreen("run");
}

/** Shows on both phones what an event tells. */
export function showOnPhones(event: RunEvent): void {
  switch (event.kind) {
    case "began":
      begin();
      showBalances(event.before);
      return;
    case "step":
      if (event.step === "credited") burst();
      return;
    case "balances":
      showBalances(event.balances);
      return;
    case "ended":
      showEnd(event);
      return;
    case "failed":
      showOutcome("failed", words.failedTitle, messageOf(event.code));
      element("again").hidden = false;
      return;
    case "lost":
      showOutcome("failed", words.lostTitle, words.lostText);
      // It may have been lost before it was seen to begin.
      showScreen("run");
      element("again").hidden = false;
      return;
    case "told":
    case "place":
    case "clock":
      return;
  }
}
