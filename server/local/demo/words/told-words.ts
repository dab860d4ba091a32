import type { ToldName } from "../run-events.ts";
import { type Told, told } from "./told.ts";
import { TOLD_OF_BAD_DAYS } from "./told-of-bad-days.ts";

/** What is told of any payment. */
const TOLD_OF_PAYMENTS = {
  debited: {
    en: told(
      "The sending wallet set the money aside and signed.",
      "It stores the signed order before it sends anything: nothing is forgotten.",
    ),
    "zh-Hant": told("匯款錢包已扣起款項並簽署。", "它先儲存已簽署的指示才發送，因此不會遺失。"),
    fil: told(
      "Itinabi ng nagpapadalang wallet ang pera at pumirma.",
      "Itinatago muna nito ang pirmadong utos bago magpadala: walang nakakalimutan.",
    ),
  },
  reserved: {
    en: told(
      "Both sums are held on chain: dollars and pesos.",
      "Nobody can take either of them now. They move together, or both go back.",
    ),
    "zh-Hant": told(
      "兩筆款項已由區塊鏈保管：港元和披索。",
      "現在誰也拿不走。兩筆要麼一起交收，要麼一起退回。",
    ),
    fil: told(
      "Hawak na ng chain ang dalawang halaga: dolyar at piso.",
      "Walang makakakuha sa alinman. Sabay silang gagalaw, o sabay na babalik.",
    ),
  },
  credited: {
    en: told(
      "The receiving wallet credited and signed for it.",
      "The sending wallet checked that signature: the recipient can spend the money.",
    ),
    "zh-Hant": told("收款錢包已入賬並簽署。", "匯款錢包已核對簽署：收款人可以使用款項。"),
    fil: told(
      "Pinasok ng tumatanggap na wallet ang pera at pumirma.",
      "Sinuri ng nagpadalang wallet ang pirma: magagastos na ng tatanggap ang pera.",
    ),
  },
  settled: {
    en: told(
      "The chain exchanged both sums at once.",
      "Payment against payment: no wallet waits for another’s promise.",
    ),
    "zh-Hant": told("區塊鏈已同時交換兩筆款項。", "一手交錢一手交錢：沒有錢包要靠對方的承諾。"),
    fil: told(
      "Sabay na ipinagpalit ng chain ang dalawang halaga.",
      "Bayad kapalit ng bayad: walang wallet na umaasa sa pangako ng iba.",
    ),
  },
  refused: {
    en: told(
      "The receiving wallet refused it and signed why: {reason}.",
      "Its signed refusal frees the money on chain; nobody has to be asked again.",
    ),
    "zh-Hant": told(
      "收款錢包拒絕並簽署原因：{reason}。",
      "已簽署的拒絕使區塊鏈釋放款項，無須再問任何人。",
    ),
    fil: told(
      "Tinanggihan ng tumatanggap na wallet at pinirmahan ang dahilan: {reason}.",
      "Pinapakawalan ng pirmadong pagtanggi ang pera sa chain; wala nang kailangang tanungin.",
    ),
  },
  released: {
    en: told(
      "Time ran out: the chain released both sums ({reason}).",
      "From this block on, no late answer can move them any more.",
    ),
    "zh-Hant": told(
      "時限已到：區塊鏈釋放兩筆款項（{reason}）。",
      "由這個區塊起，遲來的回應不能再動用款項。",
    ),
    fil: told(
      "Naubos ang oras: pinakawalan ng chain ang dalawang halaga ({reason}).",
      "Mula sa block na ito, wala nang huling sagot na makakagalaw sa mga ito.",
    ),
  },
  refunded: {
    en: told(
      "The sending wallet saw that on its own node and gave everything back.",
      "Amount and fee: it believes the chain, not the relayer.",
    ),
    "zh-Hant": told(
      "匯款錢包在自己的節點上看到後，全數退回。",
      "包括金額和手續費：它相信區塊鏈，而非中繼服務。",
    ),
    fil: told(
      "Nakita ito ng nagpadalang wallet sa sarili nitong node at isinauli ang lahat.",
      "Halaga at singil: ang chain ang pinaniniwalaan nito, hindi ang relayer.",
    ),
  },
} as const satisfies Record<string, Told>;

/** What is told while a payment runs, by name. */
export const TOLD_WORDS: Readonly<Record<ToldName, Told>> = {
  ...TOLD_OF_PAYMENTS,
  ...TOLD_OF_BAD_DAYS,
};
