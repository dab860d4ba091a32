import type { UserLanguage } from "../../../../../sdk/errors/user-messages.ts";
import { wordsIn } from "../../../../foundation/pages/words.ts";
import { PHONE_WORDS } from "../../words/phone-words.ts";

/** The page's language, as the server wrote it. */
export const language = document.documentElement.lang as UserLanguage;
export const words = wordsIn(PHONE_WORDS, language);

/** An element that the page has. @throws when it has not: template and script do not fit. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found as T;
}

/** Writes text wherever the page has a place of this name, such as `data-price="fee"`. */
export function writeAll(attribute: string, name: string, text: string): void {
  for (const each of document.querySelectorAll(`[${attribute}="${name}"]`)) each.textContent = text;
}

/** What the server put on the page for its script. */
export const facts = element("demo").dataset as Readonly<
  Record<"sendCurrency" | "receiveCurrency" | "sender" | "recipient" | "explorer", string>
>;
