import { sequence, type Layer } from '../layer.js';
import { dense } from '../layers.js';
import { CLASSIFIER_STREAM, dropoutLayer } from './dropout-layer.js';

/** From pooled features, [batch, features], to logits, [batch, classes]. */
export function classifier(features: number, classes: number): Layer {
  return sequence(dropoutLayer(CLASSIFIER_STREAM), dense('predictions', features, classes));
}
