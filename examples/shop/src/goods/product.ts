import { type Random, seededRandom } from '../seeded-random.js';

export type Category = 'lighting' | 'kitchen' | 'textiles' | 'garden' | 'books';

export interface Product {
  readonly sku: string;
  readonly title: string;
  readonly category: Category;
  readonly description: string;
  /** What the customer pays, VAT included, in euro cents. */
  readonly priceCents: number;
  /** Grows with each change; the search index lets the highest win. */
  readonly revision: number;
}

/** Everything the shop sells: `productAt(0)` to `productAt(catalogueSize - 1)`. */
export const catalogueSize = 2_000;

const nouns: Record<Category, readonly string[]> = {
  lighting: ['Desk Lamp', 'Lantern', 'Pendant Light', 'Candle Holder', 'Floor Lamp', 'String Lights'],
  kitchen: ['Teapot', 'Chopping Board', 'Mixing Bowl', 'Pepper Mill', 'Bread Tin', 'Coffee Grinder', 'Ladle'],
  textiles: ['Blanket', 'Cushion', 'Apron', 'Table Runner', 'Bath Towel', 'Rug'],
  garden: ['Watering Can', 'Planter', 'Bird House', 'Hand Trowel', 'Bench', 'Seed Box'],
  books: ['Cookery Book', 'Field Guide', 'Atlas', 'Sketchbook', 'Almanac', 'Novel'],
};
const categories = Object.keys(nouns) as Category[];
const materials = ['Oak', 'Linen', 'Copper', 'Stoneware', 'Beech', 'Wool', 'Cast Iron', 'Glass', 'Willow', 'Brass'];
const manners = ['Harbour', 'Meadow', 'Northern', 'Quiet', 'Orchard', 'Lakeside', 'Heritage', 'Morning', 'Juniper'];
const colours = ['moss green', 'chalk white', 'slate grey', 'ochre', 'indigo', 'terracotta', 'charcoal'];
const sentences = [
  'Made in small runs by a family workshop and finished by hand.',
  'Its weight sits low, so it stays where it is put.',
  'Wipe with a damp cloth; keep away from the dishwasher.',
  'Ships flat and needs no tools to put together.',
  'A favourite present for a first home of your own.',
  'The surface ages with use and grows warmer over the years.',
  'Spare parts are kept for ten years and cost what they cost us.',
  'Packed in paper and card, without any plastic.',
  'Matches the rest of the series in proportion and tone.',
  'Returned pieces are repaired and sold as seconds.',
];

/** The product at a place of the catalogue; the same on every machine, whatever its revision's price. */
export function productAt(index: number, revision = 1): Product {
  const random = seededRandom(index * 7919 + 17);
  const category = random.pick(categories);
  const title = `${random.pick(manners)} ${random.pick(materials)} ${random.pick(nouns[category])}`;
  const colour = random.pick(colours);
  const basePriceCents = 490 + random.below(180) * 100;
  const priceRandom = seededRandom(index * 7919 + 17 + revision);
  return {
    sku: skuAt(index),
    title,
    category,
    description: `${title} in ${colour}. ${threeSentences(random)}`,
    priceCents: Math.round(basePriceCents * (0.9 + priceRandom.next() * 0.2)),
    revision,
  };
}

export function skuAt(index: number): string {
  return `SKU-${String(index).padStart(5, '0')}`;
}

function threeSentences(random: Random): string {
  const start = random.below(sentences.length);
  return [0, 3, 7].map((step) => sentences[(start + step) % sentences.length]).join(' ');
}
