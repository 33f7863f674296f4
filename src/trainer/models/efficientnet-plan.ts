export const EFFICIENTNETS = ['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7'] as const;
export type EfficientNet = (typeof EFFICIENTNETS)[number];

/** How B0 grows to each of its larger relatives (arXiv 1905.11946), and what each was published with. */
const SCALING: Readonly<Record<EfficientNet, Scaling>> = {
  b0: { width: 1.0, depth: 1.0, resolution: 224, dropout: 0.2 },
  b1: { width: 1.0, depth: 1.1, resolution: 240, dropout: 0.2 },
  b2: { width: 1.1, depth: 1.2, resolution: 260, dropout: 0.3 },
  b3: { width: 1.2, depth: 1.4, resolution: 300, dropout: 0.3 },
  b4: { width: 1.4, depth: 1.8, resolution: 380, dropout: 0.4 },
  b5: { width: 1.6, depth: 2.2, resolution: 456, dropout: 0.4 },
  b6: { width: 1.8, depth: 2.6, resolution: 528, dropout: 0.5 },
  b7: { width: 2.0, depth: 3.1, resolution: 600, dropout: 0.5 },
};

interface Scaling {
  readonly width: number;
  readonly depth: number;
  /** Edge of an image in pixels. */
  readonly resolution: number;
  readonly dropout: number;
}

/** The stages of B0: table 1 of the paper. */
const STAGES = [
  { kernelSize: 3, repeats: 1, filtersIn: 32, filtersOut: 16, expansion: 1, strides: 1 },
  { kernelSize: 3, repeats: 2, filtersIn: 16, filtersOut: 24, expansion: 6, strides: 2 },
  { kernelSize: 5, repeats: 2, filtersIn: 24, filtersOut: 40, expansion: 6, strides: 2 },
  { kernelSize: 3, repeats: 3, filtersIn: 40, filtersOut: 80, expansion: 6, strides: 2 },
  { kernelSize: 5, repeats: 3, filtersIn: 80, filtersOut: 112, expansion: 6, strides: 1 },
  { kernelSize: 5, repeats: 4, filtersIn: 112, filtersOut: 192, expansion: 6, strides: 2 },
  { kernelSize: 3, repeats: 1, filtersIn: 192, filtersOut: 320, expansion: 6, strides: 1 },
] as const;

export interface BlockPlan {
  /** `block2a_`: stage and place in it, the prefix of its weights' names. */
  readonly name: string;
  /** From 0, over all stages. */
  readonly index: number;
  readonly kernelSize: number;
  readonly strides: 1 | 2;
  readonly filtersIn: number;
  readonly filtersOut: number;
  /** How many times as many channels the block works on inside. */
  readonly expansion: number;
}

export interface EfficientNetPlan extends Scaling {
  readonly stemFilters: number;
  readonly blocks: readonly BlockPlan[];
  readonly topFilters: number;
}

/** All sizes of one EfficientNet. */
export function planEfficientNet(backbone: EfficientNet): EfficientNetPlan {
  const scaling = SCALING[backbone];
  const filters = (count: number) => roundFilters(count * scaling.width);
  const blocks: BlockPlan[] = [];
  for (const [stage, { repeats, filtersIn, filtersOut, strides, ...rest }] of STAGES.entries()) {
    for (let place = 0; place < Math.ceil(repeats * scaling.depth); place++) {
      blocks.push({
        name: `block${stage + 1}${String.fromCharCode('a'.charCodeAt(0) + place)}_`,
        index: blocks.length,
        strides: place === 0 ? strides : 1,
        filtersIn: filters(place === 0 ? filtersIn : filtersOut),
        filtersOut: filters(filtersOut),
        ...rest,
      });
    }
  }
  return { ...scaling, stemFilters: filters(32), blocks, topFilters: filters(1280) };
}

/** To the nearest multiple of 8 that is not more than a tenth smaller. */
function roundFilters(filters: number): number {
  const rounded = Math.max(8, Math.floor((filters + 4) / 8) * 8);
  return rounded < 0.9 * filters ? rounded + 8 : rounded;
}
