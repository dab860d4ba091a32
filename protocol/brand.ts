/**
 * A value that carries its meaning in its type, so that two values of one representation (a token's
 * address and an account's, minor units and a rate) cannot be passed for each other. Costs nothing
 * at run time; made only by the function that checks the value.
 */
export type Brand<T, Name extends string> = T & { readonly __brand: Name };
