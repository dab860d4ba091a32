import type { UserLanguage } from "../../../../sdk/errors/user-messages.ts";
import type { Words } from "../../../foundation/pages/words.ts";

/** What stands on the two phones and around them. `{name}` is put in where it stands. */
export const PHONE_WORDS = {
  title: {
    en: "Two phones, one payment",
    "zh-Hant": "兩部手機，一筆匯款",
    fil: "Dalawang phone, isang padala",
  },
  lead: {
    en: "Send Hong Kong dollars from the left phone; pesos arrive on the right. Everything you see comes from the services running on this machine.",
    "zh-Hant": "從左邊手機匯出港元，右邊手機收到披索。畫面上的一切都來自本機正在運行的服務。",
    fil: "Magpadala ng Hong Kong dollar mula sa kaliwang phone; piso ang darating sa kanan. Lahat ng nakikita mo ay galing sa mga serbisyong tumatakbo sa makinang ito.",
  },
  skip: { en: "Skip to the phones", "zh-Hant": "跳到手機", fil: "Lumaktaw sa mga phone" },
  language: { en: "Language", "zh-Hant": "語言", fil: "Wika" },
  explorer: {
    en: "Proof explorer",
    "zh-Hant": "憑證查驗",
    fil: "Tagasuri ng patunay",
  },
  sendersPhone: {
    en: "{name}’s phone, Hong Kong",
    "zh-Hant": "{name} 的手機（香港）",
    fil: "Phone ni {name}, Hong Kong",
  },
  recipientsPhone: {
    en: "{name}’s phone, Philippines",
    "zh-Hant": "{name} 的手機（菲律賓）",
    fil: "Phone ni {name}, Pilipinas",
  },
  greeting: { en: "Hello, {name}", "zh-Hant": "{name}，您好", fil: "Kumusta, {name}" },
  balance: { en: "Balance", "zh-Hant": "餘額", fil: "Balanse" },
  sendTo: { en: "Send to", "zh-Hant": "匯給", fil: "Ipadala kay" },
  youSend: { en: "You send", "zh-Hant": "您匯出", fil: "Ipapadala mo" },
  theyGet: { en: "They get", "zh-Hant": "對方收到", fil: "Matatanggap nila" },
  rate: { en: "Rate", "zh-Hant": "匯率", fil: "Palitan" },
  rateHolds: {
    en: "holds for {seconds} s",
    "zh-Hant": "{seconds} 秒內有效",
    fil: "tatagal nang {seconds} s",
  },
  rateLife: {
    en: "Time left at this rate",
    "zh-Hant": "此匯率剩餘時間",
    fil: "Natitirang oras ng palitang ito",
  },
  fee: { en: "Fee", "zh-Hant": "手續費", fil: "Singil" },
  total: { en: "You pay in all", "zh-Hant": "您共支付", fil: "Kabuuang babayaran" },
  cost: {
    en: "Total cost against the mid rate",
    "zh-Hant": "與中間價相比的總成本",
    fil: "Kabuuang gastos kumpara sa mid rate",
  },
  midRate: {
    en: "Mid rate {rate} ({source}, {date})",
    "zh-Hant": "中間價 {rate}（{source}，{date}）",
    fil: "Mid rate {rate} ({source}, {date})",
  },
  review: { en: "Continue", "zh-Hant": "繼續", fil: "Magpatuloy" },
  confirmTitle: { en: "Is this right?", "zh-Hant": "請核對", fil: "Tama ba ito?" },
  confirm: { en: "Send {amount}", "zh-Hant": "匯出 {amount}", fil: "Ipadala ang {amount}" },
  back: { en: "Back", "zh-Hant": "返回", fil: "Bumalik" },
  priceRenewed: {
    en: "The rate had run out. This is the new one.",
    "zh-Hant": "先前的匯率已過期，這是最新匯率。",
    fil: "Lumipas na ang palitan. Ito ang bago.",
  },
  sending: { en: "On its way", "zh-Hant": "匯款中", fil: "Papunta na" },
  sentTitle: {
    en: "{name} has the money",
    "zh-Hant": "{name} 已收到款項",
    fil: "Nasa kay {name} na ang pera",
  },
  sentIn: {
    en: "in {seconds} seconds",
    "zh-Hant": "用時 {seconds} 秒",
    fil: "sa loob ng {seconds} segundo",
  },
  wholeTitle: {
    en: "You have your money back",
    "zh-Hant": "款項已退回給您",
    fil: "Nasa iyo na muli ang pera mo",
  },
  wholeText: {
    en: "All of it, the fee included.",
    "zh-Hant": "全數退回，包括手續費。",
    fil: "Buo, kasama ang singil.",
  },
  lostTitle: {
    en: "This page has lost sight of it",
    "zh-Hant": "此頁已無法得知匯款結果",
    fil: "Hindi na alam ng pahinang ito ang nangyari",
  },
  lostText: {
    en: "If it was sent, it goes on without this page.",
    "zh-Hant": "如已匯出，匯款會繼續進行，不受此頁影響。",
    fil: "Kung naipadala na, tuloy ito kahit wala ang pahinang ito.",
  },
  failedTitle: { en: "Nothing was sent", "zh-Hant": "未有匯款", fil: "Walang naipadala" },
  again: { en: "Send again", "zh-Hant": "再次匯款", fil: "Magpadala muli" },
  proof: { en: "See the proof", "zh-Hant": "查看憑證", fil: "Tingnan ang patunay" },
  received: { en: "Received", "zh-Hant": "已收款項", fil: "Natanggap" },
  nothingYet: {
    en: "What arrives shows here.",
    "zh-Hant": "收到的款項會顯示在這裡。",
    fil: "Dito lalabas ang darating.",
  },
  arrived: {
    en: "{amount} from {name}",
    "zh-Hant": "收到 {name} 匯來的 {amount}",
    fil: "{amount} mula kay {name}",
  },
  between: {
    en: "What happens in between",
    "zh-Hant": "中間發生的事",
    fil: "Ang nangyayari sa gitna",
  },
  stepAccepted: { en: "Accepted", "zh-Hant": "已接納", fil: "Tinanggap" },
  stepReserved: { en: "Reserved on chain", "zh-Hant": "已在鏈上預留", fil: "Nakareserba sa chain" },
  stepCredited: { en: "Credited", "zh-Hant": "已入賬", fil: "Pumasok na" },
  stepSettled: {
    en: "Settled between the wallets",
    "zh-Hant": "錢包之間已結算",
    fil: "Naayos na ng mga wallet",
  },
  measured: {
    en: "Milliseconds since the relayer accepted it, as it measured them.",
    "zh-Hant": "由中繼服務接納起計的毫秒數，由其自行量度。",
    fil: "Millisecond mula nang tanggapin ng relayer, ayon sa sukat nito.",
  },
  placeSender: {
    en: "with {name}",
    "zh-Hant": "在 {name} 處",
    fil: "na kay {name}",
  },
  placeHeld: { en: "held on chain", "zh-Hant": "由區塊鏈保管", fil: "hawak ng chain" },
  placeTitle: { en: "Where the money is", "zh-Hant": "款項所在", fil: "Nasaan ang pera" },
  now: { en: "This payment", "zh-Hant": "這筆匯款", fil: "Ang padalang ito" },
  first: {
    en: "The first one, 2018",
    "zh-Hant": "首筆匯款，2018 年",
    fil: "Ang una, 2018",
  },
  secondsShort: { en: "{seconds} s", "zh-Hant": "{seconds} 秒", fil: "{seconds} s" },
  before: { en: "Before", "zh-Hant": "之前", fil: "Bago" },
  after: { en: "After", "zh-Hant": "之後", fil: "Pagkatapos" },
  clockLeft: {
    en: "The chain gives the money back in {seconds} s, by its own clock.",
    "zh-Hant": "區塊鏈將按其時鐘於 {seconds} 秒後退回款項。",
    fil: "Isasauli ng chain ang pera sa loob ng {seconds} s, ayon sa sarili nitong orasan.",
  },
  hurry: {
    en: "Move this machine’s chain clock forward",
    "zh-Hant": "把本機區塊鏈的時鐘撥快",
    fil: "Isulong ang orasan ng chain sa makinang ito",
  },
  lostSight: {
    en: "The connection to this machine was lost. The payment goes on without this page.",
    "zh-Hant": "與本機的連線已中斷。匯款會繼續進行，不受此頁影響。",
    fil: "Naputol ang koneksyon sa makinang ito. Tuloy ang padala kahit wala ang pahinang ito.",
  },
} as const satisfies Words<UserLanguage>;
