import chalk from 'chalk';
import type { SweepOutline } from '../core/trial/sweep-session.js';
import { liveView, type SweepView } from '../reporting/terminal/live/live-view.js';
import { lrFindProgress } from '../reporting/terminal/live/lr-find-progress.js';
import { jsonView, plainView, quietView } from '../reporting/terminal/live/plain-view.js';
import { announce } from '../reporting/terminal/text/session-text.js';
import type { SweepObserver } from '../session/running/run-options.js';
import type { SweepArgs } from './arguments/sweep-options.js';

type Flags = Pick<SweepArgs, 'quiet' | 'json'>;

/** Shows a running sweep: a live view on a terminal, lines elsewhere, or what the flags ask for. */
export function terminalObserver({ quiet, json }: Flags): SweepObserver {
  const { stdout, stderr } = process;
  const toError = (text: string): void => void stderr.write(`${text}\n`);
  let view: SweepView | undefined;
  return {
    begin(beginning) {
      view = openView(beginning.outline, { quiet, json });
      for (const line of announce(beginning, chalk)) view.line(line);
      return view;
    },
    // With these flags the view prints no lines, but the user must still learn why nothing happens.
    notice: (text) => (json || quiet || view === undefined ? toError(text) : view.line(text)),
    calibrating: (text) => (quiet ? undefined : toError(text)),
    stopping: () => view?.notice('stopping after the epochs under way; Ctrl-C again ends them now'),
    output: (device, line) => view?.line(`${device}  ${line}`),
    rangeTests: lrFindProgress(quiet ? { write: () => undefined } : json ? stderr : stdout, Date.now),
  };
}

function openView(outline: SweepOutline, { quiet, json }: Flags): SweepView {
  const { stdout } = process;
  const lines = { write: (text: string) => stdout.write(text), style: chalk };
  if (json) return jsonView(lines.write);
  if (quiet) return quietView(outline, lines);
  if (!stdout.isTTY) return plainView(outline, lines);
  return liveView(outline, { terminal: stdout, style: chalk, now: Date.now });
}
