/** What a page says, by name: each in every language that the page speaks. */
export type Words<Language extends string> = Readonly<
  Record<string, Readonly<Record<Language, string>>>
>;

/** A table's words in one language, by name. */
export function wordsIn<Language extends string, Table extends Words<Language>>(
  table: Table,
  language: Language,
): Readonly<Record<keyof Table, string>> {
  const chosen = Object.entries(table).map(([name, said]) => [name, said[language]]);
  return Object.fromEntries(chosen) as Readonly<Record<keyof Table, string>>;
}

/** The one of some languages that was asked for by its tag, or else the first. */
export function chosenLanguage<Language extends string>(
  languages: readonly [Language, ...Language[]],
  asked: unknown,
): Language {
  return languages.find((language) => language === asked) ?? languages[0];
}
