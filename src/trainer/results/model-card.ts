import type { ExportFormat } from '../../core/trainer/export-format.js';
import type { TrainedModel } from './trained-model.js';

export interface ModelCardOptions {
  readonly trained: Pick<TrainedModel, 'settings' | 'classNames' | 'isMultiLabel' | 'epoch'>;
  readonly format: ExportFormat;
  /** One-line description of the model. */
  readonly title: string;
}

/** README of an exported model, in Markdown: its inputs, outputs and usage. */
export function modelCard({ trained, format, title }: ModelCardOptions): string {
  const { settings, classNames, isMultiLabel, epoch } = trained;
  const { backbone, imageSize } = settings.model;
  const labels = isMultiLabel
    ? 'An image can have several classes: each class has its own probability (sigmoid), and classes from 0.5 on are labels of the image.'
    : 'The probabilities of an image add up to 1 (softmax); its label is the class with the largest one.';
  return `# ${title}

${backbone}, trained for ${epoch} ${epoch === 1 ? 'epoch' : 'epochs'}, tells ${classNames.length} classes apart.

## Input

\`images\`: float32, [any number, ${imageSize}, ${imageSize}, 3]. RGB pixels from 0 to 255; their scaling is part of
the model. Prepare images as in training:

1. apply the EXIF orientation, convert to 8-bit sRGB, put transparent images on white;
2. scale with a bicubic filter (Catmull-Rom, antialiased) until the shorter side has ${imageSize} pixels;
3. crop the ${imageSize} x ${imageSize} pixels in the centre.

## Output

\`logits\` and \`probabilities\`: float32, [any number, ${classNames.length}], in the order of \`labels.json\`. ${labels}

## Usage

${USES[format](imageSize)}`;
}

const USES: Readonly<Record<ExportFormat, (size: number) => string>> = {
  tfjs: (size) => `\`\`\`js
import * as tf from '@tensorflow/tfjs';

const model = await tf.loadGraphModel('model.json');
const images = tf.browser.fromPixels(canvas).toFloat().expandDims(); // [1, ${size}, ${size}, 3]
const probabilities = model.execute({ images }, 'probabilities');
\`\`\`
`,
  savedmodel: (size) => `\`\`\`python
import tensorflow as tf

model = tf.saved_model.load('.').signatures['serving_default']
outputs = model(images=images)  # float32, [any number, ${size}, ${size}, 3]
probabilities = outputs['probabilities']
\`\`\`
`,
};
