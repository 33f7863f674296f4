import { createHash } from 'node:crypto';
import { dirname, parse, resolve } from 'node:path';
import type { TrainerManifest } from '../core/trainer/manifest.js';
import type { Objective } from '../core/objective.js';
import type { ParamValue } from '../core/parameters.js';
import { checkpointingOf } from './checkpointing.js';
import { conditionValues, type Domains } from './checks/check-exclude.js';
import type { Confirmation, ExcludeRule } from '../core/space/search-space.js';
import type { DeclaredDataset } from '../core/trainer/trainer-description.js';
import type { SweepDefinition, Trainer } from './definition.js';
import type { Axis } from '../core/space/distribution.js';
import { durationMs } from './duration.js';
import { readEarlyTermination } from './early-terminate/read.js';
import { onFinishOf } from './on-finish.js';
import type { Mapping } from './read-parameters.js';
import { PROGRAM_OBJECTIVE } from './program/program-schema.js';
import { readProgram } from './program/read-program.js';
import type { Spelling } from './checks/checks.js';
import { MODULE_PATH } from './schema/schema.js';

/** Builds the definition of a valid sweep. */
export function define(
  sweep: Mapping,
  domains: Domains,
  trainer: Trainer,
  { file, text, notes, manifest }: DefinitionSource,
): SweepDefinition {
  const method = sweep['method'] as SweepDefinition['method'];
  const seed = (sweep['seed'] as number | undefined) ?? 0;
  const axes: Axis[] = [];
  const fixed: Record<string, ParamValue> = {};
  for (const [name, domain] of domains) {
    if (domain?.kind === 'fixed') fixed[name] = domain.value;
    else if (domain !== undefined) axes.push({ name, distribution: domain });
  }
  const exclude = (sweep['exclude'] ?? []) as readonly Readonly<Record<string, ParamValue>>[];
  return {
    name: (sweep['name'] as string | undefined) ?? parse(file).name,
    description: sweep['description'] as string | undefined,
    method,
    sampling: samplingOf(sweep),
    objective: objectiveOf(sweep['metric'] as Metric | undefined, trainer, manifest),
    axes,
    fixed,
    exclude: exclude.map((rule) => excludeRule(rule, domains, method)),
    seed,
    seeds: (sweep['seeds'] as readonly number[] | undefined) ?? [seed],
    folds: foldsOf(trainer, domains, fixed),
    runCap: sweep['run_cap'] as number | undefined,
    confirm: confirmOf(sweep['confirm'] as Partial<Confirmation> | undefined),
    dataset: datasetOf(sweep['dataset'] as string | undefined, file),
    trainer,
    devices: devicesOf(sweep['devices'] as string | readonly string[] | undefined),
    slots: (sweep['slots'] as number | 'auto' | undefined) ?? 1,
    maxTrialTimeMs: millisecondsOf(sweep['max_trial_time']),
    maxTimeMs: millisecondsOf(sweep['max_time']),
    ...checkpointingOf(sweep),
    earlyTermination: readEarlyTermination(sweep['early_terminate']),
    onFinish: onFinishOf(sweep),
    notes,
    folder: dirname(resolve(file)),
    text,
    hash: createHash('sha256').update(text).digest('hex'),
  };
}

function samplingOf(sweep: Mapping): SweepDefinition['sampling'] {
  const settings = Object.entries(sweep).filter(([key]) => SAMPLER_SETTINGS.includes(key));
  return settings.length === 0 ? undefined : Object.fromEntries(settings);
}

const SAMPLER_SETTINGS = ['surrogate', 'acquisition', 'points'];

interface DefinitionSource {
  readonly file: string;
  readonly text: string;
  readonly notes: readonly string[];
  readonly manifest: TrainerManifest;
}

const confirmOf = (confirm: Partial<Confirmation> | undefined): Confirmation | undefined =>
  confirm && { top: 3, seeds: 5, ...confirm };

const millisecondsOf = (duration: unknown): number | undefined =>
  duration === undefined ? undefined : durationMs(duration as string);

interface TrainerSource {
  readonly manifest: TrainerManifest;
  readonly file: string;
  readonly spelling: Spelling;
  /** Whether `seed` was written as a parameter, see `liftSeed`. */
  readonly hasSeedParameter: boolean;
}

/** The trainer of a sweep, valid or not. A name that is not a module's path is a misspelt name of the built-in trainer. */
export function trainerOf(sweep: Mapping, { manifest, file, spelling, hasSeedParameter }: TrainerSource): Trainer {
  const { trainer, program, command } = sweep;
  if (trainer === undefined && (program !== undefined || command !== undefined)) {
    return { kind: 'program', ...readProgram(sweep, spelling, hasSeedParameter) };
  }
  if (typeof trainer === 'string' && new RegExp(MODULE_PATH).test(trainer)) {
    return { kind: 'module', written: trainer, path: resolve(dirname(file), trainer) };
  }
  return { kind: 'builtin', name: manifest.name };
}

/** Number of folds to try with the built-in trainer; `undefined` without folds, and where the file names the `fold`. */
function foldsOf(trainer: Trainer, domains: Domains, fixed: Readonly<Record<string, ParamValue>>): number | undefined {
  const isOurs = trainer.kind === 'builtin' && !domains.has('fold');
  return isOurs ? (fixed['folds'] as number | undefined) : undefined;
}

interface Metric {
  readonly name: string;
  readonly goal?: Objective['goal'];
  readonly target?: number;
}

function objectiveOf(metric: Metric | undefined, trainer: Trainer, manifest: TrainerManifest): Objective {
  if (metric === undefined) return trainer.kind === 'program' ? PROGRAM_OBJECTIVE : manifest.objective;
  const { name, goal = 'minimize', target } = metric;
  return { metric: name, goal, ...(target !== undefined && { target }) };
}

function excludeRule(rule: Readonly<Record<string, ParamValue>>, domains: Domains, method: string): ExcludeRule {
  return Object.fromEntries(
    Object.entries(rule).map(([name, written]) => [name, conditionValues(written, domains.get(name)!, method)]),
  );
}

/** The trainer checks that the dataset exists. A name with a scheme, such as `s3://...`, is not a path. */
function datasetOf(written: string | undefined, file: string): DeclaredDataset | undefined {
  if (written === undefined) return undefined;
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(written);
  return { written, path: isAddress ? written : resolve(dirname(file), written) };
}

function devicesOf(devices: string | readonly string[] = 'auto'): SweepDefinition['devices'] {
  if (typeof devices !== 'string') return devices;
  return devices === 'auto' ? 'auto' : [devices];
}
