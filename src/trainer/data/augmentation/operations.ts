import { createBlur } from './pixels/blur.js';
import { createClahe } from './pixels/clahe.js';
import { dropBoxes } from './geometry/coarse-dropout.js';
import { drawBox, drawCrop } from './geometry/draw-box.js';
import { equalize } from './pixels/equalize.js';
import { horizontalFlip, verticalFlip } from './geometry/flip.js';
import { shiftHue } from './pixels/hue-saturation.js';
import { createJpeg } from './pixels/jpeg.js';
import { addNoise } from './pixels/noise.js';
import { draw, drawWhole, type Field, type Operation, type Range } from './operation.js';
import { applyTable, linearTable } from './pixels/tables.js';
import { placed, stretched, warp } from './geometry/warp.js';

export type OperationName = keyof typeof OPERATIONS;

/** All operations by name. Names and defaults follow Albumentations, if it has the operation. */
export const OPERATIONS = {
  horizontal_flip: {
    fields: {},
    prepare: (_, size) => (image, out) => horizontalFlip(image, out, size),
  },
  vertical_flip: {
    fields: {},
    prepare: (_, size) => (image, out) => verticalFlip(image, out, size),
  },
  rotate: {
    fields: { limit: spread('degrees, counter-clockwise', 180, 90) },
    prepare:
      ({ limit }, size) =>
      (image, out, random) =>
        warp(image, out, size, placed(size, { degrees: draw(random, limit!) })),
  },
  shift_scale_rotate: {
    fields: {
      shift_limit: spread('share of the size, each way', 1, 0.0625),
      scale_limit: { ...spread('relative change of the size', 1, 0.1), bounds: [-0.9, 9] },
      rotate_limit: spread('degrees, counter-clockwise', 180, 45),
    },
    prepare:
      ({ shift_limit: shift, scale_limit: scale, rotate_limit: angle }, size) =>
      (image, out, random) => {
        const placement = {
          degrees: draw(random, angle!),
          scale: 1 + draw(random, scale!),
          shift: [draw(random, shift!), draw(random, shift!)] as const,
        };
        warp(image, out, size, placed(size, placement));
      },
  },
  random_resized_crop: {
    fields: {
      scale: range('share of the area to keep', [0.01, 1], [0.08, 1]),
      ratio: range('aspect ratio (width / height) of the crop', [0.1, 10], [0.75, 1.3333]),
    },
    prepare:
      ({ scale, ratio }, size) =>
      (image, out, random) =>
        warp(image, out, size, stretched(size, drawCrop(random, size, scale!, ratio!))),
  },
  brightness_contrast: {
    fields: {
      brightness_limit: spread('share of full brightness', 1, 0.2),
      contrast_limit: spread('relative change', 1, 0.2),
    },
    prepare:
      ({ brightness_limit: brightness, contrast_limit: contrast }) =>
      (image, out, random) =>
        applyTable(image, out, linearTable(1 + draw(random, contrast!), draw(random, brightness!))),
  },
  hue_saturation: {
    fields: {
      hue_shift_limit: spread('half degrees: 90 turns a colour into its opposite', 90, 20),
      sat_shift_limit: spread('of 255', 255, 30),
      val_shift_limit: spread('of 255', 255, 20),
    },
    prepare:
      ({ hue_shift_limit: hue, sat_shift_limit: saturation, val_shift_limit: value }) =>
      (image, out, random) =>
        shiftHue(image, out, {
          hue: draw(random, hue!),
          saturation: draw(random, saturation!),
          value: draw(random, value!),
        }),
  },
  blur: {
    fields: { sigma: range('pixels, deviation of the Gaussian', [0, 20], [0.5, 1.5]) },
    prepare: ({ sigma }, size) => {
      const blur = createBlur(size);
      return (image, out, random) => blur(image, out, draw(random, sigma!));
    },
  },
  noise: {
    fields: { std: range('of 255, deviation of the Gaussian', [0, 255], [3, 7]) },
    prepare:
      ({ std }) =>
      (image, out, random) =>
        addNoise(image, out, draw(random, std!), random),
  },
  coarse_dropout: {
    fields: {
      holes: whole('how many', [1, 100], [1, 2]),
      hole_size: range('share of the size, each way', [0.01, 1], [0.1, 0.2]),
      fill: { description: 'grey level, 0 is black', kind: 'number', bounds: [0, 255], default: [0, 0], whole: true },
    },
    prepare:
      ({ holes, hole_size: edge, fill }, size) =>
      (image, out, random) => {
        const boxes = Array.from({ length: drawWhole(random, holes!) }, () => drawBox(random, size, edge!));
        dropBoxes(image, out, size, boxes, fill![0]);
      },
  },
  clahe: {
    fields: {
      clip_limit: range('times the average count', [1, 100], [1, 4]),
      tiles: { description: 'per side', kind: 'number', bounds: [1, 32], default: [8, 8], whole: true },
    },
    prepare: ({ clip_limit: clipLimit, tiles }, size) => {
      const clahe = createClahe(size);
      return (image, out, random) => clahe(image, out, { clipLimit: draw(random, clipLimit!), tiles: tiles![0] });
    },
  },
  equalize: {
    fields: {},
    prepare: () => (image, out) => equalize(image, out),
  },
  jpeg_compression: {
    fields: { quality: whole('quality of libjpeg', [1, 100], [50, 95]) },
    prepare: ({ quality }, size) => {
      const jpeg = createJpeg(size);
      return (image, out, random) => jpeg(image, out, drawWhole(random, quality!));
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;

function spread(description: string, bound: number, standard: number): Field {
  return { description, kind: 'spread', bounds: [-bound, bound], default: [-standard, standard] };
}

function range(description: string, bounds: Range, standard: Range): Field {
  return { description, kind: 'range', bounds, default: standard };
}

function whole(description: string, bounds: Range, standard: Range): Field {
  return { ...range(description, bounds, standard), whole: true };
}
