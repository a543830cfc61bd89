import { afterAll, beforeEach, expect, test } from "vitest";
import { createSubscriptionInput } from "@/lib/contracts/event-subscription-input";
import { useRuntime } from "@/tests/database/runtime";
import { makeWorkspace } from "@/tests/factories/factories";
import { startDnsServer } from "@/tests/peers/dns-server";
import { EndpointRefused, findEndpointAddresses, mayCall } from "./endpoint-address";
import { createSubscription } from "./manage-subscriptions";

const dns = await startDnsServer();
useRuntime({ DNS_SERVERS: dns.address, WEBHOOK_ALLOW_CIDRS: "10.20.0.0/16,fd12::/32" });
afterAll(() => dns.close());
beforeEach(() => dns.addresses.clear());

/** As the URL of a subscription is read: spellings of IPv4 addresses end here. */
const find = (host: string) => findEndpointAddresses(new URL(`https://${host}/`).hostname);

test("S62 only public addresses may be called", () => {
  const refused = [
    ...["0.0.0.0", "0.1.2.3", "10.0.0.1", "10.21.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254"],
    ...["169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    // For protocols, documentation, 6to4 relays and benchmarks; multicast, reserved, broadcast.
    ...["192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"],
    ...["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"],
    ...["::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "100::1"],
    ...["2001:db8::1", "3fff::1", "5f00::1", "2001:2::1", "2001:10::1", "2001:20::1", "4000::1", "e000::1"],
  ];
  expect(refused.filter(mayCall)).toEqual([]);
  const called = ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001:81c::200e"];
  expect(called.filter(mayCall)).toEqual(called);
});

test("S62 S76 an IPv4 address inside an IPv6 one is judged or refused in every form", () => {
  const inside = [
    // Mapped, translated, compatible.
    ...["::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::ffff:0:127.0.0.1", "::127.0.0.1", "::7f00:1", "::8.8.8.8"],
    // 6to4, NAT64, NAT64 of local use, Teredo, ISATAP.
    ...["2002:7f00:1::", "2002:a9fe:a9fe::1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe"],
    ...["64:ff9b:1::127.0.0.1", "64:ff9b:1:ffff::1", "2001:0:7f00:1::1", "2001::1"],
    ...["2606:4700::5efe:127.0.0.1", "2606:4700::200:5efe:10.0.0.1", "2606:4700::5efe:10.0.0.1"],
  ];
  expect(inside.filter(mayCall)).toEqual([]);
  expect(mayCall("::ffff:8.8.8.8")).toBe(true);
});

test("S62 what the operator allows may be called, in IPv4, mapped and IPv6", () => {
  expect(["10.20.3.4", "::ffff:10.20.3.4", "fd12::1"].every(mayCall)).toBe(true);
  expect(["10.19.255.255", "10.21.0.0", "fd13::1", "::10.20.3.4"].some(mayCall)).toBe(false);
});

test("S76 odd spellings of an address are read as the address that they mean", async () => {
  const loopback = [
    "0x7f.1",
    "2130706433",
    "127.1",
    "0177.0.0.1",
    "0x7f000001",
    "127.0.0.1.",
    "１２７.0.0.1",
  ];
  for (const host of [...loopback, "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "0", "3232235777"])
    await expect(find(host), host).rejects.toThrow("isn’t public");
  expect(await find("0x08080808")).toEqual(["8.8.8.8"]);
  expect(await find("[2606:4700::1111]")).toEqual(["2606:4700::1111"]);
});

test("S62 S76 a name is refused if one of its addresses is private, whatever its spelling", async () => {
  dns.addresses.set("public.test", ["2606:4700::1111", "8.8.8.8"]);
  dns.addresses.set("mixed.test", ["8.8.8.8", "192.168.1.1"]);
  dns.addresses.set("mixed6.test", ["8.8.8.8", "fd00:ec2::254"]);
  dns.addresses.set("mapped.test", ["::ffff:169.254.169.254"]);
  dns.addresses.set("localhost", ["127.0.0.1"]);
  dns.addresses.set("metadata.test", ["169.254.169.254"]);
  dns.addresses.set("empty.test", []);
  expect(await find("public.test")).toEqual(["8.8.8.8", "2606:4700::1111"]);
  expect(await find("public.test.")).toEqual(["8.8.8.8", "2606:4700::1111"]);
  for (const host of [
    "mixed.test",
    "mixed6.test",
    "mapped.test",
    "localhost",
    "LOCALHOST.",
    "metadata.test.",
  ])
    await expect(find(host), host).rejects.toThrow(
      new EndpointRefused(
        `The host ${new URL(`https://${host}/`).hostname} can’t be found, or isn’t public.`,
      ),
    );
  for (const host of ["unknown.test", "empty.test"])
    await expect(find(host), host).rejects.toThrow(`The host ${host} can’t be found, or isn’t public.`);
});

test("S76 a name whose DNS server doesn't answer is refused in time, and delays no other name", async () => {
  dns.addresses.set("healthy.test", ["8.8.8.8"]);
  dns.ignore("silent.test");
  let healthy = 0;
  const silent = Array.from({ length: 50 }, async () => {
    const error = await find("silent.test").catch((reason: Error) => reason);
    expect(error).toBeInstanceOf(EndpointRefused);
    return { error, healthy };
  });
  for (; healthy < 20; healthy += 1) expect(await find("healthy.test")).toEqual(["8.8.8.8"]);
  for (const { error, healthy } of await Promise.all(silent)) {
    expect((error as Error).message).toBe("Looking up the host silent.test took too long.");
    expect(healthy).toBe(20);
  }
});

test("S62 S76 a subscription isn't created for an endpoint that may not be called", async () => {
  const { actor } = await makeWorkspace();
  const parse = (endpointUrl: unknown) =>
    createSubscriptionInput.safeParse({
      endpointUrl,
      eventTypes: ["api_key.*"],
      signingSecret: "a secret of the receiver",
    });
  for (const url of ["http://8.8.8.8/", "ftp://8.8.8.8/", "//8.8.8.8/", "file:///etc/passwd", "https://", 1])
    expect(parse(url).success, String(url)).toBe(false);
  for (const url of ["https://user@8.8.8.8/", "https://:password@8.8.8.8/", "https://a:b@8.8.8.8/"])
    expect(parse(url).error?.issues[0]?.message).toBe("Remove the user name and password.");
  // Any port; a fragment is never sent, so it isn't kept.
  expect(parse("https://8.8.8.8:22/a?b=c#d").data?.endpointUrl).toBe("https://8.8.8.8:22/a?b=c");
  expect(parse("https://8.8.8.8:65536/").success).toBe(false);

  dns.addresses.set("private.test", ["10.1.2.3"]);
  // It may be set up later.
  const unknown = await createSubscription(actor, parse("https://unknown.test/").data as never);
  expect(unknown.endpointUrl).toBe("https://unknown.test/");
  for (const url of [
    "https://private.test/",
    "https://2130706433/",
    "https://[::1]:8443/",
    "https://169.254.169.254/latest/meta-data/",
  ])
    await expect(createSubscription(actor, parse(url).data as never)).rejects.toMatchObject({
      code: "invalid_request",
      fields: { endpointUrl: expect.stringContaining("isn’t public") },
    });
});

test("S62 a workspace can ask about 30 host names in ten minutes", async () => {
  const { actor } = await makeWorkspace();
  const signingSecret = "a secret of the receiver";
  const create = (host: string) =>
    createSubscription(actor, { endpointUrl: `https://${host}/`, eventTypes: ["*"], signingSecret }).catch(
      ({ code }) => code,
    );
  dns.addresses.set("private.test", ["10.1.2.3"]);
  const codes: unknown[] = [];
  for (let index = 0; index < 31; index += 1) codes.push(await create("private.test"));
  expect(codes).toEqual([...Array(30).fill("invalid_request"), "too_many_attempts"]);
  expect(await create("10.0.0.1")).toBe("invalid_request");
});
