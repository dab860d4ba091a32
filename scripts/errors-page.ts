/** `npm run errors`: writes docs/errors.md from the catalogue. */
import { writeFileSync } from "node:fs";
import { makeErrorsPage } from "./errors-page/make-errors-page.ts";

writeFileSync(new URL("../docs/errors.md", import.meta.url), makeErrorsPage());
