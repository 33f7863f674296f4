import type { Oddity } from '../../../core/reports/dataset-inspection.js';
import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { DECODING, loadDecoder, reasonOf, unreadable } from '../images/decode-image.js';
import type { Original } from '../formats/image-source.js';
import { createGreyResizer } from '../images/grey-resizer.js';
import { HASH_EDGE, perceptualHash } from './perceptual-hash.js';

/** Facts about a decoded image. */
export interface ImageFacts {
  /** In pixels, after EXIF rotation. */
  readonly width: number;
  readonly height: number;
  /** Means of red, green and blue, from 0 to 255. `squares`: means of their squares. */
  readonly means: readonly number[];
  readonly squares: readonly number[];
  readonly oddities: readonly Oddity[];
  /** SHA-256 of the file or of the pixels, in Base64. */
  readonly content: string;
  readonly hash: readonly [number, number];
  /** RGB [16, 16, 3], to compare images with similar hashes. */
  readonly thumbnail: Uint8Array;
}

/** Facts about an image, or the reason why it cannot be decoded. */
export type Examined = ImageFacts | { readonly reason: string };

const EDGE = HASH_EDGE;
const THUMBNAIL = EDGE / 2;

/** Decodes an image completely, once, to a small size, and measures it. */
export async function examineImage(original: Original): Promise<Examined> {
  if (original.kind === 'grey') return examineGrey(original);
  const { bytes, path } = original;
  const reason = unreadable(bytes);
  if (reason !== undefined) return { reason };
  const sharp = await loadDecoder();
  try {
    const image = sharp(bytes, DECODING);
    const metadata = await image.metadata();
    const { width, height } = metadata.autoOrient;
    const pixels = await image
      .toColourspace('srgb')
      .ensureAlpha()
      .resize(EDGE, EDGE, { fit: 'fill', kernel: 'cubic' })
      .raw({ depth: 'uchar' })
      .toBuffer();
    const { format, space, pages = 1, orientation, depth } = metadata;
    const oddities: (Oddity | false)[] = [
      pages > 1 && 'animated',
      isTransparent(pixels) && 'transparent',
      space.startsWith('b-w') || space.startsWith('grey') ? 'grey' : false,
      depth !== 'uchar' && '16-bit',
      space === 'cmyk' && 'CMYK',
      orientation !== undefined && orientation > 1 && 'rotated by EXIF',
      !ENDINGS[format]?.includes(extname(path).toLowerCase()) && 'misnamed',
    ];
    return { width, height, ...measure(onWhite(pixels), oddities), content: contentOf(bytes) };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

const isTransparent = (rgba: Uint8Array): boolean => rgba.some((value, index) => index % 4 === 3 && value < 255);

/** Puts RGBA pixels on white, as for training. Returns RGB. */
function onWhite(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let pixel = 0; pixel < rgba.length / 4; pixel++) {
    const alpha = rgba[pixel * 4 + 3]! / 255;
    for (let channel = 0; channel < 3; channel++) {
      rgb[pixel * 3 + channel] = Math.round(255 + (rgba[pixel * 4 + channel]! - 255) * alpha);
    }
  }
  return rgb;
}

const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  jpeg: ['.jpg', '.jpeg', '.jfif'],
  png: ['.png'],
  webp: ['.webp'],
  gif: ['.gif'],
};

function examineGrey({ pixels, width, height }: Extract<Original, { kind: 'grey' }>): ImageFacts {
  const small = createGreyResizer(width, height, EDGE)(pixels);
  return { width, height, ...measure(small, ['grey']), content: contentOf(pixels) };
}

const contentOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

function measure(
  pixels: Uint8Array,
  found: readonly (Oddity | false)[],
): Pick<ImageFacts, 'means' | 'squares' | 'oddities' | 'hash' | 'thumbnail'> {
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  const grey = new Float64Array(EDGE * EDGE);
  const thumbnail = new Float64Array(THUMBNAIL ** 2 * 3);
  for (const [index, value] of pixels.entries()) {
    const channel = index % 3;
    const pixel = (index - channel) / 3;
    sums[channel]! += value;
    squares[channel]! += value * value;
    grey[pixel]! += value / 3;
    const [row, column] = [Math.floor(pixel / EDGE) >> 1, (pixel % EDGE) >> 1];
    thumbnail[(row * THUMBNAIL + column) * 3 + channel]! += value / 4;
  }
  const count = EDGE * EDGE;
  const isPlain = squares.every((square, channel) => square / count - (sums[channel]! / count) ** 2 < 1);
  return {
    means: sums.map((sum) => sum / count),
    squares: squares.map((sum) => sum / count),
    oddities: [...found, isPlain && ('one colour' as const)].filter((oddity) => oddity !== false),
    hash: perceptualHash(grey),
    thumbnail: Uint8Array.from(thumbnail),
  };
}
