import { BlockList, isIP } from "node:net";

/** Which network a request comes from, as far as it can be known. */
export type AddressOf = (request: Request) => string;

/** Reads `TRUSTED_PROXIES`: addresses and networks by comma. Throws an Error that says what is wrong with one. */
export const readProxies = (list: string): BlockList | undefined => {
  const proxies = list.split(",").flatMap((one) => one.trim() || []);
  if (proxies.length === 0) return undefined;
  const trusted = new BlockList();
  for (const proxy of proxies) {
    const [address = "", bits, ...more] = proxy.split("/");
    const longest = { 4: 32, 6: 128 }[isIP(address)];
    const prefix = bits === undefined ? longest : Number(bits);
    if (
      longest === undefined ||
      more.length > 0 ||
      !/^\d{0,3}$/.test(bits ?? "") ||
      !(prefix && prefix <= longest)
    ) {
      throw new Error(`${proxy} is no address such as 10.0.0.7, and no network such as 10.0.0.0/8.`);
    }
    trusted.addSubnet(address, prefix, familyOf(address));
  }
  return trusted;
};

/**
 * The address of the connection, or of whoever the trusted proxies say stood behind them: the last in X-Forwarded-For
 * that is not one of them, since all before it may be made up. `socketOf` is asked for the connection's.
 */
export const createAddressOf = (
  trusted: BlockList | undefined,
  socketOf: (request: Request) => string | undefined,
): AddressOf => {
  const isProxy = (address: string) => trusted?.check(address, familyOf(address)) === true;
  return (request) => {
    let address = plain(socketOf(request) ?? "");
    const forwarded = trusted && request.headers.get("x-forwarded-for");
    const hops = forwarded ? forwarded.split(",") : [];
    while (hops.length > 0 && isProxy(address)) {
      const hop = plain(hops.pop()?.trim() ?? "");
      if (isIP(hop) === 0) break;
      address = hop;
    }
    return networkOf(address);
  };
};

const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** An IPv4 address that came over an IPv6 socket is itself. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");

/** An IPv6 customer has a whole /64, and so as many addresses as they like. */
const networkOf = (address: string): string => {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => "0");
  return `${[...first, ...zeros, ...last].slice(0, 4).join(":")}::/64`;
};
