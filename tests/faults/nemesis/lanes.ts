import type { World } from "../world/world.ts";
import { block, cut, mute } from "./cut.ts";
import type { Fault, Lane } from "./fault.ts";
import { kill } from "./kill.ts";
import { pause } from "./pause.ts";
import { settlementFaults, tossFaults } from "./toss.ts";
import { usurp } from "./usurp.ts";

/** What is broken in a world, and how often. Lanes go side by side, so that faults of several meet. */
export const lanesOf = (world: World): Lane[] => {
  const { shop, servers, lines, settling, mock } = world;
  const isSettlements = ({ name }: { name: string }) => name.includes("Kafka");
  const ours = shop.flatMap((member) => [kill(member, 6), pause(member, 3)]);
  const theirs = servers.filter((one) => !isSettlements(one)).flatMap((one) => [kill(one, 4), pause(one, 3)]);
  const links = lines.filter((one) => !isSettlements(one)).flatMap(linkFaults);
  // A shop of one process is away with it: broken as often as one of several, it would hardly be asked anything.
  const pauseMs = shop.length > 1 ? 1_500 : 3_500;
  const lanes: Lane[] = [
    { name: "processes", pauseMs, faults: [...ours, ...usurp(world, 5)] },
    { name: "servers and lines", pauseMs, faults: [...theirs, ...links] },
    { name: "Toss", pauseMs: 1_500, faults: tossFaults(mock) },
  ];
  if (settling) {
    const kafka = servers.filter(isSettlements).flatMap((one) => [kill(one, 1), pause(one, 2)]);
    const faults: Fault[] = [
      ...[kill(settling.poller, 6), kill(settling.loader, 4), pause(settling.loader, 1)],
      ...kafka,
      ...lines.filter(isSettlements).flatMap(linkFaults),
      ...settlementFaults(mock),
    ];
    lanes.push({ name: "settlement", pauseMs: 1_500, faults });
  }
  return lanes;
};

const linkFaults = (line: World["lines"][number]): Fault[] => [cut(line, 2), block(line, 1), mute(line, 1)];

/** What provokes a planted defect within a minute. */
export const lanesFor = (plant: number, world: World): Lane[] => {
  const [first] = world.shop;
  const lane = (pauseMs: number, faults: readonly Fault[]): Lane[] => [
    { name: `plant ${plant}`, pauseMs, faults },
  ];
  switch (plant) {
    case 1:
      return lane(1_000, first ? [kill(first, 1)] : []);
    case 2:
      return lane(
        1_000,
        world.shop.slice(1).map((one) => pause(one, 1)),
      );
    case 3:
      return lane(400, tossFaults(world.mock));
    case 5:
      return lane(400, world.settling ? [kill(world.settling.loader, 1)] : []);
    default:
      return lane(
        5_000,
        world.servers.filter(({ name }) => name === "NATS").map((one) => kill(one, 1)),
      );
  }
};
