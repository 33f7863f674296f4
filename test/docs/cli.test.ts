import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { CommandModule } from 'yargs';
import { commands } from '../../src/commands/index.js';
import { readPage, ROOT } from './pages.js';

test('docs/cli.md says what the commands say', async () => {
  const script = pathToFileURL(join(ROOT, 'scripts/cli-reference.mjs')).href;
  const { cliReference } = (await import(script)) as {
    readonly cliReference: (commands: readonly CommandModule[]) => string;
  };
  const page = cliReference(commands);
  assert.ok(page === readPage('docs/cli.md'), 'docs/cli.md is out of date: run "node scripts/cli-reference.mjs"');
  for (const { command } of commands)
    assert.match(page, new RegExp(`^## \`sweep ${String(command).split(' ')[0]}`, 'm'));
});
