import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EnvironmentError } from '../../core/errors.js';
import { findInstallation } from '../../runtime/installation.js';
import { findNodePackages } from '../../runtime/node-packages.js';
import type { SweepDeclaration } from '../../core/declaration.js';
import { VERSION } from '../version.js';
import type { Processors } from '../../executor/hosts/processors.js';
import type { PlannedSweep } from './planned-sweep.js';
import type { SweepSource } from '../running/run-sweep.js';

/** What a sweep's attempts compute with. */
export interface Computation {
  readonly processors: Processors;
  /** Intra-op threads of TensorFlow for each slot. */
  readonly threads: number;
}

/**
 * What the database keeps of a sweep and of the circumstances it runs in.
 *
 * @throws {EnvironmentError} NO_TENSORFLOW where the built-in trainer has nothing to train with
 */
export async function declarationOf(
  { definition, plan, trainer, dataset }: PlannedSweep,
  { file, overrides }: SweepSource,
  computation?: Computation,
): Promise<SweepDeclaration> {
  const needsTensorflow = definition.trainer.kind === 'builtin';
  return {
    name: definition.name,
    description: definition.description,
    method: definition.method,
    objective: definition.objective,
    declared: Number.isFinite(plan.size) ? plan.size : undefined,
    definition: definition.text,
    definitionPath: resolve(file),
    overrides,
    seeds: definition.seeds,
    dataset: dataset?.name,
    datasetFingerprint: dataset?.fingerprint,
    trainer: trainer.name,
    trainerVersion: trainer.version,
    versions: {
      node: process.versions.node,
      sweepwright: VERSION,
      tensorflow: needsTensorflow ? await tensorflowVersion() : undefined,
    },
    gitCommit: await gitCommit(dirname(resolve(file))),
    host: hostname(),
    ...computation,
  };
}

/** Of the native library that is set up. @throws {EnvironmentError} NO_TENSORFLOW */
export async function tensorflowVersion(): Promise<string> {
  const installation = await findInstallation(findNodePackages(import.meta.url));
  if (installation) return installation.tensorflow;
  throw new EnvironmentError('NO_TENSORFLOW', 'native TensorFlow is not set up', {
    hint: 'Run `sweep setup`: it takes a minute or two, once.',
  });
}

/** The commit that the sweep file's folder is at; `undefined` where there is no git or no commit. */
async function gitCommit(folder: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: folder, timeout: 5_000 });
    return stdout.trim();
  } catch {
    return undefined;
  }
}
