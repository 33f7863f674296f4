import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { CLI, Rig } from '../rig.js';

let rig: Rig;
before(() => {
  rig = new Rig();
  rig.write('trainer.mjs', 'export const train = () => {};');
  rig.write(
    'own.yaml',
    'method: grid\ntrainer: ./trainer.mjs\nmetric: { name: loss }\nparameters: { x: { value: 1 } }\n',
  );
});
after(() => rig.close());

/** Runs a command on a terminal, which Python makes; returns what it shows. */
async function onTerminal(environment: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string> {
  const spawnOnTerminal = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';
  // Continuous integration (CI=true) has no colours of its own accord.
  const unset = { NO_COLOR: undefined, FORCE_COLOR: undefined, CI: undefined };
  const env = { ...process.env, TERM: 'xterm-256color', ...unset, ...environment };
  const child = spawn('python3', ['-c', spawnOnTerminal, process.execPath, CLI, ...args], { cwd: rig.folder, env });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  await once(child, 'close');
  return shown;
}

test('colours on a terminal are turned off by NO_COLOR and by --no-color, before and after the command', async () => {
  assert.match(await onTerminal({}, 'plan', 'own.yaml'), /\u001b\[1mown\u001b\[22m/);
  const plain = [
    await onTerminal({ NO_COLOR: '1' }, 'plan', 'own.yaml'),
    await onTerminal({}, 'plan', 'own.yaml', '--no-color'),
    await onTerminal({}, '--no-color', 'plan', 'own.yaml'),
    await onTerminal({}, 'plan', 'missing.yaml', '--no-color'),
    await onTerminal({ NO_COLOR: '1' }, 'plan', 'missing.yaml'),
    await onTerminal({ NO_COLOR: '1' }, 'top', '--db', 'missing.duckdb'),
    await onTerminal({}, 'top', '--no-color', '--db', 'missing.duckdb'),
  ];
  for (const text of plain) {
    assert.match(text, /own {2}grid, 1 trial|missing\.yaml|missing\.duckdb/);
    assert.doesNotMatch(text, /\u001b\[\d/);
  }
});
