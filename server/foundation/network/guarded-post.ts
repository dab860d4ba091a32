import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { Agent, request } from "undici";
import { isPublicAddress } from "./public-address.ts";

/** An address that nothing is sent to. */
export class ForbiddenAddressError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "ForbiddenAddressError";
  }
}

/** What an outside server answered; its body is thrown away. */
export interface PostAnswer {
  readonly status: number;
  /** Seconds, when it asked to be left alone for so long. */
  readonly retryAfterSeconds?: number;
}

/** Sends to addresses that strangers have named, and to none inside our own network. */
export interface GuardedPoster {
  /** Resolves to the checked addresses of a URL; throws `ForbiddenAddressError` for one that nothing is sent to. */
  resolve(url: string): Promise<readonly string[]>;
  /** Posts to one of the checked addresses, whatever the name says a moment later; follows no redirect. */
  post(url: string, headers: Record<string, string>, body: string): Promise<PostAnswer>;
}

const PORTS = new Set(["", "443", "8443"]);
const MAX_ANSWER_BYTES = 16 * 1024;

export interface GuardedPosterOptions {
  readonly timeoutMs: number;
  /** Hosts that the operator answers for, whatever their address, with http as well: its own sandbox. */
  readonly allowedHosts: ReadonlySet<string>;
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new ForbiddenAddressError("it is not a URL");
  }
}

/** WHATWG URLs write every form of an IPv4 address as dotted decimals, and IPv6 ones in brackets. */
const hostOf = (url: URL) => url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");

function assertForm(url: URL): void {
  if (url.protocol !== "https:") throw new ForbiddenAddressError("only https is called");
  if (!PORTS.has(url.port)) throw new ForbiddenAddressError("only ports 443 and 8443 are called");
}

async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
  } catch (cause) {
    throw new Error("the name does not resolve", { cause });
  }
}

function readRetryAfter(value: string | string[] | undefined): number | undefined {
  const seconds = Number(value);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : undefined;
}

/** An agent that connects to one address only: what has been checked is what is called. */
function pinnedAgent(address: string, timeoutMs: number): Agent {
  const family = isIP(address);
  return new Agent({
    connect: {
      timeout: timeoutMs,
      lookup: (_host, options, callback) => {
        if (options.all === true) callback(null, [{ address, family }]);
        else callback(null, address, family);
      },
    },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
}

export function createGuardedPoster(options: GuardedPosterOptions): GuardedPoster {
  const { timeoutMs, allowedHosts } = options;

  async function resolve(text: string): Promise<string[]> {
    const url = parse(text);
    if (url.username !== "" || url.password !== "") {
      throw new ForbiddenAddressError("a URL with a user or password is not called");
    }
    const host = hostOf(url);
    if (allowedHosts.has(host) && /^https?:$/.test(url.protocol)) return addressesOf(host);
    assertForm(url);
    const addresses = await addressesOf(host);
    // One private address among public ones is how a name is pointed inside.
    if (addresses.length === 0 || !addresses.every(isPublicAddress)) {
      throw new ForbiddenAddressError("the host is not one of the public internet");
    }
    return addresses;
  }

  async function post(
    url: string,
    headers: Record<string, string>,
    body: string,
  ): Promise<PostAnswer> {
    const [address] = await resolve(url);
    if (address === undefined) throw new Error("the name does not resolve");
    const agent = pinnedAgent(address, timeoutMs);
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const sent = { dispatcher: agent, method: "POST", headers, body, signal } as const;
      const answer = await request(url, sent);
      await answer.body.dump({ limit: MAX_ANSWER_BYTES, signal }).catch(() => undefined);
      const retryAfterSeconds = readRetryAfter(answer.headers["retry-after"]);
      return {
        status: answer.statusCode,
        ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      };
    } finally {
      await agent.destroy();
    }
  }

  return { resolve, post };
}
