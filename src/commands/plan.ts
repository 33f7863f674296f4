import type { Argv, CommandModule } from 'yargs';
import { dbOption, resultFolders, sweepFileOptions, type SweepFileArgs } from './sweep-options.js';

type PlanArgs = SweepFileArgs & { readonly db: string; readonly json: boolean };

export const plan: CommandModule<object, PlanArgs> = {
  command: 'plan <file>',
  describe: 'Check a sweep file and show what it would run',
  builder: (yargs) =>
    yargs.positional('file', { string: true, describe: 'Sweep file, YAML or JSON' }).options({
      ...sweepFileOptions,
      ...dbOption,
      json: { boolean: true, default: false, describe: 'Print one JSON object' },
    }) as Argv<PlanArgs>,
  handler: async ({ file, set, ...options }) => {
    const [{ loadSweep }, { showPlan }] = await Promise.all([
      import('../session/planning/planned-sweep.js'),
      import('../reporting/terminal/show-plan.js'),
    ]);
    await showPlan(await loadSweep(file, set, resultFolders(options.db).cacheDir), options);
  },
};
