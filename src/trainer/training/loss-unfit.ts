import { InputError } from '../../core/errors.js';

/** The error for a dataset whose images can have several classes and a softmax, which has an image be of one class alone. */
export const lossUnfit = (): InputError =>
  new InputError('LOSS_UNFIT', 'images of this dataset can have several classes, and the loss knows of one', {
    hint: 'Set loss: sigmoid_focal, or take label_separator out to have every cell be one class.',
  });
