import chalk from 'chalk';
import { jsonView, plainView, quietView } from '../reporting/terminal/plain-view.js';
import { liveView, type SweepView } from '../reporting/terminal/live-view.js';
import type { SweepOutline } from '../reporting/terminal/progress.js';
import type { SweepArgs } from './sweep-options.js';

/** What shows a running sweep: a picture on a terminal, lines elsewhere, or what the flags ask for. */
export function openScreen(outline: SweepOutline, { quiet, json }: Pick<SweepArgs, 'quiet' | 'json'>): SweepView {
  const { stdout } = process;
  const lines = { write: (text: string) => stdout.write(text), style: chalk };
  if (json) return jsonView(lines.write);
  if (quiet) return quietView(outline, lines);
  if (!stdout.isTTY) return plainView(outline, lines);
  return liveView(outline, { terminal: stdout, style: chalk, now: Date.now });
}
