import type { UserLanguage } from "../../../../sdk/errors/user-messages.ts";
import type { Words } from "../../../foundation/pages/words.ts";
import type { Day } from "../run-events.ts";

/** The buttons of the bad days, and what each of them does to the payment. */
export const DAY_WORDS = {
  title: { en: "Now break something", "zh-Hant": "現在試試出問題", fil: "Ngayon, sirain natin" },
  lead: {
    en: "Each button sends the amount on the left phone on a bad day. Watch the money: it always ends with one of the two.",
    "zh-Hant":
      "每個按鈕都會在「不順的一天」匯出左邊手機上的金額。留意款項去向：最後必定在其中一人手上。",
    fil: "Bawat pindutan ay magpapadala ng halagang nasa kaliwang phone sa masamang araw. Bantayan ang pera: palagi itong nauuwi sa isa sa dalawa.",
  },
  goodName: { en: "A good day", "zh-Hant": "順利的一天", fil: "Magandang araw" },
  closedAccountName: {
    en: "The account is closed",
    "zh-Hant": "賬戶已關閉",
    fil: "Sarado ang account",
  },
  closedAccountText: {
    en: "The recipient’s account closes after the price was shown.",
    "zh-Hant": "顯示價格後，收款人的賬戶才關閉。",
    fil: "Nagsara ang account ng tatanggap matapos ipakita ang presyo.",
  },
  bankSlowName: { en: "The bank is slow", "zh-Hant": "銀行反應慢", fil: "Mabagal ang bangko" },
  bankSlowText: {
    en: "The bank takes four seconds to answer anything about rates.",
    "zh-Hant": "銀行回應任何匯率查詢都要四秒。",
    fil: "Apat na segundo bago sumagot ang bangko tungkol sa palitan.",
  },
  walletSilentName: {
    en: "The other wallet is silent",
    "zh-Hant": "對方錢包沒有回應",
    fil: "Tahimik ang kabilang wallet",
  },
  walletSilentText: {
    en: "The receiving wallet takes the order and never answers.",
    "zh-Hant": "收款錢包收到指示後一直沒有回應。",
    fil: "Tinanggap ng kabilang wallet ang utos at hindi na sumagot.",
  },
  chainStalledName: { en: "The chain stalls", "zh-Hant": "區塊鏈停頓", fil: "Tumigil ang chain" },
  chainStalledText: {
    en: "No block is made for eight seconds.",
    "zh-Hant": "八秒內沒有新區塊。",
    fil: "Walang block na nagawa sa loob ng walong segundo.",
  },
  relayerKilledName: {
    en: "The relayer is killed",
    "zh-Hant": "中繼服務被強制終止",
    fil: "Pinatay ang relayer",
  },
  relayerKilledText: {
    en: "Its process is killed in mid-payment, and started again.",
    "zh-Hant": "匯款途中強制終止其程序，然後重新啟動。",
    fil: "Pinatay ang proseso nito sa gitna ng padala, saka muling binuhay.",
  },
} as const satisfies Words<UserLanguage>;

/** Each bad day's name and text. */
export const BAD_DAYS = [
  ["closed-account", "closedAccountName", "closedAccountText"],
  ["bank-slow", "bankSlowName", "bankSlowText"],
  ["wallet-silent", "walletSilentName", "walletSilentText"],
  ["chain-stalled", "chainStalledName", "chainStalledText"],
  ["relayer-killed", "relayerKilledName", "relayerKilledText"],
] as const satisfies readonly (readonly [Day, keyof typeof DAY_WORDS, keyof typeof DAY_WORDS])[];
