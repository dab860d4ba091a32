import { expect } from "chai";
import {
  createGuardedPoster,
  ForbiddenAddressError,
} from "../../../server/foundation/network/guarded-post.ts";
import { isPublicAddress } from "../../../server/foundation/network/public-address.ts";

const INSIDE = [
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.31.255.255",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:8.8.8.8",
  "::127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b:1::7f00:1",
  "100::1",
  "2001::7f00:1",
  "2001:db8::1",
  "2002:7f00:1::",
  "fc00::1",
  "fd00::1",
  "fe80::1",
  "fec0::1",
  "ff02::1",
  "localhost",
  "127.1",
];
const OUTSIDE = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00::1"];

describe("addresses that strangers name", () => {
  for (const address of INSIDE) {
    it(`${address} is not of the public internet`, () => {
      expect(isPublicAddress(address)).to.equal(false);
    });
  }
  for (const address of OUTSIDE) {
    it(`${address} is of the public internet`, () => {
      expect(isPublicAddress(address)).to.equal(true);
    });
  }

  const refused = (url: string, allowed: readonly string[] = []) =>
    createGuardedPoster({ timeoutMs: 1_000, allowedHosts: new Set(allowed) })
      .resolve(url)
      .then(
        () => undefined,
        (error) => error,
      );
  const FORBIDDEN = [
    "http://8.8.8.8/hook",
    "file:///etc/passwd",
    "https://127.1/",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://017700000001/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[0:0:0:0:0:ffff:7f00:1]/",
    "https://0.0.0.0/",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/",
    "https://[fd00::1]/",
    "https://localhost./",
    "https://user@8.8.8.8/",
    "https://user:password@8.8.8.8/",
    "https://8.8.8.8:22/",
    "https://８.８.８.８:6379/",
    "not a url",
  ];
  for (const url of FORBIDDEN) {
    it(`${url} is not called`, async () => {
      expect(await refused(url)).to.be.instanceOf(ForbiddenAddressError);
    });
  }

  it("calls a host that the operator answers for, and no other of the same address", async () => {
    const allowed = ["127.0.0.1"];
    expect(await refused("http://127.0.0.1:9999/hook", allowed)).to.equal(undefined);
    expect(await refused("http://localhost:9999/hook", allowed)).to.be.instanceOf(
      ForbiddenAddressError,
    );
  });
});
