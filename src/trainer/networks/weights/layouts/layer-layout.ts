/**
 * Naming schemes of weight files. `keras`: Keras' names, which are also this program's. `torch`: those of timm and
 * torchvision. `package`: those of the PyTorch packages `efficientnet-pytorch` and `efficientnet-lite-pytorch`.
 */
export const DIALECTS = ['keras', 'torch', 'package'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** A layer with weights, and its name in each dialect. */
export interface LayerLayout {
  readonly kind: 'convolution' | 'depthwise' | 'normalization' | 'dense';
  /** This program's name, as in Keras. */
  readonly name: string;
  /**
   * Shape of the kernel: [height, width, in, out], [height, width, channels, 1] or [in, out]; [channels] of a
   * normalization.
   */
  readonly shape: readonly number[];
  readonly bias: boolean;
  readonly torch: string;
  /** `undefined` where the packages have no such layer. */
  readonly package?: string;
}

/** A backbone's layers in Keras' order. The classifier is separate, because its number of classes depends on the dataset. */
export interface BackboneLayout {
  readonly layers: readonly LayerLayout[];
  readonly classifier: {
    readonly name: string;
    readonly features: number;
    readonly torch: string;
    readonly package?: string;
  };
}

type Names = Pick<LayerLayout, 'name' | 'torch' | 'package'>;

export const convolution = (names: Names, shape: readonly number[], bias = false): LayerLayout => ({
  kind: 'convolution',
  ...names,
  shape,
  bias,
});

export const depthwise = (names: Names, kernelSize: number, channels: number): LayerLayout => ({
  kind: 'depthwise',
  ...names,
  shape: [kernelSize, kernelSize, channels, 1],
  bias: false,
});

export const normalization = (names: Names, channels: number): LayerLayout => ({
  kind: 'normalization',
  ...names,
  shape: [channels],
  bias: true,
});

export const dense = (names: Names, unitsIn: number, unitsOut: number): LayerLayout => ({
  kind: 'dense',
  ...names,
  shape: [unitsIn, unitsOut],
  bias: true,
});

/**
 * Each block's stage and place in it, as PyTorch counts: `2.0` is the first block of the third stage. Blocks of a stage
 * have equal `filtersOut`.
 */
export function placesInStages(blocks: readonly { readonly filtersOut: number }[], first = 0): string[] {
  let [stage, place] = [first - 1, 0];
  return blocks.map(({ filtersOut }, index) => {
    if (filtersOut === blocks[index - 1]?.filtersOut) place++;
    else [stage, place] = [stage + 1, 0];
    return `${stage}.${place}`;
  });
}
