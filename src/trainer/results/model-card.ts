import type { ExportFormat } from './messages.js';
import type { TrainedModel } from './trained-model.js';

export interface ModelCardOptions {
  readonly trained: Pick<TrainedModel, 'settings' | 'classNames' | 'isMultiLabel' | 'epoch'>;
  readonly format: ExportFormat;
  /** What the model is, in a line. */
  readonly title: string;
}

/** A page in Markdown on what a model takes and gives. */
export function modelCard({ trained, format, title }: ModelCardOptions): string {
  const { settings, classNames, isMultiLabel, epoch } = trained;
  const { backbone, imageSize } = settings.model;
  const labels = isMultiLabel
    ? 'An image can have several classes: each has a probability of its own (sigmoid), and those from 0.5 on are its labels.'
    : 'The probabilities of an image add up to 1 (softmax); its label is the class with the largest one.';
  return `# ${title}

${backbone}, trained for ${epoch} ${epoch === 1 ? 'epoch' : 'epochs'}, tells ${classNames.length} classes apart.

## What goes in

\`images\`: float32, [any number, ${imageSize}, ${imageSize}, 3]. Pixels from 0 to 255 as they are, red first: their scaling is part of
the model. As it was trained, an image is

1. turned upright by its EXIF orientation, converted to 8-bit sRGB, transparency laid on white;
2. scaled with a bicubic filter (Catmull-Rom, antialiased) until its shorter side has ${imageSize} pixels;
3. cut to the ${imageSize} x ${imageSize} pixels in its middle.

## What comes out

\`logits\` and \`probabilities\`: float32, [any number, ${classNames.length}], in the order of \`labels.json\`. ${labels}

## How to use it

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
