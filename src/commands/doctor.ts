import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import { InputError } from '../core/errors.js';
import type { CheckResult } from '../core/reports/check-result.js';
import { DEFAULT_DATABASE } from '../session/result-folders.js';
import { jsonOption, type OptionTable } from './arguments/sweep-options.js';

interface DoctorArgs {
  readonly db: string | undefined;
  readonly repair: boolean;
  readonly salvage: string | undefined;
  readonly json: boolean;
}

export const doctor: CommandModule<object, DoctorArgs> = {
  command: 'doctor',
  describe: 'Check everything that a sweep needs, and say how to get what is missing',
  builder: (yargs) => yargs.options(doctorOptions) as Argv<DoctorArgs>,
  handler: async ({ db, repair, salvage, json }) => {
    if (db === undefined && repair) {
      throw new InputError('USAGE', '--repair needs a database', {
        hint: 'sweep doctor --db results/sweeps.duckdb --repair',
      });
    }
    if (salvage !== undefined) return printSalvage(db, salvage, json);
    const isHealthy =
      db === undefined ? await printMachine(json) : await printRecords(db || DEFAULT_DATABASE, { repair, json });
    if (!isHealthy) process.exitCode = 1;
  },
};

const doctorOptions: OptionTable = {
  db: { string: true, describe: `Check the records in a database instead [without a file: ${DEFAULT_DATABASE}]` },
  repair: { boolean: true, default: false, describe: 'With --db: repair what can be repaired without loss' },
  salvage: {
    string: true,
    requiresArg: true,
    describe: 'With --db: copy what can be read from a damaged database into this new file',
  },
  ...jsonOption,
};

async function printRecords(db: string, { repair, json }: Pick<DoctorArgs, 'repair' | 'json'>): Promise<boolean> {
  const [{ checkRecords }, { recordsText }, { recordsJson }] = await Promise.all([
    import('../session/checking/check-records.js'),
    import('../reporting/terminal/text/doctor-text.js'),
    import('../reporting/json/doctor-json.js'),
  ]);
  const report = await checkRecords({ db, repair, now: Date.now() });
  process.stdout.write(json ? recordsJson(report) : recordsText(report, repair, chalk));
  return report.left.every((count) => count === 0);
}

async function printSalvage(db: string | undefined, to: string, json: boolean): Promise<void> {
  if (!db) {
    throw new InputError('USAGE', '--salvage needs a database', {
      hint: 'sweep doctor --db results/sweeps.duckdb --salvage results/saved.duckdb',
    });
  }
  const [{ salvageRecords }, { salvageText }, { salvageJson }] = await Promise.all([
    import('../session/checking/salvage-records.js'),
    import('../reporting/terminal/text/salvage-text.js'),
    import('../reporting/json/doctor-json.js'),
  ]);
  const salvage = await salvageRecords({ db, to, now: Date.now });
  const { checkpoints } = salvage;
  process.stdout.write(json ? salvageJson(salvage) : salvageText(salvage, { db, to, checkpoints, style: chalk }));
}

/** As text, each check is printed when it is done. */
async function printMachine(json: boolean): Promise<boolean> {
  const [{ checkMachine }, { checkText }, { checksJson }] = await Promise.all([
    import('../session/checking/check-machine.js'),
    import('../reporting/terminal/text/doctor-text.js'),
    import('../reporting/json/doctor-json.js'),
  ]);
  const checks: CheckResult[] = [];
  for await (const result of checkMachine(Date.now())) {
    checks.push(result);
    if (!json) process.stdout.write(checkText(result, chalk));
  }
  const isHealthy = checks.every(({ status }) => status !== 'fail');
  const verdict = isHealthy ? 'Sweeps can run.' : 'Sweeps cannot run until the failed checks pass.';
  process.stdout.write(json ? checksJson(checks) : `\n${verdict}\n`);
  return isHealthy;
}
