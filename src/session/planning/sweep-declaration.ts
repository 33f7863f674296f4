import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { runProgram } from '../../platform/run-program.js';
import type { SweepDeclaration } from '../../core/trial/declaration.js';
import type { Processors } from '../../executor/hosts/processors.js';
import { tensorflowVersion } from '../tensorflow-version.js';
import { VERSION } from '../version.js';
import type { PlannedSweep, SweepSource } from './planned-sweep.js';

/** What a sweep's attempts run on and with. */
export interface Computation {
  readonly processors: Processors;
  /** Intra-op threads of TensorFlow for each slot. */
  readonly threads: number;
  /** The value of `--slots`, now or in an earlier session; `undefined`: never given. */
  readonly slots: number | 'auto' | undefined;
  /** The value of `--devices`, now or in an earlier session; `undefined`: never given. */
  readonly devices: readonly string[] | undefined;
}

/**
 * What the database records of a sweep and of the conditions that it runs under.
 *
 * @throws {EnvironmentError} NO_TENSORFLOW if the trainer needs it and it is not set up
 */
export async function declarationOf(
  { definition, plan, trainer, dataset, warnings }: PlannedSweep,
  { file, overrides }: SweepSource,
  computation?: Computation,
): Promise<SweepDeclaration> {
  return {
    name: definition.name,
    description: definition.description,
    method: definition.method,
    objective: definition.objective,
    declared: Number.isFinite(plan.size) ? plan.size + plan.confirming : undefined,
    definition: definition.text,
    definitionPath: resolve(file),
    overrides,
    seeds: definition.seeds,
    dataset: dataset?.name,
    datasetFingerprint: dataset?.fingerprint,
    warnings: warnings.length > 0 ? warnings : undefined,
    trainer: trainer.name,
    trainerVersion: trainer.version,
    trainerFiles: trainer.files,
    versions: {
      node: process.versions.node,
      sweepwright: VERSION,
      tensorflow: trainer.needsTensorflow ? await tensorflowVersion() : undefined,
    },
    gitCommit: await gitCommit(dirname(resolve(file))),
    host: hostname(),
    ...computation,
  };
}

/** The commit that the sweep file's folder is at; `undefined` without git or without a commit. */
async function gitCommit(folder: string): Promise<string | undefined> {
  const outcome = await runProgram('git', ['rev-parse', 'HEAD'], { cwd: folder, timeoutMs: 5_000 });
  return outcome.status === 'ok' ? outcome.stdout.trim() : undefined;
}
