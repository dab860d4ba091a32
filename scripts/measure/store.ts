/** Which database the relayers of a measured corridor use. */
export type Store = "pglite" | "postgres";
