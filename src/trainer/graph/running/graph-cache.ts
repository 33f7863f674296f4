import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomicallySync } from '../../../platform/replace-file.js';
import { tf } from '../native/tensorflow.js';
import { nativeBackend } from '../native/backend.js';
import type { CompiledGraph, GraphPlan } from './compiled-graph.js';
import type { Program } from '../program/program.js';
import type { StateEntry } from '../program/step-state.js';

/** Raise this when the graph written for the same program changes. */
const FORMAT = 5;

/** The key of a program's graph: a hash of everything that the graph depends on, including TensorFlow's version and device. */
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
    // Initial values are not part of the graph.
    entries.map((entry) => ({ ...entry, initial: undefined })),
    optimizer.signature,
    optimizer.kernel,
    accumulates,
    precision,
  ];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

/** The cached graph; `undefined` if it is missing or damaged. */
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
  // The cast is safe: the checksum proves that `writeGraph` wrote this file.
  const plan = JSON.parse(body.subarray(0, end).toString()) as GraphPlan;
  return { plan, savedModel: body.subarray(end + 1) };
}

/** Writes atomically, also if several threads and processes write the same graph. @throws the operating system's error */
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
