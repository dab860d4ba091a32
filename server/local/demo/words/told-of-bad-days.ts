import { type Told, told } from "./told.ts";

/** What is told of what went wrong, by name. */
export const TOLD_OF_BAD_DAYS = {
  "account-closed": {
    en: told(
      "The recipient’s account was closed just now.",
      "The wallet’s directory still shows it as open, so the payment sets out.",
    ),
    "zh-Hant": told("收款人的賬戶剛剛關閉。", "錢包的名錄仍顯示為開啟，所以匯款照常出發。"),
    fil: told(
      "Kasasara lang ng account ng tatanggap.",
      "Bukas pa rin ito sa talaan ng wallet, kaya umalis ang padala.",
    ),
  },
  "bank-slowed": {
    en: told(
      "The bank now takes four seconds for every rate.",
      "This payment does not wait for it: the bank signed its rate beforehand.",
    ),
    "zh-Hant": told("銀行現在每次報價需時四秒。", "這筆匯款不用等：銀行早已簽署匯率。"),
    fil: told(
      "Apat na segundo na ang bangko sa bawat palitan.",
      "Hindi ito hihintayin ng padala: pinirmahan na ng bangko ang palitan noon pa.",
    ),
  },
  "bank-answered": {
    en: told(
      "The bank answered the next request after {seconds} s.",
      "By then the payment was over, at the rate that was shown.",
    ),
    "zh-Hant": told("銀行在 {seconds} 秒後才回應下一個請求。", "那時匯款早已按顯示的匯率完成。"),
    fil: told(
      "Sumagot ang bangko sa sumunod na hiling makalipas ang {seconds} s.",
      "Tapos na noon ang padala, sa palitang ipinakita.",
    ),
  },
  "wallet-silenced": {
    en: told(
      "The receiving wallet takes every order and answers none.",
      "Nobody guesses what it did: only its signature, or the clock, decides.",
    ),
    "zh-Hant": told(
      "收款錢包收下所有指示，但一概不回應。",
      "沒有人會猜測它做了甚麼：只有它的簽署或時限才算數。",
    ),
    fil: told(
      "Tinatanggap ng wallet ang bawat utos pero walang sinasagot.",
      "Walang nanghuhula: pirma lang nito, o ang orasan, ang magpapasya.",
    ),
  },
  "waits-for-clock": {
    en: told(
      "No answer yet. The hold ends in {seconds} s.",
      "Until then a late answer still counts; after it, the money goes back.",
    ),
    "zh-Hant": told(
      "仍未有回應。保管期於 {seconds} 秒後結束。",
      "在此之前遲來的回應仍然有效；之後款項退回。",
    ),
    fil: told(
      "Wala pang sagot. Matatapos ang paghawak sa loob ng {seconds} s.",
      "Hanggang doon, may bisa pa ang huling sagot; pagkatapos, babalik ang pera.",
    ),
  },
  "clock-moved": {
    en: told(
      "You moved the local chain’s clock {seconds} s forward.",
      "Only a chain on your own machine lets you: elsewhere everybody waits.",
    ),
    "zh-Hant": told(
      "您把本機區塊鏈的時鐘撥快了 {seconds} 秒。",
      "只有您自己的機器可以這樣做：在其他地方人人都要等。",
    ),
    fil: told(
      "Isinulong mo ang orasan ng lokal na chain nang {seconds} s.",
      "Sa sarili mong makina lang ito puwede: sa iba, lahat ay naghihintay.",
    ),
  },
  "chain-stopped": {
    en: told(
      "The chain stopped at block {block}.",
      "What has no block has not happened: nobody holds the money yet but its sender’s wallet.",
    ),
    "zh-Hant": told(
      "區塊鏈停在第 {block} 個區塊。",
      "沒有區塊就等於沒有發生：款項仍只在匯款人的錢包。",
    ),
    fil: told(
      "Tumigil ang chain sa block {block}.",
      "Ang walang block ay hindi pa nangyari: nasa wallet pa lang ng nagpadala ang pera.",
    ),
  },
  "chain-still": {
    en: told(
      "Still block {block}. The signed order waits.",
      "It can get in once, or lapse: it cannot be paid twice.",
    ),
    "zh-Hant": told(
      "仍是第 {block} 個區塊。已簽署的指示在等候。",
      "它只能生效一次，或者失效：不可能支付兩次。",
    ),
    fil: told(
      "Block {block} pa rin. Naghihintay ang pirmadong utos.",
      "Isang beses lang itong papasok, o lilipas: hindi mababayaran nang dalawang beses.",
    ),
  },
  "chain-goes-on": {
    en: told(
      "The chain makes blocks again.",
      "The order goes into the next one, at the rate that was shown.",
    ),
    "zh-Hant": told("區塊鏈恢復產生區塊。", "指示會進入下一個區塊，匯率與顯示的一樣。"),
    fil: told(
      "Gumagawa na muli ng block ang chain.",
      "Papasok ang utos sa susunod, sa palitang ipinakita.",
    ),
  },
  "relayer-killed": {
    en: told(
      "The relayer’s process was killed (kill -9).",
      "It holds no money and no key to any: all it promised is in its database.",
    ),
    "zh-Hant": told(
      "中繼服務的程序已被強制終止（kill -9）。",
      "它不持有款項，也沒有動用款項的密鑰：它的承諾全在資料庫中。",
    ),
    fil: told(
      "Pinatay ang proseso ng relayer (kill -9).",
      "Wala itong hawak na pera o susi: nasa database nito ang lahat ng ipinangako.",
    ),
  },
  "chain-holds": {
    en: told(
      "The chain was asked without it: {status}.",
      "Settling or giving back is open to anybody: a wallet can do it by itself.",
    ),
    "zh-Hant": told(
      "繞過它直接查詢區塊鏈：{status}。",
      "任何人都可以結算或退回：錢包自己也做得到。",
    ),
    fil: told(
      "Tinanong ang chain nang wala ito: {status}.",
      "Kahit sino ay puwedeng mag-settle o magsauli: kaya ito ng wallet mag-isa.",
    ),
  },
  "relayer-back": {
    en: told(
      "The relayer is back after {seconds} s and goes on.",
      "It found the order and its signed chain transactions where it left them.",
    ),
    "zh-Hant": told(
      "中繼服務在 {seconds} 秒後恢復並繼續。",
      "它找回原來的指示和已簽署的區塊鏈交易。",
    ),
    fil: told(
      "Bumalik ang relayer makalipas ang {seconds} s at nagpatuloy.",
      "Natagpuan nito ang utos at mga pirmadong transaksyon kung saan iniwan.",
    ),
  },
} as const satisfies Record<string, Told>;
