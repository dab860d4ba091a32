import type { UserLanguage } from "../../../sdk/errors/user-messages.ts";
import { USER_LANGUAGES } from "../../../sdk/errors/user-messages.ts";
import type { Page } from "../../foundation/pages/create-pages.ts";
import { wordsIn } from "../../foundation/pages/words.ts";
import { formatMoney, putIn } from "./browser/parts/format.ts";
import type { Stage } from "./stage.ts";
import { BAD_DAYS, DAY_WORDS } from "./words/day-words.ts";
import { PHONE_WORDS } from "./words/phone-words.ts";

const LANGUAGE_NAMES: Readonly<Record<UserLanguage, string>> = {
  en: "English",
  "zh-Hant": "繁體中文",
  fil: "Filipino",
};
/** What somebody may want to send first; the corridor's limits are the wallets' business. */
const FIRST_AMOUNT = "1000.00";

const maskPhone = (phone: string) => `${phone.slice(0, 6)}•••${phone.slice(-3)}`;
const firstName = (name: string) => name.split(" ")[0] ?? name;

/** The page of the two phones, in a language, with both balances as they are now. */
export async function viewPhones(stage: Stage, language: UserLanguage): Promise<Page> {
  const { corridor, local, sender, recipient } = stage;
  const balances = await stage.balances();
  const words = wordsIn(PHONE_WORDS, language);
  const dayWords = wordsIn(DAY_WORDS, language);
  const walletName = (id: string) =>
    local.plan.wallets.find(({ participant }) => participant.id === id)?.participant.name ?? id;
  return {
    view: "phones",
    title: `${words.title} · Corridor`,
    description: words.lead,
    language,
    data: {
      words,
      dayWords,
      putIn,
      languages: USER_LANGUAGES.map((tag) => ({ tag, name: LANGUAGE_NAMES[tag] })),
      days: BAD_DAYS.map(([day, name, text]) => ({
        day,
        name: dayWords[name],
        text: dayWords[text],
      })),
      sender: { name: sender.name, first: firstName(sender.name) },
      recipient: {
        name: recipient.name,
        first: firstName(recipient.name),
        phone: maskPhone(recipient.phone),
      },
      wallets: { sending: walletName(corridor.payer), receiving: walletName(corridor.payee) },
      balances: {
        sender: formatMoney(balances.sender, language),
        recipient: formatMoney(balances.recipient, language),
      },
      currencies: { send: corridor.sendCurrency, receive: corridor.receiveCurrency },
      firstAmount: FIRST_AMOUNT,
      explorer: `${local.relayerUrl}/explorer`,
    },
  };
}
