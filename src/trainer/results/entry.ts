import { InputError, serializeError } from '../../core/errors.js';
import type { ResultsReply, ResultsRequest } from './messages.js';

// Entry of a child process that answers one request about a trained model. It keeps TensorFlow out of the main process.

async function answer(request: ResultsRequest): Promise<ResultsReply> {
  try {
    switch (request.type) {
      case 'export': {
        const { exportModel } = await import('./export-model.js');
        return { type: 'exported', files: await exportModel(request) };
      }
      case 'predict': {
        const { predictImages } = await import('./predict-images.js');
        await predictImages(request, send);
        return { type: 'predicted' };
      }
      case 'evaluate': {
        const { evaluateImages } = await import('./evaluate-images.js');
        return { type: 'evaluated', evaluation: await evaluateImages(request, send) };
      }
      default:
        return request satisfies never;
    }
  } catch (error) {
    return { type: 'failed', error: serializeError(error, 'UNEXPECTED'), isInput: error instanceof InputError };
  }
}

/** Resolves when the message is sent, so that predictions do not pile up in memory. */
function send(reply: ResultsReply): Promise<void> {
  return new Promise((resolve) => {
    process.send!(reply, undefined, undefined, () => resolve());
  });
}

process.once('message', (request: ResultsRequest) => {
  void answer(request)
    .then(send)
    .finally(() => process.disconnect());
});
