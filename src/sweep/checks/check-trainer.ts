import { extname } from 'node:path';
import type { PathFinding } from '../text/text-map.js';

/** Finds a trainer whose file is no JavaScript module, by its name. */
export function checkTrainer(trainer: unknown): PathFinding[] {
  if (typeof trainer !== 'string') return [];
  const ending = extname(trainer).toLowerCase();
  if (ending === '' || /^\.[cm]?js$/.test(ending)) return [];
  const { kind, suggestion } = OTHERS.find(({ endings }) => endings.includes(ending)) ?? OTHER;
  const message = `${trainer} is ${kind}: a trainer is a JavaScript module (.mjs, .js) that exports \`train\``;
  return [{ path: ['trainer'], at: 'value', rule: 'unsupported', message, suggestion }];
}

const OTHERS = [
  {
    endings: ['.py', '.ipynb', '.r', '.jl', '.sh'],
    kind: 'a program in another language',
    suggestion: 'Name it with `program:` in place of `trainer:`; docs/programs.md shows how its metrics are read.',
  },
  {
    endings: ['.ts', '.mts', '.cts', '.tsx'],
    kind: 'TypeScript',
    suggestion:
      'Compile it, for example with `npx esbuild trainer.ts --outfile=trainer.mjs`, and name the compiled file.',
  },
];

const OTHER = { kind: 'no JavaScript', suggestion: 'docs/trainer-contract.md has an example of a trainer.' };
