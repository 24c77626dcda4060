import type { Category } from './product.js';

/** Percent of VAT: the standard rate, and the one for books. */
const rates = {
  AT: { name: 'Austria', standard: 20, books: 10 },
  BE: { name: 'Belgium', standard: 21, books: 6 },
  DE: { name: 'Germany', standard: 19, books: 7 },
  ES: { name: 'Spain', standard: 21, books: 4 },
  FR: { name: 'France', standard: 20, books: 5.5 },
  IE: { name: 'Ireland', standard: 23, books: 0 },
  IT: { name: 'Italy', standard: 22, books: 4 },
  NL: { name: 'Netherlands', standard: 21, books: 9 },
  PL: { name: 'Poland', standard: 23, books: 5 },
  PT: { name: 'Portugal', standard: 23, books: 6 },
  SE: { name: 'Sweden', standard: 25, books: 6 },
} as const;

export type CountryCode = keyof typeof rates;

export const countryCodes = Object.keys(rates) as CountryCode[];

export function countryName(country: CountryCode): string {
  return rates[country].name;
}

export function vatPercent(country: CountryCode, category: Category): number {
  return category === 'books' ? rates[country].books : rates[country].standard;
}

export interface VatShare {
  readonly percent: number;
  readonly netCents: number;
  readonly vatCents: number;
  readonly grossCents: number;
}

interface TaxedLine {
  readonly category: Category;
  readonly quantity: number;
  readonly unitPriceCents: number;
}

/** VAT contained in the prices, one share per rate, highest rate first. Rounded per share, as invoices must be. */
export function vatShares(country: CountryCode, lines: readonly TaxedLine[]): VatShare[] {
  const grossByPercent = new Map<number, number>();
  for (const line of lines) {
    const percent = vatPercent(country, line.category);
    grossByPercent.set(percent, (grossByPercent.get(percent) ?? 0) + line.quantity * line.unitPriceCents);
  }
  return [...grossByPercent]
    .map(([percent, grossCents]) => {
      const netCents = Math.round(grossCents / (1 + percent / 100));
      return { percent, netCents, vatCents: grossCents - netCents, grossCents };
    })
    .sort((a, b) => b.percent - a.percent);
}
