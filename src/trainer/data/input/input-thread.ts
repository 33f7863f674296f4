/** Entry of the thread that prepares batches while another one trains. Ends after the order `close`. */
import { parentPort, workerData } from 'node:worker_threads';
import { serializeError } from '../../../core/errors.js';
import { createBatchMaker, type BatchMaker } from './batch-maker.js';
import type { InputAnswer, InputOrder, InputThreadData } from './messages.js';

const { source, buffers } = workerData as InputThreadData;
const port = parentPort!;
let maker: BatchMaker | undefined;

port.on('message', (order: InputOrder) => {
  if (order.type === 'fill') return port.postMessage(fill(order));
  maker?.close();
  port.close();
});

/** Answers every order, with the error if one is thrown: the training thread waits for each batch that it ordered. */
function fill({ buffer, pass, number }: InputOrder & { readonly type: 'fill' }): InputAnswer {
  try {
    maker ??= createBatchMaker(source);
    return { type: 'filled', count: maker.fill(pass, number, buffers[buffer]!) };
  } catch (error) {
    return { type: 'failed', error: serializeError(error, 'INPUT_FAILED') };
  }
}
