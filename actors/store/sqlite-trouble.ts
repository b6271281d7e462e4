/** What a failure of SQLite means for whoever keeps the shop: of the moment, or a file that can't be trusted. */
export interface SqliteTrouble {
  readonly kind: "away" | "damaged";
  /** Names the file, what is wrong with it, and the remedy. */
  readonly message: string;
}

/** A file that must be neither read nor written: it is not what this shop left there. */
export class DamagedFile extends Error {
  override readonly name = "DamagedFile";
}

/** SQLite's primary result codes, the low byte of what it tells. */
const [READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB] = [8, 10, 11, 13, 14, 26] as const;

/** An error of SQLite as it crosses from a thread to another: an Error would leave its number behind. */
export interface PlainError {
  readonly message: string;
  /** SQLite's extended result code; 0 when it is not SQLite's. */
  readonly errno: number;
  readonly damaged: boolean;
}

export const plainError = (error: unknown): PlainError => {
  if (isPlain(error)) return error;
  return {
    message: error instanceof Error ? error.message : String(error),
    errno: numberOf(error),
    damaged: error instanceof DamagedFile,
  };
};

/** What the file system refuses is told as SQLite tells it. */
const ofFileSystem: Readonly<Record<string, number>> = {
  EACCES: READONLY,
  EPERM: READONLY,
  EROFS: READONLY,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EIO: IOERR,
};

const numberOf = (error: unknown): number => {
  if (!(error instanceof Error) || !("code" in error) || !("errno" in error)) return 0;
  const code = String(error.code);
  return code.startsWith("SQLITE_") ? Number(error.errno) : (ofFileSystem[code] ?? 0);
};

const isPlain = (error: unknown): error is PlainError =>
  typeof error === "object" && error !== null && !(error instanceof Error) && "damaged" in error;

export const isFull = (error: unknown): boolean => (plainError(error).errno & 0xff) === FULL;

export const troubleOf = (error: unknown, path: string): SqliteTrouble => {
  const { message: said, errno, damaged } = plainError(error);
  const primary = errno & 0xff;
  if (damaged || primary === CORRUPT || primary === NOTADB)
    return { kind: "damaged", message: damage(path, said) };
  return { kind: "away", message: `SQLite failed: ${said}. ${remedyFor(primary, path)}` };
};

/** For logs and callers alike. The evidence is the file as it is, with the log beside it. */
const damage = (path: string, said: string): string =>
  `${path} is damaged: ${said}. Nothing more is read from it or written to it. Stop the process, put the file and its ` +
  "-wal and -shm aside as they are, and restore the last backup";

const remedyFor = (primary: number, path: string): string => {
  switch (primary) {
    case FULL:
      return `The disk of ${path} is full. Make room on it; writing then goes on by itself`;
    case READONLY:
    case CANTOPEN:
      return `${path} can't be written. See that its disk is mounted for writing, and that this user may write the file and its folder`;
    case IOERR:
      return `The disk of ${path} does not take what is written, or does not give what is read. See that it has room and works`;
    default:
      return `It concerns ${path}, and is tried again`;
  }
};
