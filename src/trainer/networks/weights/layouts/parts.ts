import type { LayerLayout } from '../layout.js';

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

/** `2.0` for the first block of the third stage, as PyTorch's models count: a stage is a row of blocks of one width. */
export function placesInStages(blocks: readonly { readonly filtersOut: number }[], first = 0): string[] {
  let [stage, place] = [first - 1, 0];
  return blocks.map(({ filtersOut }, index) => {
    if (filtersOut === blocks[index - 1]?.filtersOut) place++;
    else [stage, place] = [stage + 1, 0];
    return `${stage}.${place}`;
  });
}
