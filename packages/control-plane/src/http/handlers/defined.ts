type Defined<T> = T extends Date
  ? T
  : T extends readonly (infer Item)[]
    ? Defined<Item>[]
    : T extends object
      ? { [K in keyof T]: Defined<Exclude<T[K], undefined>> }
      : T;

/** Without the fields that are there and undefined, as a schema's optional ones are; a payload stays as it is. */
export function defined<T>(value: T): Defined<T> {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value as Defined<T>;
  if (Array.isArray(value)) return value.map(defined) as Defined<T>;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([key, field]) => [key, key === 'data' ? field : defined(field)])) as Defined<T>;
}
