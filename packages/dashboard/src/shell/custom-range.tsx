import { useState } from 'react';
import { readCustomRange } from '../models/custom-range';
import { localOfInstant } from '../models/local-time';
import { type TimeRange, timeRangeParams, windowOf } from '../models/time-range';
import { setParams } from '../router/location';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { TextField } from '../ui/inputs';
import { useServerNow } from '../ui/use-server-now';

/** Asks for a start and an end, beginning with the range that is shown. */
export function CustomRangeDialog({ range, onClose }: { range: TimeRange; onClose: () => void }) {
  const nowMs = useServerNow(10_000);
  const [draft, setDraft] = useState(() => {
    const { fromMs, toMs } = windowOf(range, nowMs);
    return { from: localOfInstant(new Date(fromMs)), to: localOfInstant(new Date(toMs)) };
  });
  const { range: chosen, problems } = readCustomRange(draft, nowMs);
  const bounds = { min: localOfInstant(new Date(nowMs - 30 * 86_400_000)), max: localOfInstant(new Date(nowMs)) };
  return (
    <ConfirmDialog
      title="Choose a time range"
      confirmLabel="Show this range"
      disabled={!chosen}
      onConfirm={() => chosen && setParams(timeRangeParams({ kind: 'fixed', ...chosen }))}
      onClose={onClose}
    >
      <div className="form-grid">
        <TextField
          type="datetime-local"
          label="From"
          {...bounds}
          value={draft.from}
          problem={problems.from}
          onChange={(from) => setDraft({ ...draft, from })}
        />
        <TextField
          type="datetime-local"
          label="To"
          {...bounds}
          value={draft.to}
          problem={problems.to}
          onChange={(to) => setDraft({ ...draft, to })}
        />
      </div>
      <p className="field-hint">
        In the time of this computer ({Intl.DateTimeFormat().resolvedOptions().timeZone}). Numbers are kept for 30 days:
        every 10 s for 2 hours, every minute for 2 days, every 10 minutes before that.
      </p>
    </ConfirmDialog>
  );
}
