import { expect, test } from "bun:test";
import { createAddressOf, readProxies } from "../../gateway/limits/address.ts";

const addressOf = (proxies: string, socket: string, forwarded?: string): string =>
  createAddressOf(
    readProxies(proxies),
    () => socket,
  )(
    new Request("http://shop/", forwarded === undefined ? {} : { headers: { "x-forwarded-for": forwarded } }),
  );

test.each([
  ["nobody is trusted", "", "203.0.113.7", "198.51.100.1", "203.0.113.7"],
  ["not from the proxy", "10.0.0.0/8", "203.0.113.7", "198.51.100.1", "203.0.113.7"],
  ["from the proxy", "10.0.0.0/8", "10.1.2.3", "198.51.100.1", "198.51.100.1"],
  ["made up before it", "10.0.0.0/8", "10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"],
  [
    "through two proxies",
    "10.0.0.0/8,192.0.2.9",
    "10.1.2.3",
    "1.1.1.1, 198.51.100.1, 192.0.2.9",
    "198.51.100.1",
  ],
  ["all are proxies", "10.0.0.0/8", "10.1.2.3", "10.9.9.9", "10.9.9.9"],
  ["nothing forwarded", "10.0.0.0/8", "10.1.2.3", undefined, "10.1.2.3"],
  ["forwarded is no address", "10.0.0.0/8", "10.1.2.3", 'a"b, <script>', "10.1.2.3"],
  ["forwarded is empty", "10.0.0.0/8", "10.1.2.3", " , ", "10.1.2.3"],
  ["IPv4 over IPv6", "10.0.0.0/8", "::ffff:10.1.2.3", "::FFFF:198.51.100.1", "198.51.100.1"],
  ["a customer's IPv6 network", "fd00::/8", "fd12::1", "2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["the same, shortened", "::1", "::1", "2001:db8:1:2::6", "2001:db8:1:2::/64"],
  ["zeros left out in front", "::1", "::2", undefined, "0:0:0:0::/64"],
])("addressOf_isWhoCanBeKnown_%s", (_, proxies, socket, forwarded, expected) => {
  expect(addressOf(proxies, socket, forwarded)).toBe(expected);
});

test.each([
  "10.0.0.0/33",
  "10.0.0.0/0",
  "10.0.0.0/",
  "10.0.0",
  "proxy.example",
  "::1/129",
  "10.0.0.0/8/8",
  "::1/-1",
])("readProxies_refuses_%s", (one) => {
  expect(() => readProxies(`192.0.2.1,${one}`)).toThrow("is no address");
});
