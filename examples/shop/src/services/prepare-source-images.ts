import { access } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { writeAtomically } from '../files/write-atomically.js';
import { sourceImageNames } from '../goods/source-images.js';
import { seededRandom } from '../seeded-random.js';

const width = 1_600;
const height = 1_200;

/** Draws the source pictures that are missing. About 0.3 s of one core each, once. Resolves to the number drawn. */
export async function prepareSourceImages(folder: string): Promise<number> {
  let drawn = 0;
  for (const [at, name] of sourceImageNames.entries()) {
    const path = join(folder, name);
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) continue;
    await writeAtomically(path, await drawPicture(at + 1));
    drawn += 1;
  }
  return drawn;
}

/**
 * A still life: background, shapes and light as an SVG, under the grain of a film photograph. The grain matters:
 * flat drawings compress to nothing, and the encoders would have no work.
 */
export async function drawPicture(seed: number): Promise<Buffer> {
  const grain = await sharp({
    create: {
      width: width / 2,
      height: height / 2,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 34 },
    },
  })
    .resize(width, height, { kernel: 'cubic' })
    .png({ compressionLevel: 0 })
    .toBuffer();
  return await sharp(Buffer.from(pictureSvg(seed)))
    .composite([{ input: grain, blend: 'soft-light' }])
    .removeAlpha()
    .jpeg({ quality: 88 })
    .toBuffer();
}

function pictureSvg(seed: number): string {
  const random = seededRandom(seed);
  const hue = random.below(360);
  const shapes = Array.from({ length: 14 }, () => {
    const x = random.below(width);
    const y = Math.round(height * (0.45 + random.next() * 0.45));
    const size = 60 + random.below(220);
    const fill = `hsl(${(hue + random.below(90)) % 360} ${25 + random.below(50)}% ${25 + random.below(50)}%)`;
    const shadow = `<ellipse cx="${x}" cy="${y + size}" rx="${size}" ry="${size / 6}" fill="#000" opacity=".28"/>`;
    const body = random.chance(0.5)
      ? `<circle cx="${x}" cy="${y}" r="${size}" fill="${fill}"/>`
      : `<rect x="${x - size * 0.6}" y="${y - size}" width="${size * 1.2}" height="${size * 2}" rx="${size / 5}" fill="${fill}"/>`;
    return `${shadow}${body}<circle cx="${x - size / 3}" cy="${y - size / 3}" r="${size / 4}" fill="#fff" opacity=".22"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<defs><linearGradient id="wall" x2="0" y2="1">
<stop offset="0" stop-color="hsl(${hue} 30% 86%)"/><stop offset="1" stop-color="hsl(${(hue + 40) % 360} 35% 58%)"/>
</linearGradient></defs>
<rect width="${width}" height="${height}" fill="url(#wall)"/>
<rect y="${height * 0.72}" width="${width}" height="${height * 0.28}" fill="hsl(${(hue + 20) % 360} 22% 34%)"/>
${shapes.join('\n')}
</svg>`;
}
