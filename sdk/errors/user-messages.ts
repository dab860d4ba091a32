import type { ErrorCode } from "./corridor-error.ts";

/** Languages in which an end user is told. BCP 47: English, Traditional Chinese, Filipino. */
export const USER_LANGUAGES = ["en", "zh-Hant", "fil"] as const;
/** One of them. */
export type UserLanguage = (typeof USER_LANGUAGES)[number];

/**
 * What an end user may see, by topic. It never tells one refused recipient from another, nor that a name was screened:
 * both would tell a stranger something.
 */
export const USER_MESSAGES = {
  amount: {
    en: "Check the amount.",
    "zh-Hant": "請檢查金額。",
    fil: "Pakisuri ang halaga.",
  },
  limit: {
    en: "This amount is outside what can be sent. Choose another amount.",
    "zh-Hant": "金額超出可匯款範圍，請輸入其他金額。",
    fil: "Lampas sa puwedeng ipadala ang halagang ito. Pumili ng ibang halaga.",
  },
  balance: {
    en: "Your balance is too low.",
    "zh-Hant": "您的餘額不足。",
    fil: "Kulang ang iyong balanse.",
  },
  recipient: {
    en: "This recipient cannot be paid. Check the number with them.",
    "zh-Hant": "無法向此收款人匯款，請向對方核對號碼。",
    fil: "Hindi mapapadalhan ang tatanggap na ito. Tiyakin sa kanya ang numero.",
  },
  price: {
    en: "The price has expired. Ask for a new one.",
    "zh-Hant": "報價已過期，請重新取得報價。",
    fil: "Lipas na ang presyo. Humingi ng bago.",
  },
  later: {
    en: "This cannot be sent just now. Try again later.",
    "zh-Hant": "目前無法匯款，請稍後再試。",
    fil: "Hindi ito maipapadala sa ngayon. Subukan muli mamaya.",
  },
  underWay: {
    en: "Your payment is on its way. Do not send it again.",
    "zh-Hant": "款項正在處理中，請勿重複匯款。",
    fil: "Ipinoproseso na ang iyong padala. Huwag itong ipadala muli.",
  },
  support: {
    en: "This cannot be sent. Contact support.",
    "zh-Hant": "無法完成此匯款，請聯絡客戶服務。",
    fil: "Hindi ito maipapadala. Makipag-ugnayan sa suporta.",
  },
  accountRefused: {
    en: "The recipient's account cannot take this money. It will be returned to you.",
    "zh-Hant": "收款帳戶無法接收此款項，款項將退還給您。",
    fil: "Hindi matanggap ng account ng tatanggap ang perang ito. Ibabalik ito sa iyo.",
  },
  tooMuchForAccount: {
    en: "The recipient's account cannot take this much. The money will be returned to you.",
    "zh-Hant": "收款帳戶無法接收此金額，款項將退還給您。",
    fil: "Hindi matanggap ng account ng tatanggap ang ganitong halaga. Ibabalik sa iyo ang pera.",
  },
  paidBefore: {
    en: "This payment was made before. The second one will be returned to you.",
    "zh-Hant": "此款項先前已支付，重複的款項將退還給您。",
    fil: "Nabayaran na ito dati. Ibabalik sa iyo ang ikalawang bayad.",
  },
  cancelled: {
    en: "The payment was cancelled. The money will be returned to you.",
    "zh-Hant": "款項已取消，將退還給您。",
    fil: "Kinansela ang padala. Ibabalik sa iyo ang pera.",
  },
  givenBack: {
    en: "The recipient gave the money back. It was returned to you.",
    "zh-Hant": "收款人已退回款項，並已退還給您。",
    fil: "Isinauli ng tatanggap ang pera. Naibalik na ito sa iyo.",
  },
  notDone: {
    en: "The payment could not be made. The money will be returned to you.",
    "zh-Hant": "款項無法送達，將退還給您。",
    fil: "Hindi naituloy ang padala. Ibabalik sa iyo ang pera.",
  },
} as const satisfies Record<string, Readonly<Record<UserLanguage, string>>>;

/** What a message is about. */
export type UserTopic = keyof typeof USER_MESSAGES;

/** The codes that an end user's own doing, or the moment, may lead to. All others are for engineers. */
const TOPICS: Partial<Record<ErrorCode, UserTopic>> = {
  "amount-format": "amount",
  "amount-range": "amount",
  "amount-scale": "amount",
  "limit-exceeded": "limit",
  "funds-insufficient": "balance",
  "account-format": "recipient",
  "payee-unavailable": "recipient",
  "same-party": "recipient",
  "quote-invalid": "price",
  "quote-used": "price",
  "corridor-closed": "later",
  "liquidity-unavailable": "later",
  "rate-limited": "later",
  "reservations-halted": "later",
  "screening-unavailable": "later",
  "stale-rate": "later",
  "bank-unavailable": "later",
  "chain-unavailable": "later",
  "database-unavailable": "later",
  "participant-unavailable": "later",
  overloaded: "later",
  "idempotency-in-progress": "underWay",
  "relayer-unreachable": "underWay",
  "transfer-exists": "underWay",
};

/** What an end user may be told of an error; to contact support for whatever is none of theirs. */
export const topicOf = (code: ErrorCode): UserTopic => TOPICS[code] ?? "support";

/** What an end user may be told of an error, in one of three languages. */
export const userMessageFor = (code: ErrorCode, language: UserLanguage): string =>
  USER_MESSAGES[topicOf(code)][language];

/** ISO 20022 reasons that the wallets and the relayer of the rail give, and what an end user may be told of each. */
export const REASON_TOPICS: Readonly<Record<string, UserTopic>> = {
  AC01: "accountRefused",
  AC04: "accountRefused",
  AC06: "accountRefused",
  AM02: "tooMuchForAccount",
  AM03: "notDone",
  AM05: "paidBefore",
  AM09: "notDone",
  CUST: "cancelled",
  FOCR: "givenBack",
  RC01: "notDone",
};

/** What an end user may be told of a transfer that was rejected or returned for a reason. */
export const userMessageForReason = (reason: string, language: UserLanguage): string =>
  USER_MESSAGES[REASON_TOPICS[reason] ?? "notDone"][language];
