/** The process's environment, read in this one place. */
export function processEnv(): NodeJS.ProcessEnv {
  return process.env;
}
