import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addressBucket,
  addressMatches,
  clientAddress,
  isAddressBlock,
  isTrustedProxy,
} from "./client-address";

const loopback = ["127.0.0.0/8", "::1/128"];

test("the client's address is the socket's, unless that is a trusted proxy", () => {
  const cases: [string | undefined, string | undefined, string[], string][] = [
    ["203.0.113.7", undefined, loopback, "203.0.113.7"],
    ["203.0.113.7", "198.51.100.1", loopback, "203.0.113.7"],
    ["127.0.0.1", "198.51.100.1", loopback, "198.51.100.1"],
    ["::1", "198.51.100.1", loopback, "198.51.100.1"],
    ["::ffff:127.0.0.1", "198.51.100.1", loopback, "198.51.100.1"],
    ["127.0.0.1", "198.51.100.1", [], "127.0.0.1"],
    ["127.0.0.1", "1.1.1.1, 198.51.100.1", loopback, "198.51.100.1"],
    ["127.0.0.1", "198.51.100.1, 10.0.0.2, 10.0.0.1", ["10.0.0.0/8", ...loopback], "198.51.100.1"],
    ["127.0.0.1", "10.0.0.2, 10.0.0.1", ["10.0.0.0/8", ...loopback], "10.0.0.2"],
    ["127.0.0.1", "", loopback, "127.0.0.1"],
    ["127.0.0.1", " , ", loopback, "127.0.0.1"],
    ["127.0.0.1", "unknown", loopback, "127.0.0.1"],
    ["127.0.0.1", "198.51.100.1, unknown, 127.0.0.2", loopback, "127.0.0.2"],
    ["127.0.0.1", "198.51.100.1:4711", loopback, "198.51.100.1"],
    ["127.0.0.1", "[2001:db8::1]:443", loopback, "2001:db8::1"],
    ["127.0.0.1", "2001:DB8:0:0::1", loopback, "2001:db8::1"],
    ["127.0.0.1", "::ffff:198.51.100.1", loopback, "198.51.100.1"],
    ["127.0.0.1", "fe80::1%eth0", loopback, "fe80::1"],
    ["127.0.0.1", "010.0.0.1", loopback, "127.0.0.1"],
    ["127.0.0.1", "10", loopback, "127.0.0.1"],
    [undefined, "198.51.100.1", loopback, "0.0.0.0"],
  ];
  for (const [socket, forwardedFor, trusted, client] of cases) {
    expect(clientAddress(socket, forwardedFor, trusted), `${socket} ← ${forwardedFor}`).toBe(client);
  }
});

test("whatever a client sends in X-Forwarded-For, only the part that the proxy added counts", () => {
  fc.assert(
    fc.property(fc.string(), fc.ipV4(), (claimed, address) => {
      fc.pre(!address.startsWith("127."));
      expect(clientAddress("127.0.0.1", `${claimed}, ${address}`, loopback)).toBe(address);
    }),
  );
});

test("S52 a cached X-Forwarded-For applies only to sockets of trusted proxies", () => {
  const trusted = ["10.0.0.0/8"];
  for (let round = 0; round < 2; round += 1) {
    expect(clientAddress("10.0.0.1", "198.51.100.1", trusted)).toBe("198.51.100.1");
    expect(clientAddress("203.0.113.7", "198.51.100.1", trusted)).toBe("203.0.113.7");
    // If the header contains no address, each socket has its own.
    for (const socket of ["10.0.0.1", "10.0.0.2"])
      expect(clientAddress(socket, "unknown", trusted)).toBe(socket);
    expect(clientAddress("10.0.0.1", "198.51.100.1", [])).toBe("10.0.0.1");
    expect(
      [undefined, "", "10.0.0.1", "::ffff:10.0.0.1", "11.0.0.1"].map((one) => isTrustedProxy(one, trusted)),
    ).toEqual([false, false, true, true, false]);
    expect(isTrustedProxy(undefined, ["0.0.0.0/0"])).toBe(false);
  }
});

test("an address is only in blocks of its own family, and IPv4-mapped IPv6 counts as IPv4", () => {
  expect(addressMatches("203.0.113.7", "203.0.113.0/29")).toBe(true);
  expect(addressMatches("203.0.113.8", "203.0.113.0/29")).toBe(false);
  expect(addressMatches("::ffff:203.0.113.7", "203.0.113.7")).toBe(true);
  expect(addressMatches("203.0.113.7", "::ffff:203.0.113.0/125")).toBe(true);
  expect(addressMatches("203.0.113.7", "::/0")).toBe(false);
  expect(addressMatches("2001:db8::1", "0.0.0.0/0")).toBe(false);
  for (const nonsense of ["", "x", "203.0.113", "203.0.113.0/33", "1.2.3.4/24/1"]) {
    expect(addressMatches("203.0.113.7", nonsense)).toBe(false);
    expect(addressMatches(nonsense, "0.0.0.0/0")).toBe(false);
  }
});

test("an address that programs interpret differently is rejected", () => {
  for (const good of ["0.0.0.0", "255.255.255.255", "::", "2001:db8::/32", "10.0.0.0/8", "::ffff:1.2.3.4"]) {
    expect(isAddressBlock(good), good).toBe(true);
  }
  for (const bad of [
    "10",
    "10/8",
    "010.0.0.1",
    "0x7f.0.0.1",
    "127.1",
    "256.0.0.1",
    "1.2.3.4/",
    "1.2.3.4/33",
    "::/129",
    "host",
    "",
  ]) {
    expect(isAddressBlock(bad), bad).toBe(false);
  }
});

test("S52 IPv6 clients count by their /64, IPv4 clients by their address", () => {
  expect(addressBucket("2001:db8:1:2::1")).toBe(addressBucket("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  expect(addressBucket("2001:db8:1:2::1")).not.toBe(addressBucket("2001:db8:1:3::1"));
  expect(addressBucket("203.0.113.7")).toBe("203.0.113.7");
  expect(addressBucket("unknown")).toBe("unknown");
});
