/** Bodies as they may be sent: the local corridor takes each of them as it stands, but for ids and signatures. */
const HEX32 = `0x${"5a".repeat(32)}`;
const SIGNATURE = `0x${"5a".repeat(64)}1b`;
const SENDER = "+85291234567";
const RECIPIENT = "+639171234567";

export const CORRIDOR = "HKD-PHP:harbour-wallet:island-wallet";
export const UETR = "8a562c67-ca16-48ba-b074-65581be6f001";
const QUOTE_ID = "0c7a3a52-5b1e-4c8e-9c65-3f8e2f1b7a10";
const PUBLIC_KEY = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
const ORDER = { by: "ops-desk", reason: "drill of the runbook" };

export const quoteRequest = {
  corridor: CORRIDOR,
  fixedSide: "send",
  amount: { value: "1000.00", currency: "HKD" },
  debtor: { name: "Grace Santos" },
  creditor: { account: { type: "mobile", value: RECIPIENT } },
};

export const batchQuoteRequest = { quotes: [quoteRequest] };

const details = {
  uetr: UETR,
  endToEndId: "NOTPROVIDED",
  instructedAmount: { value: "1000.00", currency: "HKD" },
  creditedAmount: { value: "7336.68", currency: "PHP" },
  exchangeRate: "7.3366840389",
  charges: [{ type: "TRANSFER", amount: { value: "0.00", currency: "HKD" } }],
  debtor: { name: "Grace Santos", account: { type: "mobile", value: SENDER } },
  debtorAgent: "HRBRHKH0",
  creditor: { name: "María Peñaflor", account: { type: "mobile", value: RECIPIENT } },
  creditorAgent: "ISLDPHM0",
  purpose: "MP2P",
};
const batch = { root: HEX32, quoteHash: HEX32, sendTotal: "100000", count: 1 };

export const transferRequest = {
  quoteId: QUOTE_ID,
  details,
  salt: HEX32,
  batch,
  signature: SIGNATURE,
};
export const batchRequest = {
  transfers: [{ quoteId: QUOTE_ID, details, salt: HEX32 }],
  batch,
  signature: SIGNATURE,
};
export const nothing = {};
export const webhookEndpointRequest = { url: "https://127.0.0.1:8443/rail" };
export const webhookReplay = { fromSeq: "0" };
export const requestKeyRequest = {
  publicKey: PUBLIC_KEY,
  proof: "5a".repeat(43),
  notAfter: "2028-06-25T00:00:00Z",
};

export const haltRequest = { scope: `corridor:${CORRIDOR}`, ...ORDER };
export const order = ORDER;
export const keyOrder = { publicKey: PUBLIC_KEY, ...ORDER };
export const sendLimitRequest = {
  corridor: CORRIDOR,
  dailyMaximum: { value: "5000000.00", currency: "HKD" },
  ...ORDER,
};

export const lookupRequest = {
  corridor: CORRIDOR,
  account: { type: "mobile", value: RECIPIENT },
};
export const lookupManyRequest = {
  corridor: CORRIDOR,
  accounts: [{ type: "mobile", value: RECIPIENT }],
};
const ACCOUNTS = {
  bank: "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65",
  payer: "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc",
  payee: "0x976EA74026E726554dB657fA54763abd0C3a0aa9",
};
export const creditInstruction = {
  quote: {
    ...ACCOUNTS,
    sendToken: "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512",
    receiveToken: "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0",
    rate: "7336684038900",
    maxSend: "1000000000",
    validUntil: "1795341060",
    settleUntil: "1795341360",
    returnUntil: "1797933360",
    salt: "1",
  },
  batch,
  items: [{ sendMinor: "100000", receiveMinor: "733668", details, salt: HEX32 }],
};
export const recallRequest = { payer: ACCOUNTS.payer, reason: "CUST" };

export const fxQuoteRequest = { corridor: CORRIDOR, payer: ACCOUNTS.payer, payee: ACCOUNTS.payee };
export const fundingRequest = {
  fundingId: HEX32,
  account: ACCOUNTS.payer,
  amount: { value: "1000.00", currency: "HKD" },
};
export const cycleRequest = { fromBlock: 1, toBlock: 2, movements: [] };
