/**
 * A key that no other request has. `crypto.randomUUID` would be shorter, and is missing where the page comes over plain
 * HTTP from another machine: no command could be sent there.
 */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
