import type { SchemaName } from "./schemas/mod.ts";

/** An OpenAPI link: an operation, and where in this request or answer its path's values stand. */
interface Link {
  readonly operationId: string;
  readonly parameters: Readonly<Record<string, string>>;
}
type Links = Readonly<Record<string, Link>>;

interface Response {
  readonly content?: object;
  links?: Links;
}

type Content = Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>;

const orderLinks = (id: string): Links => ({
  order: { operationId: "getOrdersById", parameters: { id } },
  history: { operationId: "getOrdersByIdHistory", parameters: { id } },
  events: { operationId: "getOrdersByIdEvents", parameters: { id } },
  settlements: { operationId: "getOrdersByIdSettlements", parameters: { id } },
  payment: { operationId: "postOrdersByIdPayment", parameters: { id } },
  purchaseConfirmation: { operationId: "postOrdersByIdPurchase-confirmation", parameters: { id } },
  cancel: { operationId: "postOrdersByIdCancellations", parameters: { id } },
});

const cancellationLinks = (id: string, cid: string): Links => ({
  cancellation: { operationId: "getOrdersByIdCancellationsByCid", parameters: { id, cid } },
  restock: { operationId: "postOrdersByIdCancellationsByCidRestock", parameters: { id, cid } },
  withdrawal: { operationId: "postOrdersByIdCancellationsByCidWithdrawal", parameters: { id, cid } },
  refund: { operationId: "postOrdersByIdCancellationsByCidRefund", parameters: { id, cid } },
});

const orderId = "$response.body#/orderId";
const command: Links = {
  command: { operationId: "getCommandsById", parameters: { id: "$response.body#/commandId" } },
};
const settlementDay = (date: string): Links => ({
  day: { operationId: "getSettlementsByDate", parameters: { date } },
  reconciliation: { operationId: "getSettlementsByDateReconciliation", parameters: { date } },
});

/** Where each kind of answer leads. */
const linksOf: Partial<Record<SchemaName, Links>> = {
  CommandResult: { ...command, ...orderLinks(orderId) },
  CommandPending: { ...command, ...orderLinks(orderId) },
  Order: {
    ...orderLinks(orderId),
    ...cancellationLinks(orderId, "$response.body#/cancellations/0/id"),
    effectRetry: {
      operationId: "postOrdersByIdEffectsByEidRetry",
      parameters: { id: orderId, eid: "$response.body#/effects/0/id" },
    },
  },
  OrderPage: orderLinks("$response.body#/orders/0/orderId"),
  Cancellation: cancellationLinks("$request.path.id", "$response.body#/id"),
  DeadLetters: {
    retry: {
      operationId: "postDead-lettersByIdRetry",
      parameters: { id: "$response.body#/deadLetters/0/commandId" },
    },
  },
  SettlementDays: settlementDay("$response.body#/days/0/date"),
  SettlementDay: settlementDay("$request.path.date"),
  Machines: {
    machine: { operationId: "getMachinesByName", parameters: { name: "$response.body#/machines/0/machine" } },
  },
};

/** Tells in the document where each answer of the operation at `path` leads, for readers and for tools that follow. */
export const addLinks = (path: string, responses: Readonly<Record<string, Response>> = {}): void => {
  for (const [status, response] of Object.entries(responses)) {
    const content = response.content as Content | undefined;
    const name = content?.["application/json"]?.schema.$ref?.split("/").at(-1);
    const links = linksOf[name as SchemaName];
    if (!links) continue;
    const cid = cidOf(path, status);
    response.links = { ...links, ...(name === "CommandResult" && cid && cancellationLinks(orderId, cid)) };
  }
};

/** Of a command about a cancellation: the one in its path, or the one that it made. */
const cidOf = (path: string, status: string): string | undefined => {
  if (path.includes("{cid}")) return "$request.path.cid";
  return path.endsWith("/cancellations") && status === "201" ? "$response.body#/cancellationId" : undefined;
};
