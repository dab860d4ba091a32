import { reasonText } from "../../protocol/reason-codes.ts";
import { PROBLEMS, type ProblemCode } from "../../protocol/wire/problem-catalogue.ts";
import { CLIENT_PROBLEMS, type ErrorCode } from "../../sdk/errors/corridor-error.ts";
import {
  REASON_TOPICS,
  topicOf,
  USER_MESSAGES,
  type UserTopic,
} from "../../sdk/errors/user-messages.ts";
import { REMEDIES } from "./remedies.ts";

const row = (...cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const table = (header: readonly string[], rows: readonly string[]) =>
  [row(...header), row(...header.map(() => "---")), ...rows].join("\n");

const INTRODUCTION = `# Errors

*Generated from the catalogue by \`npm run errors\`; do not edit.*

Every refusal and failure of every API of the rail is an RFC 9457 document, \`application/problem+json\`:

\`\`\`json
{
  "type": "https://corridor.example/problems/payee-unavailable",
  "title": "The recipient cannot be paid",
  "status": 422,
  "code": "payee-unavailable",
  "detail": "the recipient cannot be paid in this corridor",
  "instance": "urn:uuid:0f9a3f0e-7f4e-4f0c-8a43-0a4f6c1d2b7e",
  "pointer": "/creditor/account",
  "remedy": "check the recipient's account with the recipient",
  "retryable": false
}
\`\`\`

Switch on \`code\`, which is stable; \`title\`, \`detail\` and \`remedy\` are for people. \`pointer\` (RFC 6901) names the field
at fault, \`instance\` is the request's id, and \`retryable\` says whether the same request may succeed later without change.
The SDK's client throws one class, \`CorridorError\`, with the same \`code\`, \`retryable\`, \`pointer\`, \`remedy\` and \`instance\`.
Its parts that go to a node by themselves throw \`ChainRefused\`, with the contract's own reason, and \`ChainUnreachable\`;
\`toCorridorError\` makes the one class of these, too.

**A refusal of an order is not the end of its money.** The relayer holds a signed batch: give money back to your user only
when your own node shows *rejected*, *expired* or *returned*, or *None* in a block at or past the quote's \`validUntil\`.
`;

function codeRows(): string[] {
  return Object.entries(PROBLEMS).map(([code, { status, title, retryable }]) =>
    row(
      `\`${code}\``,
      `${status}`,
      retryable ? "yes" : "no",
      title,
      REMEDIES[code as ProblemCode],
      topicOf(code as ProblemCode),
    ),
  );
}

function clientRows(): string[] {
  return Object.entries(CLIENT_PROBLEMS).map(([code, { title, retryable }]) =>
    row(
      `\`${code}\``,
      retryable ? "yes" : "no",
      title,
      REMEDIES[code as ErrorCode],
      topicOf(code as ErrorCode),
    ),
  );
}

const messageRows = (Object.keys(USER_MESSAGES) as UserTopic[]).map((topic) => {
  const texts = USER_MESSAGES[topic];
  return row(topic, texts.en, texts["zh-Hant"], texts.fil);
});

function textOf(code: string): string {
  for (const message of ["pacs.002", "pacs.004"] as const) {
    try {
      return reasonText(message, code);
    } catch {
      // It is a code of the other message.
    }
  }
  return "";
}

const reasonRows = Object.entries(REASON_TOPICS).map(([code, topic]) =>
  row(`\`${code}\``, textOf(code), topic),
);

/** The page of docs/errors.md: every code, what it means, what to do, and what an end user may see of it. */
export function makeErrorsPage(): string {
  return [
    INTRODUCTION,
    "## Codes of the APIs\n",
    table(["code", "HTTP", "again later", "meaning", "what to do", "the user sees"], codeRows()),
    "\n## Codes of the SDK alone\n",
    table(["code", "again later", "meaning", "what to do", "the user sees"], clientRows()),
    "\n## What an end user may see\n",
    "`userMessageFor(code, language)` and `userMessageForReason(reason, language)` of the SDK. No text tells one refused",
    "recipient from another, or that a name was screened.\n",
    table(["topic", "English", "繁體中文", "Filipino"], messageRows),
    "\n## Reasons of transfers\n",
    "ISO 20022 external codes: why a transfer was rejected (pacs.002) or returned (pacs.004). The same four letters stand on",
    "chain, in the API, in webhooks and events, and in files.\n",
    table(["reason", "ISO 20022 says", "the user sees"], reasonRows),
    "",
  ].join("\n");
}
