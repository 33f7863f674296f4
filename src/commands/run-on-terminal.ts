import chalk from 'chalk';
import { conclusion } from '../reporting/terminal/text/session-text.js';
import { leaderboardText } from '../reporting/terminal/tables/leaderboard.js';
import type { PlannedSweep, SweepSource } from '../session/planning/planned-sweep.js';
import type { SweepOutcome } from '../session/running/run-options.js';
import { runSweep } from '../session/running/run-sweep.js';
import { DEFAULT_DATABASE } from '../session/result-folders.js';
import { shellCommand } from './shell-command.js';
import { processSurroundings } from './surroundings.js';
import type { SweepArgs } from './arguments/sweep-options.js';
import { terminalObserver } from './terminal-observer.js';

/** Runs a sweep, shows its progress, and prints how it ended and the best trials. Returns the exit status. */
export async function runOnTerminal(
  sweep: PlannedSweep,
  source: SweepSource,
  args: SweepArgs & { readonly fresh: boolean },
): Promise<number> {
  const { json, quiet, yes, ...options } = args;
  const observer = terminalObserver({ json, quiet });
  const outcome = await runSweep(sweep, source, { ...options, anySize: yes }, { ...processSurroundings, observer });
  if (outcome === undefined) return 130;
  if (!json && !quiet) printOutcome(outcome, options.db);
  if (outcome.summary.interrupted) return 130;
  return outcome.summary.failed > 0 || outcome.summary.timeUp ? 1 : 0;
}

function printOutcome({ summary, outline, leaderboard }: SweepOutcome, db: string): void {
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
  const ended = conclusion(summary, outline, {
    now: Date.now(),
    style: chalk,
    resume: resumeCommand(outline.name, db),
    waiting: leaderboard.status.counts.queued,
  });
  process.stdout.write(`\n${ended}\n\n${leaderboardText(leaderboard, { columns, style: chalk })}`);
}

const resumeCommand = (name: string, db: string): string =>
  shellCommand('sweep', 'resume', name, ...(db === DEFAULT_DATABASE ? [] : ['--db', db]));
