/**
 * User and password of a URL, whatever of them is there. A password that should have been percent-encoded can hold
 * anything: all up to the last @ goes, unless it is a port that follows the colon.
 */
const USER_INFO =
  /\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s"'\\:/?#@]*:(?!\d{1,5}(?:[/?#,]|$))[^\s"'\\]{0,256}@|[^\s"'\\/?#@]+@)/gi;

/** What is shown in an Authorization header, a JWT wherever it stands, Toss' secret keys, seeds of nkeys. */
const SHOWN = /\b(Bearer|Basic) +[A-Za-z0-9+/=_.~-]{16,}/gi;
const SECRETS = /\beyJ[\w-]+\.[\w-]+\.[\w-]*|\b(?:live|test)_g?sk_\w+|\bS[UAO][A-Z2-7]{56}\b/g;

/** A text without the secrets whose form tells them: a net under all that is logged or told. */
export const redact = (text: string): string =>
  text.replace(USER_INFO, "$1[redacted]@").replace(SHOWN, "$1 [redacted]").replace(SECRETS, "[redacted]");
