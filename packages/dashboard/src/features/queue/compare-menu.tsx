import { GitCompareArrows } from 'lucide-react';
import { type Comparison, comparisonWords, type EarlierBy, earlierBy } from '../../models/comparison';
import type { TimeRange } from '../../models/time-range';
import { Icon } from '../../ui/icon';
import { Menu, MenuItem } from '../../ui/menu';

export interface CompareMenuProps {
  range: TimeRange;
  comparison: Comparison | undefined;
  onChange: (comparison: Comparison | undefined) => void;
  /** Wants another queue: which is asked elsewhere. */
  onAskQueue: () => void;
}

/** What the charts are laid over. */
export function CompareMenu({ range, comparison, onChange, onAskQueue }: CompareMenuProps) {
  const chosen = comparison?.kind === 'earlier' ? comparison.by : undefined;
  return (
    <Menu
      label="Compare"
      buttonClassName="btn"
      button={
        <>
          <Icon icon={GitCompareArrows} />
          Compare
        </>
      }
    >
      {(close) => {
        const choose = (next: Comparison | undefined) => {
          close();
          onChange(next);
        };
        return (
          <>
            {earlierBy.map((by) => (
              <MenuItem key={by} checked={by === chosen} onSelect={() => choose({ kind: 'earlier', by })}>
                With {periodWords(by, range)}
              </MenuItem>
            ))}
            <MenuItem
              checked={comparison?.kind === 'queue'}
              onSelect={() => {
                close();
                onAskQueue();
              }}
            >
              With another queue…
            </MenuItem>
            {comparison && <MenuItem onSelect={() => choose(undefined)}>Do not compare</MenuItem>}
          </>
        );
      }}
    </Menu>
  );
}

function periodWords(by: EarlierBy, range: TimeRange): string {
  const words = comparisonWords({ kind: 'earlier', by }, range);
  if (by === 'range') return range.kind === 'fixed' ? 'the time just before' : words;
  return by === '1d' ? 'the day before' : 'the week before';
}
