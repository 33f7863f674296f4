import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** The environment of a measurement, needed to compare it with others. */
export function describeMachine() {
  const models = [...new Set(cpus().map(({ model }) => model))];
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: models.join(', '),
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    sweepwright: version,
    command: `npm run bench -- ${process.argv[1]!.split('/').at(-2)!} ${process.argv.slice(2).join(' ')}`.trim(),
  };
}
