/**
 * Leaves out of the mutants what is only said to people: the message of a refusal or an error, the description in a
 * schema. Another wording breaks nothing that a test should hold. Codes and names are not prose and stay in.
 */
import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly callee?: { readonly name?: string };
  readonly key?: { readonly name?: string };
  readonly arguments?: readonly Node[];
}

const isText = ({ type, value }: Node): boolean =>
  type === "TemplateLiteral" || (type === "StringLiteral" && !/^[A-Z_]+$/.test(String(value)));

const isMessage = (node: Node, parent: Node): boolean => {
  if (!parent.arguments?.includes(node)) return false;
  const { name = "" } = parent.callee ?? {};
  return parent.type === "NewExpression" ? name.endsWith("Error") : name === "refuse";
};

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, "prose", {
    shouldIgnore({ node, parent }: { node: Node; parent?: Node | null }) {
      if (!parent || !isText(node)) return undefined;
      const said = isMessage(node, parent) || parent.key?.name === "description";
      return said ? "only said to people" : undefined;
    },
  }),
];
