/** What TLS to a server goes by. PEM texts, not files, so that they can be checked at the start and told to a thread. */
export interface TlsMaterial {
  /** The authorities to trust instead of the system's. */
  readonly ca?: string;
  /** Our own certificate, for servers that ask for one, with its chain. */
  readonly cert?: string;
  /** Its private key. */
  readonly key?: string;
}
