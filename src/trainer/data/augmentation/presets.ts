import type { ParamValue } from '../../../core/parameters.js';

/** Named pipelines, in the notation of a sweep file. */
export const PRESETS = {
  none: [],
  /** For small or clean datasets, and for classes that differ in details. */
  light: [
    { op: 'horizontal_flip', p: 0.5 },
    { op: 'shift_scale_rotate', shift_limit: 0.05, scale_limit: 0.1, rotate_limit: 10, p: 0.5 },
    { op: 'brightness_contrast', brightness_limit: 0.1, contrast_limit: 0.1, p: 0.3 },
  ],
  /** For photographs of objects; a good first choice. */
  medium: [
    { op: 'random_resized_crop', scale: [0.6, 1], ratio: [0.8, 1.25], p: 0.8 },
    { op: 'horizontal_flip', p: 0.5 },
    { op: 'shift_scale_rotate', shift_limit: 0.0625, scale_limit: 0.1, rotate_limit: 15, p: 0.4 },
    { op: 'brightness_contrast', brightness_limit: 0.2, contrast_limit: 0.2, p: 0.5 },
    { op: 'hue_saturation', hue_shift_limit: 8, sat_shift_limit: 25, val_shift_limit: 15, p: 0.3 },
    { op: 'blur', sigma: [0.3, 1], p: 0.1 },
    { op: 'coarse_dropout', holes: [1, 2], hole_size: [0.1, 0.2], p: 0.2 },
  ],
  /** For long training and large backbones, which overfit otherwise. */
  strong: [
    { op: 'random_resized_crop', scale: [0.35, 1], p: 1 },
    { op: 'horizontal_flip', p: 0.5 },
    { op: 'shift_scale_rotate', shift_limit: 0.0625, scale_limit: 0.15, rotate_limit: 30, p: 0.5 },
    { op: 'brightness_contrast', brightness_limit: 0.3, contrast_limit: 0.3, p: 0.7 },
    { op: 'hue_saturation', hue_shift_limit: 15, sat_shift_limit: 50, val_shift_limit: 25, p: 0.5 },
    { op: 'clahe', p: 0.1 },
    { op: 'equalize', p: 0.05 },
    { op: 'blur', sigma: [0.3, 1.5], p: 0.15 },
    { op: 'noise', std: [3, 12], p: 0.2 },
    { op: 'jpeg_compression', quality: [40, 95], p: 0.2 },
    { op: 'coarse_dropout', holes: [1, 4], hole_size: [0.1, 0.25], p: 0.4 },
  ],
} as const satisfies Readonly<Record<string, ParamValue>>;

export type Preset = keyof typeof PRESETS;
