/** `npm run bench -- NAME [options]`: a benchmark from `bench/`, on a machine that is set up first. Without a name: all names. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';
import { runProgram } from './run-program.mjs';

await bootstrap();
const [name, ...options] = process.argv.slice(2);
const folder = join(root, 'dist', 'bench');
const names = readdirSync(folder).filter((entry) => existsSync(join(folder, entry, 'main.js')));
if (!names.includes(name)) {
  process.stderr.write(`usage: npm run bench -- NAME [--options] [--json]; NAME is one of ${names.join(', ')}\n`);
  process.exit(2);
}
process.exitCode = await runProgram(process.execPath, [join(folder, name, 'main.js'), ...options], { cwd: root });
