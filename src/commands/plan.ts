import { once } from 'node:events';
import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import type { PlannedSweep } from '../session/planning/planned-sweep.js';
import { dbOption, jsonOption, sweepFileOptions, type SweepFileArgs } from './arguments/sweep-options.js';

interface PlanOptions {
  readonly db: string;
  readonly json: boolean;
}

export const plan: CommandModule<object, SweepFileArgs & PlanOptions> = {
  command: 'plan <file>',
  describe: 'Check a sweep file and show what it would run',
  builder: (yargs) =>
    yargs.positional('file', { string: true, describe: 'Sweep file, YAML or JSON' }).options({
      ...sweepFileOptions,
      ...dbOption,
      ...jsonOption,
    }) as Argv<SweepFileArgs & PlanOptions>,
  handler: async ({ file, set, ...options }) => {
    const { loadSweep } = await import('../session/planning/planned-sweep.js');
    await printPlan(await loadSweep(file, set, options.db), options);
  },
};

/** Prints what a sweep would run, and how much of it the database already has. */
export async function printPlan(sweep: PlannedSweep, { db, json }: PlanOptions): Promise<void> {
  const [{ describePlan }, { planJson, planText }] = await Promise.all([
    import('../session/planning/describe-plan.js'),
    import('../reporting/terminal/text/plan-text.js'),
  ]);
  const described = await describePlan(sweep, db);
  const text = json ? `${JSON.stringify(planJson(described), null, 2)}\n` : planText(described, { db, style: chalk });
  process.stdout.write(text);
}

/** Prints the command line of every trial, where the trainer is a program. */
export async function printCommands(sweep: PlannedSweep): Promise<void> {
  const { commandLines } = await import('../session/planning/describe-plan.js');
  for (const line of commandLines(sweep)) {
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
  }
}
