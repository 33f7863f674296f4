import { readFile } from 'node:fs/promises';
import type sharp from 'sharp';
import { InputError } from '../../../core/errors.js';
import { systemReason } from '../files/list-folder.js';

/**
 * How an image of any shape becomes a square: scaled with a bicubic filter (Catmull-Rom, antialiased) until its shorter side
 * fits, the middle kept. Nothing is distorted, which is how the published EfficientNet weights were evaluated. Part of the
 * name of every image cache: another rule needs another name.
 */
export const RESIZE_RULE = 'crop-cubic';

/** About 16,000 x 16,000: beyond any camera, and still decodable in the memory of a laptop. */
const MAX_PIXELS = 2 ** 28;

/** The formats that are read, known by their first bytes, whatever the file's name says. */
const SIGNATURES: readonly RegExp[] = [/^\xff\xd8\xff/, /^\x89PNG\r\n\x1a\n/, /^RIFF....WEBP/s, /^GIF8[79]a/];

/**
 * Reads a JPEG, PNG, WebP or GIF file as RGB bytes [size, size, 3]: turned upright by its EXIF orientation, colours
 * converted to 8-bit sRGB (from 16 bits, grey, CMYK, other profiles), transparency laid on white, of an animation the first
 * frame. What cannot be decoded to its end is a `reason`. Throws InputError DATASET_UNREADABLE where the file cannot be read.
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

/** The bytes of an image file. Throws InputError DATASET_UNREADABLE. */
export function readImageFile(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw new InputError('DATASET_UNREADABLE', `${path} cannot be read: ${systemReason(error)}`, {
      hint: 'It could be read or was listed a moment ago: something moved or changed it. Run again when the dataset is at rest.',
    });
  });
}

/** Why a file is no image that can be read, as far as its first bytes tell. */
export function unreadable(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return 'the file is empty';
  const start = bytes.subarray(0, 12);
  if (SIGNATURES.some((signature) => signature.test(start.toString('latin1')))) return undefined;
  return `not a JPEG, PNG, WebP or GIF: it starts with ${describe(start)}`;
}

/** How every image is decoded: upright, to its end, and not without limit. */
export const DECODING = { autoOrient: true, failOn: 'error', limitInputPixels: MAX_PIXELS } as const;

/** What libvips says; images that fail side by side share its buffer for messages, and then it may know nothing. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message.split('\n')[0]!.trim() : String(error);
  return message === '' || message === 'Unknown error' ? 'it is damaged or cut short' : message;
}

function describe(start: Buffer): string {
  const text = start.toString('latin1');
  return /^[ -~]+$/.test(text) ? JSON.stringify(text) : `the bytes ${start.toString('hex').replace(/..(?=.)/g, '$& ')}`;
}

let loading: Promise<typeof sharp> | undefined;

/** Loaded at the first image, so that planning and training from a warm cache start without it. */
export function loadDecoder(): Promise<typeof sharp> {
  loading ??= import('sharp').then(({ default: loaded }) => {
    // Every image is decoded once: nothing is worth keeping, and cores are better spent on several images than inside one.
    loaded.cache(false);
    loaded.concurrency(1);
    return loaded;
  });
  return loading;
}
