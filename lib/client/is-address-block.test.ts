import { expect, it } from "vitest";
import { isAddressBlock } from "./is-address-block";

it.each(["203.0.113.7", "203.0.113.0/24", "0.0.0.0/0", "2001:db8::1", "2001:db8::/32", "::ffff:203.0.113.7"])(
  "takes %s",
  (text) => expect(isAddressBlock(text)).toBe(true),
);

it.each([
  "",
  "203.0.113",
  "203.0.113.256",
  "010.0.0.1",
  "203.0.113.0/33",
  "203.0.113.0/",
  "203.0.113.0/24/8",
  "localhost",
  "2001:",
  "2001:db8::/129",
  "fe80::1%eth0",
  "::1]/x[",
])("refuses %s", (text) => expect(isAddressBlock(text)).toBe(false));
