/** Keeps a database open for reading until the process ends. `process.argv`: the database. */
import { connect } from '../../../src/store/reading/connect.js';

await connect(process.argv[2]!);
process.stdout.write('reading\n');
setInterval(() => undefined, 60_000);
