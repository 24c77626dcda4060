/** Bounds of a number in a form, as the server's schema has them. */
export interface NumberRule {
  readonly min?: number;
  readonly max?: number;
  /** Whole numbers only. */
  readonly whole?: boolean;
  /** True: an empty field is allowed, and means "not set". */
  readonly optional?: boolean;
}

export type ReadNumber =
  | { readonly value: number | undefined; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string };

const exact = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

/** What was typed into a number field, or why it cannot be taken. Spaces and thousands' commas are let pass. */
export function readNumber(text: string, { min, max, whole = false, optional = false }: NumberRule = {}): ReadNumber {
  const plain = text.replace(/\s/g, '').replace(/,(?=\d{3}(\D|$))/g, '');
  if (plain === '') return optional ? { value: undefined } : { problem: 'Enter a number.' };
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return { problem: `“${text.trim()}” is no number.` };
  const value = Number(plain);
  if (whole && !Number.isInteger(value)) return { problem: 'Must be a whole number.' };
  if (min !== undefined && value < min) return { problem: `Must be at least ${exact.format(min)}.` };
  if (max !== undefined && value > max) return { problem: `Must be at most ${exact.format(max)}.` };
  return { value };
}

/** A number as a field shows it at rest: no thousands' commas, no digits of float noise. */
export function numberText(value: number | undefined): string {
  return value === undefined ? '' : String(Number(value.toPrecision(12)));
}
