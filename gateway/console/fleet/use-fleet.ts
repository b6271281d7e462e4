import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Fleet } from "../../schemas/fleet.ts";
import { follow } from "../api/live.ts";

/** The fleet, live. However often it is told, it is drawn once a frame, and not at all while nobody looks. */
export const useFleet = (): ReadonlySignal<Fleet | undefined> => {
  const fleet = useSignal<Fleet | undefined>(undefined);
  useEffect(() => {
    let newest: Fleet | undefined;
    let frame = 0;
    const draw = () => {
      frame = 0;
      fleet.value = newest;
    };
    const stop = follow({
      path: "/fleet/events",
      onData: (data) => {
        newest = data as Fleet;
        frame ||= requestAnimationFrame(draw);
      },
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [fleet]);
  return fleet;
};
