/** A moment on the chain's clock: what is added to this machine's, and the next block's own time if it was set. */
export interface ClockSetting {
  /** Seconds. */
  readonly offset: number;
  /** Unix seconds. */
  readonly forced: number | null;
}

/** Which time the chain's next block gets. Never earlier than the last one's, whatever this machine's clock does. */
export interface BlockClock {
  /** Unix seconds for a block that is mined now. */
  nextTime(): number;
  /** A block was mined. */
  mined(time: number): void;
  /** The setting that moves the clock forward by seconds. */
  advanced(seconds: number): ClockSetting;
  /** The setting that gives the next block a time, from which the clock then goes on. */
  forcedTo(time: number): ClockSetting;
  get(): ClockSetting;
  set(setting: ClockSetting): void;
  /** The last block's time, after the chain was rolled back. */
  rolledBack(time: number): void;
}

/** Starts at the genesis block's time. */
export function createBlockClock(genesisTime: number): BlockClock {
  let last = genesisTime;
  let setting: ClockSetting = { offset: 0, forced: null };
  const machine = () => Math.floor(Date.now() / 1_000);
  return {
    nextTime: () => setting.forced ?? Math.max(last, machine() + setting.offset),
    mined(time) {
      last = time;
      setting = { ...setting, forced: null };
    },
    advanced: (seconds) => ({ offset: setting.offset + seconds, forced: null }),
    forcedTo(time) {
      if (!Number.isSafeInteger(time) || time < last) {
        throw new Error(`the next block's time must be at least ${last}, the last one's`);
      }
      return { offset: time - machine(), forced: time };
    },
    get: () => setting,
    set(made) {
      setting = made;
    },
    rolledBack(time) {
      last = time;
    },
  };
}
