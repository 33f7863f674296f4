import { readFile } from 'node:fs/promises';
import type sharp from 'sharp';
import { InputError } from '../../../core/errors.js';
import { systemReason } from '../../../platform/errno.js';

/**
 * How an image of any shape becomes a square: scaled with a bicubic filter (Catmull-Rom, antialiased) until its shorter side
 * has the size, then cropped to the centre. The aspect ratio is kept, as in the evaluation of the published EfficientNet
 * weights. The rule is part of the name of every image cache: change the name when the rule changes.
 */
export const RESIZE_RULE = 'crop-cubic';

/** About 16,000 x 16,000: more than any camera has, and it still fits into a laptop's memory. */
const MAX_PIXELS = 2 ** 28;

/** The formats that are read, recognised by their first bytes, not by the name of the file. */
const SIGNATURES: readonly RegExp[] = [/^\xff\xd8\xff/, /^\x89PNG\r\n\x1a\n/, /^RIFF....WEBP/s, /^GIF8[79]a/];

/**
 * Reads an image file as RGB bytes [size, size, 3]. Applies the EXIF orientation, converts colours to 8-bit sRGB (from 16
 * bits, grey, CMYK, other profiles), puts transparent images on white, and takes the first frame of an animation. If the file
 * cannot be decoded completely, returns the reason.
 *
 * @throws InputError DATASET_UNREADABLE if the file cannot be read
 */
export async function decodeImage(path: string, size: number): Promise<Decoded> {
  const bytes = await readImageFile(path);
  const reason = unreadable(bytes);
  if (reason !== undefined) return { reason };
  const decoder = await loadDecoder();
  try {
    const { data, info } = await decoder(bytes, DECODING)
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .resize(size, size, { fit: 'cover', position: 'centre', kernel: 'cubic' })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return info.channels === 3 ? { pixels: data } : { reason: `decoded to ${info.channels} channels instead of 3` };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** An image's pixels, RGB bytes [size, size, 3], or why it cannot be decoded. */
export type Decoded = { readonly pixels: Uint8Array } | { readonly reason: string };

/**
 * Reads the bytes of an image file.
 *
 * @throws InputError DATASET_UNREADABLE
 */
export function readImageFile(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw new InputError('DATASET_UNREADABLE', `${path} cannot be read: ${systemReason(error)}`, {
      hint: 'It was there a moment ago, so another program moved or changed it. Run again when no program writes to the dataset.',
    });
  });
}

/** Why a file cannot be decoded, judged by its first bytes; `undefined` if they are those of a readable format. */
export function unreadable(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return 'the file is empty';
  const start = bytes.subarray(0, 12);
  if (SIGNATURES.some((signature) => signature.test(start.toString('latin1')))) return undefined;
  return `not a JPEG, PNG or WebP image: it starts with ${describe(start)}`;
}

/** Decoder options for every image: apply EXIF orientation, fail on truncated files, limit the number of pixels. */
export const DECODING = { autoOrient: true, failOn: 'error', limitInputPixels: MAX_PIXELS } as const;

/** The message of libvips. It can be empty, since images decoded in parallel share one message buffer. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message.split('\n')[0]!.trim() : String(error);
  return message === '' || message === 'Unknown error' ? 'it is damaged or truncated' : message;
}

function describe(start: Buffer): string {
  const text = start.toString('latin1');
  return /^[ -~]+$/.test(text) ? JSON.stringify(text) : `the bytes ${start.toString('hex').replace(/..(?=.)/g, '$& ')}`;
}

let loading: Promise<typeof sharp> | undefined;

/** Imports sharp at the first image, so that planning and training from a warm cache start without it. */
export function loadDecoder(): Promise<typeof sharp> {
  loading ??= import('sharp').then(({ default: loaded }) => {
    // Every image is decoded once, so caching is useless; parallel images use the cores better than parallel parts of one.
    loaded.cache(false);
    loaded.concurrency(1);
    return loaded;
  });
  return loading;
}
