/** How the values of one step of a thinned series are told by one. */
type Fold = 'mean' | 'most';

/**
 * Folds a series into fewer steps, for a chart: `by` values become one. Unknown values are
 * left out; a step with none that is known is unknown.
 */
export function thinSeries(values: readonly (number | null)[], by: number, fold: Fold): (number | null)[] {
  return Array.from({ length: Math.ceil(values.length / by) }, (_, step) => {
    const known = values.slice(step * by, (step + 1) * by).filter((value) => value !== null);
    if (known.length === 0) return null;
    if (fold === 'most') return known.reduce((most, value) => Math.max(most, value), 0);
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}
