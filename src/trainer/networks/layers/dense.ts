import { tf } from '../../graph/native/tensorflow.js';
import { CLASSIFIER_STREAM, dropoutLayer } from './dropout-layer.js';
import { classifierKernel, zeros } from './initializers.js';
import { newWeight, sequence, type Layer } from './layer.js';

/** Fully connected layer with bias, [batch, in] to [batch, out]. */
export function dense(name: string, unitsIn: number, unitsOut: number, initialize = classifierKernel): Layer {
  const kernel = newWeight(`${name}/kernel`, [unitsIn, unitsOut], initialize);
  const bias = newWeight(`${name}/bias`, [unitsOut], zeros);
  return {
    weights: [kernel, bias],
    apply: (x, pass) => tf.matMul(x, pass.value(kernel)).add(pass.value(bias)),
  };
}

/** The classifier: dropout and a dense layer, from pooled features, [batch, features], to logits, [batch, classes]. */
export function classifier(features: number, classes: number): Layer {
  return sequence(dropoutLayer(CLASSIFIER_STREAM), dense('predictions', features, classes));
}
