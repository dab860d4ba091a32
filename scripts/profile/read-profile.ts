import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CallFrame, stageOf } from "./stages.ts";

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

/** V8's CPU profile, as `--cpu-prof` writes it; times are microseconds of the machine's monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly endTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A span of the monotonic clock, in microseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The profile of a process's main thread; those of its workers, the watchdog's among them, are left out. */
export function readMainProfile(directory: string): CpuProfile {
  // CPU.<date>.<time>.<pid>.<thread>.<number>.cpuprofile: the main thread is 0.
  const name = readdirSync(directory).find((each) => each.split(".")[4] === "0");
  if (name === undefined) throw new Error(`there is no profile in ${directory}`);
  return JSON.parse(readFileSync(join(directory, name), "utf8"));
}

/** A profile of a span alone: without the service's start and its warm-up. */
export function cutProfile(profile: CpuProfile, { from, to }: Span): CpuProfile {
  const samples: number[] = [];
  const timeDeltas: number[] = [];
  let at = profile.startTime;
  for (const [index, sample] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    at += delta;
    if (at < from || at > to) continue;
    samples.push(sample);
    timeDeltas.push(delta);
  }
  return { ...profile, startTime: from, endTime: to, samples, timeDeltas };
}

/** The stage of each node: its own, or else that of the nearest caller that has one. */
function stagesOf({ nodes }: CpuProfile): Map<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const stages = new Map<number, string>();
  const [root] = nodes;
  const open: [ProfileNode, string][] = root ? [[root, "other"]] : [];
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, callers] = next;
    const stage = stageOf(node.callFrame) ?? callers;
    stages.set(node.id, stage);
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child) open.push([child, stage]);
    }
  }
  return stages;
}

/** The share of each stage in the time in which the thread was not idle, greatest first. */
export function sharesByStage(profile: CpuProfile): [stage: string, share: number][] {
  const stages = stagesOf(profile);
  const times = new Map<string, number>();
  let busy = 0;
  for (const [index, sample] of profile.samples.entries()) {
    const stage = stages.get(sample) ?? "other";
    if (stage === "idle") continue;
    const delta = profile.timeDeltas[index] ?? 0;
    times.set(stage, (times.get(stage) ?? 0) + delta);
    busy += delta;
  }
  return [...times]
    .map(([stage, time]): [string, number] => [stage, busy === 0 ? 0 : time / busy])
    .sort(([, a], [, b]) => b - a);
}
