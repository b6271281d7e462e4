/** User and password of a URL, whatever of them is there. */
const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@]+@/gi;

/** A text without the users and passwords of the URLs in it: a net under all that is logged or told. */
export const redactUrls = (text: string): string =>
  text.includes("@") ? text.replace(USER_INFO, "$1[redacted]@") : text;
