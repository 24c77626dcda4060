import type { Random } from '../seeded-random.js';
import { type Category, catalogueSize, productAt } from './product.js';
import { type CountryCode, countryCodes } from './vat.js';

export interface Customer {
  readonly name: string;
  readonly email: string;
  readonly street: string;
  readonly city: string;
  readonly country: CountryCode;
}

interface OrderLine {
  readonly sku: string;
  readonly title: string;
  readonly category: Category;
  readonly quantity: number;
  /** VAT included. */
  readonly unitPriceCents: number;
}

export interface Order {
  readonly id: string;
  readonly createdAt: string;
  readonly customer: Customer;
  readonly lines: readonly OrderLine[];
}

const firstNames = [
  'Anna',
  'Jonas',
  'Maria',
  'Luc',
  'Sofia',
  'Emil',
  'Ines',
  'Pieter',
  'Clara',
  'Mateo',
  'Zoë',
  'Jürgen',
];
const lastNames = ['Berg', 'Martin', 'Rossi', 'Dubois', 'Novak', 'Svensson', 'Silva', 'de Vries', 'García', 'Müller'];
const streets = ['Station Road', 'Mill Lane', 'Rue du Port', 'Hauptstraße', 'Via Roma', 'Kerkstraat', 'Calle Mayor'];
// Within Windows-1252: the fonts that every PDF reader has draw nothing else.
const cities = ['Utrecht', 'Lyon', 'Graz', 'Porto', 'Malmö', 'Bologna', 'Kraków', 'Leipzig', 'Sevilla', 'Ghent'];

export function customerFrom(random: Random): Customer {
  const first = random.pick(firstNames);
  const last = random.pick(lastNames);
  const account = `${first}.${last}`
    .normalize('NFD')
    .replace(/[^A-Za-z.]/g, '')
    .toLowerCase();
  return {
    name: `${first} ${last}`,
    email: `${account}${random.below(5_000)}@customers.shop.test`,
    street: `${random.pick(streets)} ${1 + random.below(140)}`,
    city: random.pick(cities),
    country: random.pick(countryCodes),
  };
}

export function orderFrom(random: Random, id: string, createdAt: Date): Order {
  const lines = Array.from({ length: 1 + random.below(5) }, (): OrderLine => {
    const { sku, title, category, priceCents } = productAt(random.below(catalogueSize));
    return { sku, title, category, quantity: 1 + random.below(3), unitPriceCents: priceCents };
  });
  return { id, createdAt: createdAt.toISOString(), customer: customerFrom(random), lines };
}

export function orderTotalCents(order: Pick<Order, 'lines'>): number {
  return order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0);
}

export function inEuros(cents: number): string {
  return `€${(cents / 100).toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
