/** One entry of package-lock.json's `packages`, as far as optional dependencies need it. */
export interface LockEntry {
  version?: string;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

export interface LockFile {
  packages: Record<string, LockEntry>;
}

const OPERATING_SYSTEMS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const PROCESSORS = [
  "arm",
  "arm64",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "ppc64le",
  "riscv64",
  "s390x",
  "x64",
];
const ALIASES: Record<string, string> = {
  windows: "win32",
  aarch64: "arm64",
  armhf: "arm",
  armv7: "arm",
};

/** Reads the platform out of a binary package's name (`@scope/tool-linux-arm64-musl`). */
function platformOf(name: string): Pick<LockEntry, "os" | "cpu" | "libc"> {
  const words = name.split(/[/_-]/).map((word) => ALIASES[word] ?? word);
  const os = words.filter((word) => OPERATING_SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  const libc = words.includes("musl")
    ? ["musl"]
    : words.some((w) => w.startsWith("gnu"))
      ? ["glibc"]
      : [];
  return {
    ...(os.length > 0 && { os }),
    ...(cpu.length > 0 && { cpu }),
    ...(libc.length > 0 && { libc }),
  };
}

/** Every optional dependency that a locked package names and the lock file does not hold. */
export function missingOptionalPackages(lock: LockFile): { location: string; entry: LockEntry }[] {
  const missing = new Map<string, LockEntry>();
  for (const [location, { optionalDependencies }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      const nested = `${location}/node_modules/${name}`;
      const top = `node_modules/${name}`;
      if (lock.packages[nested] || lock.packages[top] || missing.has(top)) continue;
      missing.set(top, {
        version: version.replace(/^[\^~]/, ""),
        optional: true,
        ...platformOf(name),
      });
    }
  }
  return [...missing].map(([location, entry]) => ({ location, entry }));
}
