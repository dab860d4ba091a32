import { parse, View } from "vega";
import { compile } from "vega-lite";
import type { CpuProfile } from "./read-profile.ts";
import { stageOf } from "./stages.ts";

/** A function with what it called, over the same callers: a box of a flame graph. */
export interface Flame {
  readonly name: string;
  readonly stage: string;
  /** How many callers stand over it. */
  readonly depth: number;
  /** Shares of the time in which the thread was not idle. */
  readonly from: number;
  readonly to: number;
}

interface Tree {
  readonly name: string;
  readonly stage: string;
  readonly children: Map<string, Tree>;
  micros: number;
}

/** Narrower boxes are not drawn: nobody could read or hit them. */
const NARROWEST = 0.002;
/** Narrower ones have no name on them. */
const NAMED = 0.05;
const SIZE = { width: 1_200, row: 15 };

type ProfileNode = CpuProfile["nodes"][number];

/** Microseconds of samples in each node itself. */
function ownTimes({ samples, timeDeltas }: CpuProfile): Map<number, number> {
  const times = new Map<number, number>();
  for (const [index, id] of samples.entries()) {
    times.set(id, (times.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return times;
}

/** Calls along the same path of functions are one. */
function treeOf(profile: CpuProfile): Tree {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const own = ownTimes(profile);
  const root: Tree = { name: "all", stage: "other", children: new Map(), micros: 0 };
  const add = (node: ProfileNode, into: Tree): number => {
    let micros = own.get(node.id) ?? 0;
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      const stage = child && (stageOf(child.callFrame) ?? into.stage);
      if (!child || stage === "idle") continue;
      const { functionName, url } = child.callFrame;
      const key = `${functionName} ${url}`;
      const name = functionName || "(anonymous)";
      const inner = into.children.get(key) ?? {
        name,
        stage: stage ?? "other",
        children: new Map(),
        micros: 0,
      };
      into.children.set(key, inner);
      micros += add(child, inner);
    }
    into.micros += micros;
    return micros;
  };
  const [first] = profile.nodes;
  if (first) add(first, root);
  return root;
}

/** The boxes of a profile's flame graph, wide enough to be seen; siblings stand in the order of their time. */
export function flamesOf(profile: CpuProfile): Flame[] {
  const root = treeOf(profile);
  const flames: Flame[] = [];
  const place = (tree: Tree, depth: number, from: number): void => {
    const width = root.micros === 0 ? 0 : tree.micros / root.micros;
    if (width < NARROWEST) return;
    flames.push({ name: tree.name, stage: tree.stage, depth, from, to: from + width });
    let next = from;
    for (const child of [...tree.children.values()].sort((a, b) => b.micros - a.micros)) {
      place(child, depth + 1, next);
      next += child.micros / root.micros;
    }
  };
  place(root, 0, 0);
  return flames;
}

/** Draws a profile as an SVG: callers over what they call, width for time, colour for the stage. */
export function drawFlameGraph(title: string, profile: CpuProfile): Promise<string> {
  const flames = flamesOf(profile);
  const depth = Math.max(0, ...flames.map((flame) => flame.depth)) + 1;
  const boxes = flames.map((flame) => ({ ...flame, top: flame.depth, bottom: flame.depth + 1 }));
  const named = boxes
    .filter(({ from, to }) => to - from >= NAMED)
    .map((box) => ({ ...box, text: box.name.slice(0, Math.floor((box.to - box.from) * 180)) }));
  const x = { field: "from", type: "quantitative", title: "share of busy time" } as const;
  const scale = { domain: [0, depth], reverse: true };
  const y = { field: "top", type: "quantitative" as const, scale, axis: null };
  const spec = compile({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: SIZE.width,
    height: depth * SIZE.row,
    background: "white",
    title,
    layer: [
      {
        data: { values: boxes },
        mark: { type: "rect", stroke: "white", strokeWidth: 0.5 },
        encoding: {
          x: { ...x, axis: { format: "%" } },
          x2: { field: "to" },
          y,
          y2: { field: "bottom" },
          color: { field: "stage", type: "nominal", title: null, scale: { scheme: "tableau20" } },
        },
      },
      {
        data: { values: named },
        mark: { type: "text", align: "left", baseline: "top", dx: 3, dy: 3, fontSize: 9 },
        encoding: { x, y, text: { field: "text" } },
      },
    ],
  }).spec;
  return new View(parse(spec), { renderer: "none" }).toSVG();
}
