import type { Caller } from "../caller.ts";
import type { Fleet } from "../schemas/fleet.ts";
import type { Services } from "../services.ts";
import { endingAt, HEARTBEAT, OPENING, serverSentEvent } from "../sse.ts";
import type { FleetTracker } from "./tracker.ts";

export interface FleetBroadcast {
  /**
   * A viewer's stream of server-sent events, which ends when its token does. Rejects when there is nothing to begin
   * with: store or bus is away.
   */
  open(caller: Caller): Promise<ReadableStream<Uint8Array>>;
}

interface Viewer {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** Gives back its place among the streams. */
  readonly free: () => void;
  /** The last frame that it got. */
  sent?: Uint8Array;
  /** Ends its stream. */
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/**
 * The fleet to all who watch it. A frame is encoded once, whoever watches, and holds all that there is to know: a viewer
 * that is slow or was away needs none of the frames between. So nothing is queued for anybody.
 */
export const createFleetBroadcast = (services: Services, tracker: FleetTracker): FleetBroadcast => {
  const { clock, closing, config, log, streams } = services;
  const viewers = new Set<Viewer>();
  let newest: { readonly content: string; readonly frame: Uint8Array } | undefined;
  /** When something was last sent. */
  let sentAt = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  let looking = false;
  let away = false;

  /** False when there is nothing new for it, or its connection takes nothing now: it then asks when it does. */
  const catchUp = (viewer: Viewer): boolean => {
    const { controller, sent } = viewer;
    if (!newest || sent === newest.frame || !takes(controller)) return false;
    viewer.sent = newest.frame;
    controller.enqueue(newest.frame);
    return true;
  };

  const beat = () => {
    if (performance.now() - sentAt < config.heartbeatMs) return;
    sentAt = performance.now();
    for (const { controller } of viewers) if (takes(controller)) controller.enqueue(HEARTBEAT);
  };

  const refresh = async (): Promise<void> => {
    const fleet = await tracker.look();
    const content = contentOf(fleet);
    if (content === newest?.content) return;
    newest = { content, frame: serverSentEvent("event: fleet", fleet) };
  };

  const tick = async () => {
    if (looking) return; // the store is slow: the next tick sees all the same
    looking = true;
    try {
      await refresh();
      away = false;
    } catch (error) {
      if (!away) log.warn({ err: error }, "the fleet can't be read; its viewers see it as it was");
      away = true;
    } finally {
      looking = false;
    }
    for (const viewer of viewers) if (catchUp(viewer)) sentAt = performance.now();
    beat();
  };

  const enter = (viewer: Viewer) => {
    viewers.add(viewer);
    timer ??= setInterval(tick, config.fleetFrameMs);
  };

  const leave = (viewer: Viewer) => {
    if (!viewers.delete(viewer)) return;
    clearTimeout(viewer.timer);
    viewer.free();
    if (viewers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    newest = undefined;
  };

  const end = (viewer: Viewer) => {
    leave(viewer);
    viewer.controller.close();
  };
  closing.addEventListener("abort", () => {
    for (const viewer of viewers) end(viewer);
  });

  return {
    async open(caller) {
      // While others watch, it is never older than one tick.
      if (!newest || viewers.size === 0) await refresh();
      let viewer: Viewer;
      return new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(OPENING);
          if (closing.aborted) return controller.close();
          viewer = { controller, free: streams.enter(caller) };
          enter(viewer);
          viewer.timer = endingAt(caller.until, clock, () => end(viewer));
        },
        pull() {
          catchUp(viewer);
        },
        cancel() {
          leave(viewer);
        },
      });
    },
  };
};

const takes = ({ desiredSize }: ReadableStreamDefaultController): boolean => (desiredSize ?? 0) > 0;

/** What is worth a frame: the times of the look are not. */
const contentOf = ({ at: _, since: __, ...content }: Fleet): string => JSON.stringify(content);
