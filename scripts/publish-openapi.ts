/** `npm run openapi`: writes docs/openapi/*.json out of the schemas that messages are read with. */
import { mkdirSync, writeFileSync } from "node:fs";
import { publishedDocuments } from "../protocol/openapi/interfaces.ts";

const directory = new URL("../docs/openapi/", import.meta.url);
mkdirSync(directory, { recursive: true });
for (const [name, text] of Object.entries(publishedDocuments())) {
  writeFileSync(new URL(name, directory), text);
}
