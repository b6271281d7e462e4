/** Why a local server is not there. All are terminal: the message says what to install, free or read first. */
export type ServersErrorCode =
  /** No `go` command, or one too old to fetch the toolchain that a module asks for. */
  | "GO_MISSING"
  /** No Java that is new enough for Kafka, or for the schema registry. */
  | "JAVA_MISSING"
  | "MAVEN_MISSING"
  | "POSTGRES_MISSING"
  /** PostgreSQL refuses to run as root, and there is no way here to run it as somebody else. */
  | "POSTGRES_USER_MISSING"
  /** A download, build or system package failed. */
  | "INSTALL_FAILED"
  | "PORT_TAKEN"
  /** Another running process keeps its servers in this data folder. */
  | "DATA_FOLDER_IN_USE"
  /** Run as root, so that PostgreSQL runs as another user, who may not enter the data folder. */
  | "DATA_FOLDER_UNREACHABLE"
  | "START_FAILED";

interface Details {
  readonly message: string;
  readonly cause?: unknown;
}

export class ServersError extends Error {
  override readonly name = "ServersError";
  readonly retryable = false;
  constructor(
    readonly code: ServersErrorCode,
    { message, cause }: Details,
  ) {
    super(message, { cause });
  }
}
