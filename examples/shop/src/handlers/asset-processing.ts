import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { dayFolder, safeFileName } from '../files/day-folder.js';
import { writeAtomically } from '../files/write-atomically.js';
import type { ShopJob } from '../jobs.js';
import { shopEnvironment } from '../shop-environment.js';
import { TroubleBoard } from '../troubles/trouble-board.js';

const environment = shopEnvironment();
const troubles = new TroubleBoard(environment.troublesFile);

// One thread and no cache in each worker: how many pictures are worked on at once is Drover's decision.
sharp.concurrency(1);
sharp.cache(false);

interface Variant {
  readonly suffix: string;
  encode(image: Sharp): Sharp;
}

const variants: readonly Variant[] = [
  { suffix: '1200.webp', encode: (image) => image.resize(1_200, 900).webp({ quality: 78 }) },
  { suffix: '640.webp', encode: (image) => image.resize(640, 480).webp({ quality: 75 }) },
  { suffix: '320.avif', encode: (image) => image.resize(320, 240).avif({ quality: 50, effort: 2 }) },
  { suffix: '800.jpg', encode: (image) => image.resize(800, 600).jpeg({ quality: 80, mozjpeg: true }) },
  { suffix: '160.png', encode: (image) => image.resize(160, 120).png({ compressionLevel: 9 }) },
];

/** What `leak assets` keeps from being collected. */
const leaked: Buffer[] = [];
const leakLimitBytes = 700 * 2 ** 20;

export interface AssetResult {
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** Crops an uploaded picture to 4:3 and writes it in the sizes and formats that the shop's pages ask for. */
export default async function assetProcessing(
  job: ShopJob<'asset-processing'>,
  _token?: string,
  signal?: AbortSignal,
): Promise<AssetResult> {
  const { assetId, source, crop } = job.data;
  const path = join(environment.sourceImagesFolder, safeFileName(source));
  const { width, height } = await sharp(path).metadata();
  const cropWidth = Math.floor(width * crop.size);
  const cropHeight = Math.min(height, Math.floor((cropWidth * 3) / 4));
  // Decoded once for all variants: decoding is half of the work.
  const { data, info } = await sharp(path)
    .extract({
      left: Math.floor((width - cropWidth) * crop.left),
      top: Math.floor((height - cropHeight) * crop.top),
      width: cropWidth,
      height: cropHeight,
    })
    .raw()
    .toBuffer({ resolveWithObject: true });
  await leakOnDemand(data);

  const folder = dayFolder(environment.variantsFolder, new Date());
  const files: { name: string; bytes: number }[] = [];
  for (const variant of variants) {
    signal?.throwIfAborted();
    const image = sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
    const bytes = await variant.encode(image).toBuffer();
    const name = `${safeFileName(assetId)}-${variant.suffix}`;
    await writeAtomically(join(folder, name), bytes);
    files.push({ name, bytes: bytes.length });
    await job.updateProgress(Math.round((files.length / variants.length) * 100));
  }
  return { folder, files };
}

async function leakOnDemand(decoded: Buffer): Promise<void> {
  if ((await troubles.find('assets-leaking')) === undefined) {
    leaked.length = 0;
    return;
  }
  // A copy: what libvips allocated shows in no figure of Node's but the RSS.
  const leakedBytes = leaked.reduce((sum, buffer) => sum + buffer.length, 0);
  if (leakedBytes < leakLimitBytes) leaked.push(Buffer.from(decoded));
}
