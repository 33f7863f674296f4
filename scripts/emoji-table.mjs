/**
 * Writes `sweeps/emoji.csv`, the table of the dataset in `sweeps/emoji.yaml`: every picture of the package
 * emoji-datasource-google with its category and the emoji that it is a skin tone of. Run it after an update of the package.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap.mjs';

const emoji = JSON.parse(readFileSync(join(root, 'node_modules', 'emoji-datasource-google', 'emoji.json'), 'utf8'));
const rows = emoji
  // Five pictures, the skin tones themselves, are not a class.
  .filter(({ category }) => category !== 'Component')
  .flatMap(({ image, category, unified, skin_variations = {} }) =>
    [image, ...Object.values(skin_variations).map((variation) => variation.image)].map((file) => [
      file,
      category,
      unified.toLowerCase(),
    ]),
  )
  .sort(([a], [b]) => (a < b ? -1 : 1));
const lines = ['image,category,emoji', ...rows.map((row) => row.join(','))];
writeFileSync(join(root, 'sweeps', 'emoji.csv'), `${lines.join('\n')}\n`);
