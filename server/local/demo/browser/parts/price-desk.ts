import type { PriceView } from "../../price-view.ts";
import { post, Refused } from "./ask.ts";
import { formatMoney, formatRate, putIn } from "./format.ts";
import { element, facts, language, words, writeAll } from "./page.ts";

/** After the last key, before a price is asked for. */
const PAUSE_MS = 300;
/** A refusal that passes by itself is asked about again. */
const RETRY_MS = 3_000;
const TICK_MS = 200;
/** A price is renewed so long before it lapses: whoever sends at the last moment still sends in time. */
const AHEAD_MS = 1_500;

/** What is typed on the phone. */
export interface Wanted {
  readonly fixedSide: "send" | "receive";
  readonly amount: { readonly value: string; readonly currency: string };
}

const sendInput = element<HTMLInputElement>("send-amount");
const receiveInput = element<HTMLInputElement>("receive-amount");
const problem = element("price-problem");
const review = element<HTMLButtonElement>("review");

let fixedSide: Wanted["fixedSide"] = "send";
let price: PriceView | undefined;
let lapsesAt = 0;
let asking: AbortController | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let paused = false;
/** Another price has been asked for in place of one that lapses. */
let renewing = false;
let onRenewed: () => void = () => {};

/** What was typed, in the form that amounts have: "1,000" becomes "1000.00". Anything odd is left for the wallet to refuse. */
function typed(input: HTMLInputElement): string {
  const plain = input.value.replace(/[\s,]/g, "");
  if (/^\d+$/.test(plain)) return `${plain}.00`;
  return /^\d+\.\d$/.test(plain) ? `${plain}0` : plain;
}

/** What the user wants, by the side that was typed last. */
export function wanted(): Wanted {
  const [input, currency] =
    fixedSide === "send" ? [sendInput, facts.sendCurrency] : [receiveInput, facts.receiveCurrency];
  return { fixedSide, amount: { value: typed(input), currency } };
}

/** The price on the phone, or undefined while there is none. */
export const currentPrice = (): PriceView | undefined =>
  performance.now() < lapsesAt ? price : undefined;

function showPrice(shown: PriceView): void {
  const money = (amount: PriceView["fee"]) => formatMoney(amount, language);
  const { sendAmount, receiveAmount, midRate } = shown;
  if (shown.fixedSide === "send") receiveInput.value = receiveAmount.value;
  else sendInput.value = sendAmount.value;
  const unit = { value: "1", currency: sendAmount.currency };
  const one = money(unit).replace(/\.00$/, "");
  writeAll(
    "data-price",
    "rate",
    `${one} = ${formatRate(shown.rate, receiveAmount.currency, language)}`,
  );
  const { value: rate, source, date } = midRate;
  const mid = { rate: formatRate(rate, receiveAmount.currency, language), source, date };
  writeAll("data-price", "mid", putIn(words.midRate, mid));
  writeAll("data-price", "fee", money(shown.fee));
  writeAll("data-price", "total", money(shown.totalDebit));
  writeAll("data-price", "cost", `${money(shown.cost)} · ${shown.cost.percent} %`);
  writeAll("data-price", "receive", money(receiveAmount));
  writeAll("data-price", "masked", shown.maskedName);
  element("masked-name").textContent = shown.maskedName;
  element("confirm").textContent = putIn(words.confirm, { amount: money(sendAmount) });
}

function showProblem(text: string | undefined): void {
  problem.hidden = text === undefined;
  problem.textContent = text ?? "";
  for (const input of [sendInput, receiveInput]) {
    input.toggleAttribute("aria-invalid", text !== undefined);
  }
}

function clear(): void {
  price = undefined;
  lapsesAt = 0;
  review.disabled = true;
  for (const name of ["rate", "fee", "total", "cost"]) writeAll("data-price", name, "–");
  writeAll("data-price", "left", "");
}

function askSoon(inMs: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void ask(), inMs);
}

/** Asks the wallet what it would cost now. */
async function ask(): Promise<void> {
  asking?.abort();
  if (paused || document.visibilityState === "hidden") return;
  asking = new AbortController();
  renewing = price !== undefined;
  try {
    price = await post<PriceView>("/demo/prices", wanted(), asking.signal);
    lapsesAt = performance.now() + price.leftMs - AHEAD_MS;
    showProblem(undefined);
    showPrice(price);
    tick();
    review.disabled = false;
    if (renewing) onRenewed();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    clear();
    showProblem(error instanceof Refused ? error.message : words.lostSight);
    askSoon(RETRY_MS);
  } finally {
    renewing = false;
  }
}

function tick(): void {
  if (!price || paused) return;
  const leftMs = Math.max(0, lapsesAt - performance.now());
  const seconds = `${Math.ceil(leftMs / 1_000)}`;
  writeAll("data-price", "left", putIn(words.rateHolds, { seconds }));
  for (const bar of document.querySelectorAll<HTMLProgressElement>('[data-price="life"]')) {
    bar.max = price.lifeMs - AHEAD_MS;
    bar.value = leftMs;
  }
  if (leftMs > 0 || renewing || document.visibilityState === "hidden") return;
  void ask();
}

function changed(side: Wanted["fixedSide"]): void {
  fixedSide = side;
  clear();
  showProblem(undefined);
  askSoon(PAUSE_MS);
}

/** No new price is asked for while a payment runs. */
export function pausePrices(pausing: boolean): void {
  paused = pausing;
  clear();
  if (!pausing) void ask();
}

/** Resolves with a price that holds. @throws Refused when there is none to be had. */
export async function freshPrice(): Promise<PriceView> {
  return currentPrice() ?? (await post<PriceView>("/demo/prices", wanted()));
}

/** Keeps a live price on the phone; `renewed` is called when another one has taken a lapsed one's place. */
export function openPriceDesk(renewed: () => void): void {
  onRenewed = renewed;
  sendInput.addEventListener("input", () => changed("send"));
  receiveInput.addEventListener("input", () => changed("receive"));
  document.addEventListener("visibilitychange", tick);
  setInterval(tick, TICK_MS);
  void ask();
}
