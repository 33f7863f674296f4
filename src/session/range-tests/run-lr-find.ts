import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import chalk from 'chalk';
import type { LrFind } from '../../core/results/lr-find.js';
import { InputError } from '../../core/errors.js';
import { resolveDevices } from '../../executor/hosts/devices.js';
import { threadsPerSlot } from '../../executor/hosts/host-environment.js';
import { drawLrFinds } from '../../reporting/charts/lr-find-svg.js';
import { openStore } from '../../store/store.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { parseSweep } from '../../sweep/parse.js';
import { readSweepFile } from '../../sweep/read-sweep-file.js';
import { imageClassifier } from '../../trainer/manifest.js';
import { findLearningRates } from './find-learning-rates.js';
import type { LrFindArgs } from '../../commands/lr-find.js';
import { lrFindProgress } from '../../reporting/terminal/lr-find-progress.js';
import { lrFindMarks, lrFindText, withoutEnd } from '../../reporting/terminal/lr-find-text.js';
import { lrFindTasks } from './lr-finds.js';
import { planSweep } from '../planning/planned-sweep.js';
import { tensorflowVersion } from '../planning/sweep-declaration.js';
import { resultFolders } from '../../commands/sweep-options.js';

/**
 * Looks for the learning rate of each backbone of a sweep file and draws what was found. Returns the exit status.
 *
 * @throws InputError FOREIGN_TRAINER, NO_TRIALS, USAGE, FILE_UNWRITABLE, and what `parseSweep` and `planSweep` throw
 * @throws EnvironmentError LR_FIND_FAILED, NO_TENSORFLOW
 */
export async function runLrFind({
  file,
  set,
  backbone,
  svg,
  db,
  devices: asked,
  verbose,
}: LrFindArgs): Promise<number> {
  const { cacheDir } = resultFolders(db);
  const definition = parseSweep(await readSweepFile(file), { manifest: imageClassifier, overrides: set });
  if (definition.trainer.kind !== 'builtin') {
    throw new InputError('FOREIGN_TRAINER', `${file} has a trainer of its own`, {
      hint: 'The range test is one of the built-in trainer: it trains with that one’s models, losses and optimizers.',
    });
  }
  const sweep = await planSweep(backbone === undefined ? definition : onlyBackbone(definition, backbone), cacheDir);
  const tasks = lrFindTasks(sweep);
  if (tasks.length === 0) {
    throw new InputError('NO_TRIALS', `${definition.name} declares no trial: its exclude rules leave nothing`);
  }
  await tensorflowVersion();
  const devices = await resolveDevices(asked ?? [definition.devices].flat(), process.env);
  const threads = threadsPerSlot(devices, 1, availableParallelism());
  const store = await openStore(db, { now: Date.now });
  try {
    const progress = lrFindProgress(process.stderr, Date.now);
    const options = { store, devices, slots: 1, threads, cacheDir, verbose, progress };
    const known = await findLearningRates(tasks, sweep, options);
    if (known === undefined) return 130;
    const finds = tasks.map(({ key }) => known.get(key)!);
    process.stdout.write(finds.map((find) => lrFindText(find, chalk)).join('\n'));
    if (svg !== undefined) await writeSvg(svg, definition.name, finds);
    return 0;
  } finally {
    await store.close();
  }
}

function onlyBackbone(definition: SweepDefinition, backbone: string): SweepDefinition {
  const choices = (imageClassifier.parameters['backbone']?.enum ?? []).map(String);
  if (!choices.includes(backbone)) {
    throw new InputError('USAGE', `there is no backbone "${backbone}"`, {
      hint: `It is one of ${choices.join(', ')}.`,
    });
  }
  const axes = definition.axes.filter(({ name }) => name !== 'backbone');
  return { ...definition, axes, fixed: { ...definition.fixed, backbone } };
}

async function writeSvg(path: string, name: string, finds: readonly LrFind[]): Promise<void> {
  const panels = finds.map((find) => ({
    title: `${name}: ${find.backbone}`,
    points: withoutEnd(find.points),
    marks: lrFindMarks(find),
  }));
  try {
    await writeFile(path, drawLrFinds(panels));
  } catch (cause) {
    throw new InputError('FILE_UNWRITABLE', `${path} cannot be written`, {
      hint: 'Name a folder that is there and yours.',
      cause,
    });
  }
  process.stdout.write(`\n${resolve(path)}\n`);
}
