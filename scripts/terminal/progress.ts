import { SingleBar } from "cli-progress";

/** A progress bar on standard error; silent where that is no terminal. */
export function createProgress(label: string, total: number) {
  const bar = new SingleBar({
    format: `${label} {bar} {value}/{total}  {eta_formatted} left`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    noTTYOutput: false,
  });
  bar.start(total, 0);
  return {
    step: (by = 1) => bar.increment(by),
    stop: () => bar.stop(),
  };
}
