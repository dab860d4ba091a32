import type { SyntaxNode } from "./analyse-sources.ts";

const DOCUMENTED = new Set([
  "ContractDefinition",
  "EnumDefinition",
  "ErrorDefinition",
  "EventDefinition",
  "FunctionDefinition",
  "StructDefinition",
  "VariableDeclaration",
]);

/** True for what somebody outside the file or the contract reads or calls. */
function mustBeDocumented(node: SyntaxNode): boolean {
  if (!DOCUMENTED.has(node.nodeType)) return false;
  if (node.nodeType === "VariableDeclaration") return node.visibility === "public";
  if (node.nodeType !== "FunctionDefinition") return true;
  return node.kind === "constructor" || node.visibility !== "private";
}

const named = (nodes: readonly SyntaxNode[] = []) =>
  nodes.flatMap(({ name }) => (name === undefined || name === "" ? [] : [name]));

function missingTags(node: SyntaxNode, text: string): string[] {
  const missing: string[] = [];
  const wanted = node.members ?? node.parameters?.parameters;
  const params = node.nodeType === "EnumDefinition" ? [] : named(wanted);
  for (const name of params) {
    if (!new RegExp(`@param ${name}\\s+\\S`).test(text)) missing.push(`@param ${name}`);
  }
  const returned = node.returnParameters?.parameters.length ?? 0;
  if ((text.match(/@return\s+\S/g) ?? []).length < returned) missing.push("@return");
  return missing;
}

/** Internal and private functions of a contract are its own affair: what they do for it is said in a `@dev`, or shown. */
const isInside = (node: SyntaxNode, parent: SyntaxNode) =>
  node.nodeType === "FunctionDefinition" &&
  node.visibility === "internal" &&
  parent.nodeType === "ContractDefinition" &&
  parent.kind !== "library";

/** What of a source file lacks its documentation, a line each. */
export function natspecGaps(path: string, parent: SyntaxNode): string[] {
  return (parent.nodes ?? []).flatMap((node) => {
    const inner = node.nodeType === "ContractDefinition" ? natspecGaps(path, node) : [];
    if (!mustBeDocumented(node) || isInside(node, parent)) return inner;
    const text = node.documentation?.text ?? "";
    const where = `${path}: ${node.name || node.kind}`;
    if (text.includes("@inheritdoc")) return inner;
    if (!text.includes("@notice")) return [`${where} has no @notice`, ...inner];
    return [...missingTags(node, text).map((tag) => `${where} has no ${tag}`), ...inner];
  });
}
