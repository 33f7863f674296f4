/**
 * `npm run chaos -- --kills 5000 --seed 7`: kills the processes of sweeps at random events, and exits with 1 if a table differs
 * from that of an undisturbed sweep.
 */
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';
import { runProgram } from './run-program.mjs';

await bootstrap();
const program = join(root, 'dist', 'test', 'chaos', 'main.js');
process.exitCode = await runProgram(process.execPath, [program, ...process.argv.slice(2)], { cwd: root });
