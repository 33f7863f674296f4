import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomicallySync } from '../../../platform/replace-file.js';
import { tf } from '../native/tensorflow.js';
import { nativeBackend } from '../native/backend.js';
import type { CompiledGraph, GraphPlan } from './compiled-graph.js';
import type { Program } from '../program/program.js';
import type { StateEntry } from '../program/step-state.js';

/** To be raised whenever the graph written for the same program changes. */
const FORMAT = 5;

/** Names the graph of a program: a hash of everything that it depends on, and of who writes and reads it. */
export function graphKey(program: Program, entries: readonly StateEntry[]): string {
  const { binding } = nativeBackend();
  const { signature, inputs, optimizer, accumulates = false, precision = 'float32' } = program;
  const identity = [
    FORMAT,
    tf.version['tfjs'],
    binding.TF_Version,
    binding.isUsingGpuDevice(),
    signature,
    Object.entries(inputs),
    // What a state starts as is no part of the graph.
    entries.map((entry) => ({ ...entry, initial: undefined })),
    optimizer.signature,
    optimizer.kernel,
    accumulates,
    precision,
  ];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

/** `undefined` where there is none, or where what is there is not what was once written. */
export function readGraph(cacheDir: string, key: string): CompiledGraph | undefined {
  let file: Buffer;
  try {
    file = readFileSync(graphPath(cacheDir, key));
  } catch {
    return undefined;
  }
  const header = file.subarray(0, file.indexOf('\n'));
  const body = file.subarray(header.length + 1);
  if (header.toString() !== checksum(body)) return undefined;
  const end = body.indexOf('\n');
  // The checksum vouches for the shape: it is the one that was written, by this format.
  const plan = JSON.parse(body.subarray(0, end).toString()) as GraphPlan;
  return { plan, savedModel: body.subarray(end + 1) };
}

/** All at once or not at all, also where several threads and processes write the same. Throws what the disk says. */
export function writeGraph(cacheDir: string, key: string, { plan, savedModel }: CompiledGraph): void {
  const target = graphPath(cacheDir, key);
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(plan)}\n`), savedModel]);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileAtomicallySync(target, Buffer.concat([Buffer.from(`${checksum(body)}\n`), body]));
}

function graphPath(cacheDir: string, key: string): string {
  return path.join(cacheDir, 'graphs', `${key}.graph`);
}

function checksum(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}
