import type { Fleet } from "../schemas/fleet.ts";
import type { Services } from "../services.ts";
import type { FleetTracker } from "./tracker.ts";

const encoder = new TextEncoder();
/** Tells the browser to reconnect after a second. */
const OPENING = encoder.encode("retry: 1000\n\n");
const HEARTBEAT = encoder.encode(": still here\n\n");

export interface FleetBroadcast {
  /** A viewer's stream of server-sent events. Rejects when there is nothing to begin with: store or bus is away. */
  open(): Promise<ReadableStream<Uint8Array>>;
}

interface Viewer {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** The connection did not take the last frame: it gets the newest one when it can. */
  behind: boolean;
}

/**
 * The fleet to all who watch it. A frame is encoded once, whoever watches, and holds all that there is to know: a viewer
 * that is slow or was away needs none of the frames between. So nothing is queued for anybody.
 */
export const createFleetBroadcast = (services: Services, tracker: FleetTracker): FleetBroadcast => {
  const { closing, config, log, metrics } = services;
  const viewers = new Set<Viewer>();
  let newest: { readonly content: string; readonly frame: Uint8Array } | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let looking = false;
  let away = false;
  let sentAt = 0;

  const send = (chunk: Uint8Array, whenBehind: boolean) => {
    sentAt = performance.now();
    for (const viewer of viewers) {
      if ((viewer.controller.desiredSize ?? 0) > 0) viewer.controller.enqueue(chunk);
      else viewer.behind ||= whenBehind;
    }
  };

  /** Looks again. True when something is other than it was. */
  const refresh = async (): Promise<boolean> => {
    const fleet = await tracker.look();
    const content = contentOf(fleet);
    if (content === newest?.content) return false;
    newest = { content, frame: encoder.encode(`event: fleet\ndata: ${JSON.stringify(fleet)}\n\n`) };
    return true;
  };

  const tick = async () => {
    if (looking) return; // the store is slow: the next tick sees all the same
    looking = true;
    try {
      if (await refresh()) send((newest as NonNullable<typeof newest>).frame, true);
      else if (performance.now() - sentAt >= config.heartbeatMs) send(HEARTBEAT, false);
      away = false;
    } catch (error) {
      if (!away) log.warn({ err: error }, "the fleet can't be read; its viewers see it as it was");
      away = true;
      if (performance.now() - sentAt >= config.heartbeatMs) send(HEARTBEAT, false);
    } finally {
      looking = false;
    }
  };

  const enter = (viewer: Viewer) => {
    viewers.add(viewer);
    metrics.eventStreams.inc();
    timer ??= setInterval(tick, config.fleetFrameMs);
  };

  const leave = (viewer: Viewer) => {
    if (!viewers.delete(viewer)) return;
    metrics.eventStreams.dec();
    if (viewers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    newest = undefined;
  };

  closing.addEventListener("abort", () => {
    for (const viewer of viewers) {
      leave(viewer);
      viewer.controller.close();
    }
  });

  return {
    async open() {
      // While others watch, it is never older than one tick.
      if (!newest || viewers.size === 0) await refresh();
      let viewer: Viewer;
      return new ReadableStream<Uint8Array>({
        start(controller) {
          viewer = { controller, behind: true };
          controller.enqueue(OPENING);
          if (closing.aborted) controller.close();
          else enter(viewer);
        },
        pull(controller) {
          if (!viewer.behind || !newest) return;
          viewer.behind = false;
          controller.enqueue(newest.frame);
        },
        cancel() {
          leave(viewer);
        },
      });
    },
  };
};

/** What is worth a frame: the times of the look are not. */
const contentOf = ({ at: _, since: __, ...content }: Fleet): string => JSON.stringify(content);
