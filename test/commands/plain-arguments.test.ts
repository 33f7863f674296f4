import assert from 'node:assert/strict';
import { test } from 'node:test';
import yargs, { type CommandModule } from 'yargs';
import { plainArguments, type ReadingCommand } from '../../src/commands/arguments/plain-arguments.js';
import { show } from '../../src/commands/show.js';
import { sql } from '../../src/commands/sql.js';
import { status } from '../../src/commands/status.js';
import { top } from '../../src/commands/top.js';

/** What yargs makes of the words, by the names that the command declares. */
async function byYargs(command: ReadingCommand<never>, words: readonly string[]): Promise<Record<string, unknown>> {
  let args: Record<string, unknown> = {};
  const silent = { ...command, handler: (given: object) => void (args = { ...given }) } as unknown as CommandModule;
  const verb = String(command.command).split(' ')[0]!;
  await yargs([verb, ...words])
    .command(silent)
    .strict()
    .exitProcess(false)
    .fail((message, error: Error | undefined) => {
      throw error ?? new Error(message);
    })
    .parseAsync();
  const names = [...Object.keys(command.takes.positionals), ...Object.keys(command.takes.options)];
  return Object.fromEntries(names.map((name) => [name, args[name]]));
}

const PLAIN: readonly (readonly [ReadingCommand<never>, ...(readonly string[])[]])[] = [
  [top, [], ['birds'], ['-n', '5'], ['-n5'], ['--count', '5', 'birds'], ['--count=7', '--json', '--db', 'a b.duckdb']],
  [top, ['12', '--db=x=y']],
  [status, [], ['birds', '--db', './x.duckdb']],
  [show, ['5'], ['--db', 'x', '12'], ['best'], ['birds:best']],
  [sql, ['from sweeps'], ['select -1', '-f', 'csv', '-o', 'x.csv'], ['select 1', '--format=jsonl', '--output', '-5 x']],
] as readonly (readonly [ReadingCommand<never>, ...(readonly string[])[]])[];

for (const [command, ...lists] of PLAIN) {
  for (const words of lists) {
    test(`${String(command.command)}: ${JSON.stringify(words)} means the same without yargs`, async () => {
      const plain = plainArguments(command, words);
      if (plain) assert.deepEqual(plain, await byYargs(command, words));
      else
        assert.ok(
          words.some((word) => word.startsWith('-5')),
          'only what looks like an option is left to yargs',
        );
    });
  }
}

const LEFT_TO_YARGS: readonly (readonly [ReadingCommand<never>, ...(readonly string[])[]])[] = [
  [
    top,
    ['--help'],
    ['-h'],
    ['--version'],
    ['--no-json'],
    ['--json=true'],
    ['--count'],
    ['--count', 'five'],
    ['-n', '1e2'],
  ],
  [top, ['a', 'b'], ['--count', '1', '--count', '2'], ['--', 'a'], ['--colour'], ['--db='], ['-n', '-1'], ['']],
  [show, [], ['-3']],
  [sql, [], ['x', '--format', 'xml'], ["'select 1'"]],
] as readonly (readonly [ReadingCommand<never>, ...(readonly string[])[]])[];

test('help, mistakes and unusual syntax are left to yargs', () => {
  for (const [command, ...lists] of LEFT_TO_YARGS) {
    for (const words of lists) assert.equal(plainArguments(command, words), undefined, JSON.stringify(words));
  }
});

test('a wrong number or trial is refused in the same words', () => {
  for (const word of ['0012', 'five', '1.5']) {
    assert.throws(() => plainArguments(show as ReadingCommand<never>, [word]), { code: 'USAGE' });
  }
  assert.throws(() => plainArguments(top as ReadingCommand<never>, ['--count', '0']), { code: 'USAGE' });
});
