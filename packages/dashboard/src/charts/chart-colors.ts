import { useMemo } from 'react';
import type { SeriesColor } from '../models/chart-spec';
import { useTheme } from '../shell/theme';
import { useMedia } from '../ui/use-media';

/** Tokens that the canvas needs as plain values. */
export interface ChartColors {
  readonly series: Readonly<Record<SeriesColor, string>>;
  readonly grid: string;
  readonly axis: string;
  readonly text: string;
  /** Of titles. */
  readonly strong: string;
  readonly surface: string;
  readonly warning: { readonly line: string; readonly text: string };
  readonly critical: { readonly line: string; readonly text: string };
  readonly font: string;
}

/** Read again when the theme changes. */
export function useChartColors(): ChartColors {
  const theme = useTheme();
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the style sheet says depends on both.
  return useMemo(() => {
    const style = getComputedStyle(document.documentElement);
    const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
    return {
      series: {
        ...{ 1: token('series-1'), 2: token('series-2'), 3: token('series-3'), 4: token('series-4') },
        ...{ 5: token('series-5'), 6: token('series-6'), 7: token('series-7'), 8: token('series-8') },
      },
      grid: token('grid'),
      axis: token('border-strong'),
      text: token('text-3'),
      strong: token('text-1'),
      surface: token('surface-1'),
      warning: { line: token('warning-fill'), text: token('warning-text') },
      critical: { line: token('critical-fill'), text: token('critical-text') },
      font: `11px ${token('font-sans')}`,
    };
  }, [theme, systemDark]);
}
