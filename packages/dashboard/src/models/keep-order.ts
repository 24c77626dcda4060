/**
 * Keeps rows where they were on the screen: the order of the keys `shown`, new rows at the end. For while the
 * pointer or the focus is inside, when a live number must not move a row from under it.
 */
export function keepOrder<Row>(
  rows: readonly Row[],
  shown: readonly string[],
  keyFrom: (row: Row) => string,
): readonly Row[] {
  const place = new Map(shown.map((key, index) => [key, index]));
  const placeOf = (row: Row) => place.get(keyFrom(row)) ?? Number.POSITIVE_INFINITY;
  return rows.toSorted((a, b) => {
    const [left, right] = [placeOf(a), placeOf(b)];
    return left === right ? 0 : left - right;
  });
}
