/** A system that the order life runs on. */
export interface Peer {
  readonly name: string;
  /** How an acknowledged step outlives a power cut, and how the system was tuned. */
  readonly durability: string;
  /** The module of its commands, for the client. */
  readonly commands: string;
  /** What says how the order's life goes; its lines are counted. */
  readonly flow: readonly string[];
  /** Downloads what it needs. */
  install(): Promise<void>;
  /** Starts it on an empty folder, against the payment double. Nothing is left running when it throws. */
  start(place: Place): Promise<RunningPeer>;
}

export interface Place {
  readonly folder: string;
  readonly doubleUrl: string;
}

export interface RunningPeer {
  readonly url: string;
  /** Of the processes that make it up, children left out. */
  pids(): number[];
  /** Kills all of them at once, as a crash of the machine's processes would, and starts them on the same data. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}
