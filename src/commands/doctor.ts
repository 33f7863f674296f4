import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import { InputError } from '../core/errors.js';
import { DEFAULT_DATABASE } from '../session/result-folders.js';
import type { OptionTable } from './sweep-options.js';

interface DoctorArgs {
  readonly db: string | undefined;
  readonly repair: boolean;
}

export const doctor: CommandModule<object, DoctorArgs> = {
  command: 'doctor',
  describe: 'Check everything that a sweep needs, and say how to get what is missing',
  builder: (yargs) => yargs.options(doctorOptions) as Argv<DoctorArgs>,
  handler: async ({ db, repair }) => {
    if (db === undefined && repair) {
      throw new InputError('USAGE', '--repair needs a database', {
        hint: 'sweep doctor --db results/sweeps.duckdb --repair',
      });
    }
    const isHealthy = db === undefined ? await printMachine() : await printRecords(db || DEFAULT_DATABASE, repair);
    if (!isHealthy) process.exitCode = 1;
  },
};

const doctorOptions: OptionTable = {
  db: { string: true, describe: `Check the records in a database instead [without a file: ${DEFAULT_DATABASE}]` },
  repair: { boolean: true, default: false, describe: 'With --db: repair what can be repaired without loss' },
};

async function printRecords(db: string, repair: boolean): Promise<boolean> {
  const [{ checkRecords }, { recordsText }] = await Promise.all([
    import('../session/checking/check-records.js'),
    import('../reporting/terminal/text/doctor-text.js'),
  ]);
  const report = await checkRecords({ db, repair, now: Date.now() });
  process.stdout.write(recordsText(report, repair, chalk));
  return report.left.every((count) => count === 0);
}

async function printMachine(): Promise<boolean> {
  const [{ checkMachine }, { checkText }] = await Promise.all([
    import('../session/checking/check-machine.js'),
    import('../reporting/terminal/text/doctor-text.js'),
  ]);
  let isHealthy = true;
  for await (const result of checkMachine(Date.now())) {
    process.stdout.write(checkText(result, chalk));
    if (result.status === 'fail') isHealthy = false;
  }
  process.stdout.write(isHealthy ? '\nSweeps can run.\n' : '\nSweeps cannot run until the failed checks pass.\n');
  return isHealthy;
}
