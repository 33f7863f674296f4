import type { CommandModule } from 'yargs';
import { augmentPreview } from './augment-preview.js';
import { cancel } from './control/cancel.js';
import { deleteCommand } from './editing/delete.js';
import { note } from './editing/note.js';
import { rename } from './editing/rename.js';
import { tag } from './editing/tag.js';
import { doctor } from './doctor.js';
import { evaluate } from './evaluate.js';
import { exportCommand } from './export.js';
import { inspect } from './inspect.js';
import { logs } from './logs.js';
import { lrFind } from './lr-find.js';
import { pause } from './control/pause.js';
import { plan } from './plan.js';
import { predict } from './predict.js';
import { replay } from './replay.js';
import { reproduce } from './reproduce.js';
import { resume } from './resume.js';
import { run } from './run.js';
import { schema } from './schema.js';
import { setup } from './setup.js';
import { show } from './show.js';
import { sql } from './sql.js';
import { status } from './status.js';
import { explain } from './explain.js';
import { stop } from './control/stop.js';
import { top } from './top.js';
import { weights } from './weights.js';

/** Every verb of the command line, in the order in which `--help` lists them. */
export const commands = [
  ...[inspect, augmentPreview, lrFind, run, resume, plan],
  ...[stop, pause, cancel],
  ...[top, explain, replay, status, show, logs, sql],
  ...[note, tag, rename, deleteCommand],
  ...[reproduce, evaluate, exportCommand, predict],
  ...[weights, schema, setup, doctor],
] as readonly CommandModule[];
