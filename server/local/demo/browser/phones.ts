/** The script of the two phones: asks for prices, sends, and shows what it is told. */
import type { Day, RunEvent } from "../run-events.ts";
import { post, Refused } from "./parts/ask.ts";
import { showBetween } from "./parts/between.ts";
import { packFragment } from "./parts/pack.ts";
import { element, words } from "./parts/page.ts";
import { showOnPhones, showProof, showScreen } from "./parts/phones.ts";
import {
  currentPrice,
  freshPrice,
  openPriceDesk,
  pausePrices,
  wanted,
} from "./parts/price-desk.ts";

const dayButtons = [...document.querySelectorAll<HTMLButtonElement>("[data-day]")];
let runId: string | undefined;

function setBusy(busy: boolean): void {
  for (const button of dayButtons) button.disabled = busy;
  pausePrices(busy);
}

async function linkProof(uetr: string): Promise<void> {
  const response = await fetch(`/demo/proofs/${uetr}`);
  if (response.ok) showProof(await packFragment("proof", await response.json()));
}

function show(event: RunEvent): void {
  showBetween(event);
  showOnPhones(event);
}

/** Follows a payment to its end. A connection that is lost comes back by itself, and is told all from the beginning. */
function follow(id: string): Promise<void> {
  const source = new EventSource(`/demo/payments/${id}/events`);
  return new Promise((resolve) => {
    source.addEventListener("run", ({ data }) => {
      const event = JSON.parse(data) as RunEvent;
      show(event);
      if (!["ended", "failed", "lost"].includes(event.kind)) return;
      source.close();
      if (event.kind === "ended") void linkProof(event.uetr);
      resolve();
    });
    source.addEventListener("error", () => {
      element("spoken").textContent = words.lostSight;
      if (source.readyState !== EventSource.CLOSED) return;
      // It does not come back: the payment goes on, and whoever looks at the phone is told so.
      show({ kind: "lost" });
      resolve();
    });
  });
}

/** Sends what is on the phone, on a good day or a bad one. */
async function send(day: Day): Promise<void> {
  const order = wanted();
  try {
    const price = await freshPrice();
    const { id } = await post<{ id: string }>("/demo/payments", {
      ...order,
      priceId: price.id,
      day,
    });
    runId = id;
    setBusy(true);
    await follow(id);
  } catch (error) {
    const text = error instanceof Refused ? error.message : words.lostSight;
    element("price-problem").textContent = text;
    element("price-problem").hidden = false;
    showScreen("amount");
  } finally {
    for (const button of dayButtons) button.disabled = false;
  }
}

element<HTMLFormElement>("screen-amount").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!currentPrice()) return;
  element("price-renewed").hidden = true;
  showScreen("confirm");
});
element("back").addEventListener("click", () => showScreen("amount"));
element("confirm").addEventListener("click", () => void send("good"));
element("again").addEventListener("click", () => {
  pausePrices(false);
  showScreen("amount");
});
element("hurry").addEventListener("click", () => {
  if (runId !== undefined) void post(`/demo/payments/${runId}/hurry`, {});
});
for (const button of dayButtons) {
  button.addEventListener("click", () => {
    element("phones").scrollIntoView({ block: "start" });
    void send(button.dataset["day"] as Day);
  });
}
openPriceDesk(() => {
  element("price-renewed").hidden = false;
});
