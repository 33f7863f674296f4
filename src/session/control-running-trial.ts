import type { ControlAction } from '../core/trial/control.js';
import { controlTrial } from '../store/endpoint/control-client.js';

/** Asks the process that runs a sweep on `db` to stop, pause or cancel a trial. Throws as `controlTrial` does. */
export const controlRunningTrial = (db: string, trial: number, action: ControlAction): Promise<void> =>
  controlTrial(db, trial, action);
