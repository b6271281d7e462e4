import {
  type AclEntry,
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
} from "kafkajs";
import { departments } from "../../settlement/consumers/mod.ts";
import { DEAD_TOPIC, ROWS_TOPIC } from "../../settlement/poller/mod.ts";

/** Who connects to Kafka: the poller, and each department by the name of its group without `jumun.`. */
export const kafkaUsers: readonly string[] = ["poller", ...departments.map(({ group }) => userOf(group))];

function userOf(group: string): string {
  return group.replace(/^jumun\./, "");
}

const { READ, WRITE, DESCRIBE } = AclOperationTypes;

/**
 * What each may do, and nothing besides: the poller writes rows, a department reads them by its own group and puts
 * aside what it can't read. Nobody makes or deletes topics.
 */
export const kafkaAccess = (): AclEntry[] => [
  ...onTopic("poller", ROWS_TOPIC, [WRITE, DESCRIBE]),
  ...departments.flatMap(({ group }) => [
    ...onTopic(userOf(group), ROWS_TOPIC, [READ, DESCRIBE]),
    ...onTopic(userOf(group), DEAD_TOPIC, [WRITE, DESCRIBE]),
    allow(userOf(group), AclResourceTypes.GROUP, group, READ),
  ]),
];

const onTopic = (user: string, topic: string, operations: readonly AclOperationTypes[]): AclEntry[] =>
  operations.map((operation) => allow(user, AclResourceTypes.TOPIC, topic, operation));

const allow = (
  user: string,
  resourceType: AclResourceTypes,
  resourceName: string,
  operation: AclOperationTypes,
): AclEntry => ({
  principal: `User:${user}`,
  host: "*",
  permissionType: AclPermissionTypes.ALLOW,
  resourceType,
  resourceName,
  resourcePatternType: ResourcePatternTypes.LITERAL,
  operation,
});
