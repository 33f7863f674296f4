import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { CommandModule } from 'yargs';
import { main } from '../../src/cli.js';
import { runCommandLine } from '../../src/commands/command-line.js';
import { commands } from '../../src/commands/index.js';
import { InputError } from '../../src/core/errors.js';

/** Command lines as people type them. */
const LINES = [
  'run sweep.yaml',
  'run sweep.yaml --set epochs=3 --set parameters.gamma.values=[0,2] --devices gpu:0,gpu:1 --slots 2 --db a.duckdb',
  'run sweep.yaml --max-trials 10 --yes --quiet --json --verbose --retry-failed --dry-run',
  'resume flowers --devices cpu:0 -q -y',
  'plan sweep.yaml --count 5 --json --set name=x',
  'top flowers -n 20 --json --db results/sweeps.duckdb',
  'status flowers --json',
  'show 12 --json',
  'sql',
  'inspect photos --json',
  'stop 3 --db a.duckdb',
  'pause 3',
  'cancel 3',
  'schema',
  'doctor --db --repair',
  'setup --cpu',
  'weights list',
  '--help',
  '--version',
].map((line) => line.split(' '));

/** Words that break things, or belong to another command. */
const WORDS = [
  ...'-- - --- -x -nnn --no-json --no-db --json=false --json=maybe --db --db= --count=1e9 --count=-1 --count=x --set'.split(
    ' ',
  ),
  ...'--set=a.b=c --set== --slots=0 --slots=auto --devices= --devices=gpu:x,,cpu:0 --help -h --version --__proto__=1'.split(
    ' ',
  ),
  ...'--constructor.prototype.x=1 --a.b.c --max-trials=1.5 --format=xml -f csv 0 -1 1e999 NaN 99999999999999999999'.split(
    ' ',
  ),
  ...[
    '',
    ' ',
    '\n',
    '\u0000',
    '\u202e',
    '\ud800',
    '"',
    "'",
    '$(touch x)',
    '`id`',
    '../../etc/passwd',
    '--é=ü',
    '--json json',
  ],
  ...LINES.flat(),
];

type Edit = (words: readonly string[]) => readonly string[];

const edit: fc.Arbitrary<Edit> = fc
  .record({
    at: fc.nat(9),
    word: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...WORDS) }, fc.string({ unit: 'binary', maxLength: 12 })),
    cut: fc.nat(20),
  })
  .chain(({ at, word, cut }) =>
    fc.constantFrom<Edit>(
      (words) => words.toSpliced(at % (words.length + 1), 0, word),
      (words) => words.toSpliced(at % (words.length + 1), 1),
      (words) => words.toSpliced(at % (words.length + 1), 1, word),
      (words) =>
        words.map((own, index) => (index === at % words.length ? own.slice(0, cut) + own.slice(cut + 1) : own)),
      (words) => words.map((own, index) => (index === at % words.length ? own + word : own)),
      (words) => [...words, ...words.slice(at % (words.length + 1))],
    ),
  );

const commandLine = fc
  .tuple(fc.constantFrom(...LINES), fc.array(edit, { minLength: 1, maxLength: 4 }))
  .map(([line, edits]) => edits.reduce<readonly string[]>((words, change) => change(words), line));

/** Keeps from the terminal what is printed meanwhile, and returns it. Bytes are the test runner's own messages. */
async function quietly(work: () => Promise<unknown>): Promise<string> {
  let printed = '';
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write.bind(stream) }));
  for (const { stream, write } of streams) {
    stream.write = (text: string | Uint8Array) => (typeof text === 'string' ? Boolean((printed += text)) : write(text));
  }
  try {
    await work();
  } finally {
    for (const { stream, write } of streams) stream.write = write;
  }
  return printed;
}

test('each of 10,000 damaged command lines runs one command or reports its mistake', async () => {
  let ran = 0;
  // The real commands with all they take; what they would do is only counted.
  const idle: CommandModule[] = commands.map((command) => ({
    ...command,
    handler: () => {
      ran++;
    },
  }));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(commandLine, async (words) => {
      const before = ran;
      try {
        const printed = await quietly(() => runCommandLine(words, idle));
        assert.ok(ran === before + 1 || printed !== '', 'it did something');
      } catch (error) {
        assert.ok(error instanceof InputError && error.code === 'USAGE', String(error));
        assert.ok(error.message.trim() !== '' && !/^ {4}at /m.test(error.message), error.message);
        assert.equal(ran, before);
        refused++;
      }
    }),
    { seed: 1, numRuns: 10_000 },
  );
  assert.ok(ran > 500 && refused > 500, `both happen: ${ran} ran, ${refused} were refused`);
});

/** Those that can be run as they are: they look, and change nothing outside their folder. */
const HARMLESS = new Set([
  'run',
  'resume',
  'plan',
  'top',
  'status',
  'show',
  'sql',
  'schema',
  'stop',
  'pause',
  'cancel',
]);

const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'sweepwright-arguments-'));
before(() => {
  // Its trainer is not there, so that nothing trains even where a whole line is left.
  writeFileSync(
    join(folder, 'sweep.yaml'),
    'method: grid\ntrainer: ./none.mjs\nmetric: { name: x }\nparameters: { gamma: { values: [0, 2] } }\n',
  );
  process.chdir(folder);
});
after(() => {
  process.chdir(home);
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

test('a damaged command line ends with a clear message, never with a stack trace', async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(
      commandLine.filter(([verb]) => HARMLESS.has(verb ?? '')),
      async (words) => {
        let status = -1;
        process.exitCode = undefined;
        const printed = await quietly(async () => (status = await main(words)));
        assert.ok([0, 1, 2].includes(status), `${status}: ${printed}`);
        assert.ok(!/^ {4}at |This is a bug/m.test(printed), printed);
        if (status !== 0) assert.match(printed, /^error [^]*\S/m);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      },
    ),
    { seed: 2, numRuns: 500 },
  );
  assert.ok(statuses.size >= 2);
});
