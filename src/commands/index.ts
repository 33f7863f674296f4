import type { CommandModule } from 'yargs';
import { doctor } from './doctor.js';
import { plan } from './plan.js';
import { resume } from './resume.js';
import { run } from './run.js';
import { schema } from './schema.js';
import { setup } from './setup.js';
import { show } from './show.js';
import { sql } from './sql.js';
import { status } from './status.js';
import { top } from './top.js';

/** Every verb of the command line, in the order in which `--help` lists them. */
export const commands = [
  ...[run, resume, plan],
  ...[top, status, show, sql],
  ...[schema, setup, doctor],
] as readonly CommandModule[];
