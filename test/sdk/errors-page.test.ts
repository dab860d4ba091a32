import { readFileSync } from "node:fs";
import { expect } from "chai";
import { PROBLEMS } from "../../protocol/wire/problem-catalogue.ts";
import { makeErrorsPage } from "../../scripts/errors-page/make-errors-page.ts";
import { CLIENT_PROBLEMS, CorridorError, type ErrorCode } from "../../sdk/errors/corridor-error.ts";
import {
  REASON_TOPICS,
  USER_LANGUAGES,
  userMessageFor,
  userMessageForReason,
} from "../../sdk/errors/user-messages.ts";

const CODES = [...Object.keys(PROBLEMS), ...Object.keys(CLIENT_PROBLEMS)] as ErrorCode[];

describe("the page of errors", () => {
  it("is what the catalogue makes of it", () => {
    const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
    expect(page, "run npm run errors").to.equal(makeErrorsPage());
  });

  it("has a line for each code, and a meaning of ISO 20022 for each reason", () => {
    const page = makeErrorsPage();
    for (const code of CODES) expect(page).to.include(`| \`${code}\` |`);
    for (const reason of Object.keys(REASON_TOPICS)) {
      expect(page).to.match(new RegExp(`\\| \`${reason}\` \\| [A-Z]`));
    }
  });

  it("has a text for an end user for each code in each language, and never one about screening", () => {
    for (const language of USER_LANGUAGES) {
      for (const code of CODES) expect(userMessageFor(code, language), code).to.match(/[.。]$/);
      const hit = userMessageFor("screening-hit", language);
      expect(hit).to.equal(userMessageFor("internal", language));
      expect(userMessageForReason("ZZ99", language)).to.match(/[.。]$/);
    }
    expect(userMessageFor("payee-unavailable", "zh-Hant")).to.match(/\p{Script=Han}/u);
  });

  it("tells retryable from final for each code as the catalogue does", () => {
    const all: Record<string, { retryable: boolean }> = { ...PROBLEMS, ...CLIENT_PROBLEMS };
    for (const code of CODES) {
      expect(new CorridorError(code, "x").retryable, code).to.equal(all[code]?.retryable);
    }
  });
});
