/** Opens and closes the file of weights that `workerData` names. */
import { workerData } from 'node:worker_threads';
import { openWeightFile } from './open-weight-file.js';

const file = await openWeightFile(String(workerData));
file.close();
