import { DECODING, loadDecoder } from '../images/decode-image.js';
import type { Original } from '../formats/image-source.js';

/** Returns an image as a WebP data URI, scaled down to fit into `edge` x `edge` pixels. */
export async function thumbnail(original: Original, edge: number): Promise<string> {
  const sharp = await loadDecoder();
  const image =
    original.kind === 'file'
      ? sharp(original.bytes, DECODING)
      : sharp(original.pixels, { raw: { width: original.width, height: original.height, channels: 1 } });
  const bytes = await image
    .toColourspace('srgb')
    .resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 75 })
    .toBuffer();
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}
