import type { ChalkInstance } from 'chalk';
import type { CheckResult } from '../../../core/reports/check-result.js';
import { formatCount } from '../../../core/format.js';
import type { Finding, RecordsReport } from '../../../core/results/database-report.js';

const NAME_WIDTH = 14;
const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

/** One check of the machine: its name, its status, and what to do about it. */
export function checkText({ name, status, detail, hint }: CheckResult, style: ChalkInstance): string {
  const indent = ' '.repeat(NAME_WIDTH + 7);
  const text = [detail, ...(hint === undefined ? [] : [`-> ${hint}`])].join('\n').replaceAll('\n', `\n${indent}`);
  return `${name.padEnd(NAME_WIDTH)}  ${style[COLOURS[status]](status.padEnd(4))} ${text}\n`;
}

/** A line for each invariant of a database, then whether all of them hold. */
export function recordsText(report: RecordsReport, isRepair: boolean, style: ChalkInstance): string {
  const { holder, findings, left } = report;
  const lines = findings.map((finding, index) => findingText(finding, left[index]!, { isRepair, style }));
  const broken = left.filter((count) => count > 0).length;
  return [
    ...lines,
    holder ? '\nA sweep is running: its running trials and its checkpoint files were not checked.\n' : '',
    broken === 0 ? '\nThe database is in order.\n' : `\nNot in order: ${formatCount(broken)} of ${left.length}.\n`,
  ].join('');
}

interface FindingOptions {
  readonly isRepair: boolean;
  readonly style: ChalkInstance;
}

function findingText(
  { says, count, examples, repair }: Finding,
  left: number,
  { isRepair, style }: FindingOptions,
): string {
  if (count === 0) return `${style.green('ok  ')}  ${says}\n`;
  const more = count > examples.length ? `, and ${formatCount(count - examples.length)} more` : '';
  const violations = `${formatCount(count)} that ${count === 1 ? 'does' : 'do'} not, ${examples.join('; ')}${more}`;
  const state = left === 0 ? style.yellow('done') : style.red('fail');
  return `${state}  ${says}: ${violations}\n      -> ${remedyText(repair, left, isRepair)}\n`;
}

function remedyText(repair: string | undefined, left: number, isRepair: boolean): string {
  if (repair === undefined) return 'no safe repair';
  if (!isRepair) return `--repair ${repair}`;
  return left > 0 ? `tried: ${repair}` : `done: ${repair}`;
}
