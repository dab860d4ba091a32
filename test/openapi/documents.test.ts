import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { expect } from "chai";
import { buildDocument, type Json } from "../../protocol/openapi/build-document.ts";
import { INTERFACES, publishedDocuments } from "../../protocol/openapi/interfaces.ts";
import { PROBLEMS } from "../../protocol/wire/problem-catalogue.ts";
import { renderPage } from "../../server/foundation/http/render-docs.ts";
import { createAnswerChecker } from "./answer-checker.ts";

const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

describe("the published interface descriptions", () => {
  for (const [name, text] of Object.entries(publishedDocuments())) {
    it(`docs/openapi/${name} is what the schemas say (else run npm run openapi)`, () => {
      const file = new URL(`../../docs/openapi/${name}`, import.meta.url);
      expect(readFileSync(file, "utf8") === text).to.equal(true);
    });
  }

  for (const [name, described] of Object.entries(INTERFACES)) {
    const document = buildDocument(described);

    it(`of the ${name} hold examples that its own schemas take`, () => {
      const ajv = new Ajv2020({ strict: false, validateSchema: false });
      addFormats(ajv);
      ajv.addSchema(document as Json, name);
      for (const { id, body } of described.operations) {
        if (!body) continue;
        const validate = ajv.compile({ $ref: `${name}#/components/schemas/${body.schema}` });
        expect(validate(body.example), `${id}: ${ajv.errorsText(validate.errors)}`).to.equal(true);
        expect(described.schemas[body.schema]?.safeParse(body.example).success, id).to.equal(true);
      }
    });

    it(`of the ${name} make a page that needs nothing from anywhere else`, () => {
      const page = renderPage(document);
      expect(page).not.to.match(/<script|<link|<img|<iframe|url\(|@import|\bsrc=/i);
      for (const { id, path } of described.operations) {
        expect(page).to.contain(`id="${id}"`);
        expect(page).to.contain(path);
      }
    });
  }

  it("describe every problem of the catalogue somewhere, but those that stay inside", () => {
    const told = new Set(
      Object.values(INTERFACES).flatMap(({ problems, operations }) => [
        ...problems,
        ...operations.flatMap((operation) => operation.problems),
      ]),
    );
    const inside = [
      "method-not-allowed",
      "audit",
      "malformed-request",
      "header-too-large",
      "funds-insufficient",
    ];
    const missing = Object.keys(PROBLEMS).filter((code) => !told.has(code as never));
    expect(missing.filter((code) => !inside.includes(code))).to.deep.equal([]);
  });

  it("tell an answer that is not as described", () => {
    const check = createAnswerChecker("relayer");
    const transfers = { method: "GET", path: "/v1/transfers", type: "application/json" };
    expect(check({ ...transfers, status: 200, text: '{"transfers":[]}' })).to.equal(undefined);
    for (const wrong of [
      { ...transfers, status: 200, text: '{"transfers":[],"more":1}' },
      { ...transfers, status: 200, text: "{}" },
      { ...transfers, status: 200, text: "<html>" },
      { ...transfers, status: 204, text: "" },
      { ...transfers, status: 200, type: "text/html", text: "" },
      { ...transfers, status: 400, type: "application/problem+json", text: '{"code":"query"}' },
      { ...transfers, path: "/v1/nowhere", status: 200, text: "{}" },
    ]) {
      expect(check(wrong), JSON.stringify(wrong)).to.be.a("string");
    }
  });
});
