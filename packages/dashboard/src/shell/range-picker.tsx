import { CalendarClock, X } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { timeLabel } from '../models/format';
import {
  leaveFixedRange,
  type PresetName,
  presetNames,
  presets,
  readTimeRange,
  spanOf,
  timeRangeParams,
} from '../models/time-range';
import { setParams, useAppLocation } from '../router/location';
import { IconButton } from '../ui/button';
import { Segmented } from '../ui/segmented';

const CustomRangeDialog = lazy(async () => ({ default: (await import('./custom-range')).CustomRangeDialog }));

const options = presetNames.map((value) => ({ value, label: value, title: `Last ${presets[value].words}` }));

/** The time range of the page, in the URL. A fixed range (dragged or typed) shows beside the presets until it is left. */
export function RangePicker({ className }: { className?: string }) {
  const range = readTimeRange(useAppLocation().params);
  const [asking, setAsking] = useState(false);
  return (
    <div className={`range-picker ${className ?? ''}`}>
      {range.kind === 'fixed' && (
        <span className="flex items-center gap-1 whitespace-nowrap text-12 text-text-2">
          {timeLabel(range.fromMs, spanOf(range) / 1_000)} to {timeLabel(range.toMs, spanOf(range) / 1_000)}
          <IconButton icon={X} small label="Leave the chosen range" onClick={() => setParams(leaveFixedRange)} />
        </span>
      )}
      <Segmented
        label="Time range"
        options={options}
        value={range.kind === 'rolling' ? range.preset : undefined}
        onChange={(preset: PresetName) => setParams(timeRangeParams({ kind: 'rolling', preset }))}
      />
      <IconButton icon={CalendarClock} small label="Choose from and to" onClick={() => setAsking(true)} />
      <Suspense>{asking && <CustomRangeDialog range={range} onClose={() => setAsking(false)} />}</Suspense>
    </div>
  );
}
