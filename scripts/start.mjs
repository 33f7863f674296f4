/** `npm start`: from a fresh clone to the leaderboard of the quickstart. What follows `npm start --` goes to `sweep run`. */
import { bootstrap, cli, root } from './bootstrap.mjs';
import { runProgram } from './run-program.mjs';

await bootstrap();
const args = [cli, 'run', 'sweeps/quickstart.yaml', ...process.argv.slice(2)];
process.exitCode = await runProgram(process.execPath, args, { cwd: root });
