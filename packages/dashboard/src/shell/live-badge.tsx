import { useLiveControls, useLiveState, useSystemStatus } from '@drover/react';
import { Pause, Play, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { formatInstant } from '../models/format';
import { liveIndicator } from '../models/live-indicator';
import { IconButton } from '../ui/button';
import { useNow } from '../ui/use-now';

const classes = { live: 'live-on', neutral: '', stale: 'live-stale', offline: 'live-offline' };

/** How old the numbers are. Only the word is announced, when it changes; an age would chatter every second. */
export function LiveBadge() {
  const state = useLiveState();
  const { data: status } = useSystemStatus();
  const { tone, word, detail } = liveIndicator(state, useNow(1_000), status?.tickMs ?? 5_000);
  return (
    <span className={`live ${classes[tone]}`}>
      <span className="dot" aria-hidden="true" />
      <b role="status">{word}</b>
      <span className="max-sm:hidden" title={state.updatedAt ? formatInstant(state.updatedAt) : undefined}>
        {detail}
      </span>
    </span>
  );
}

export function LiveButtons() {
  const paused = useLiveState().pausedBy === 'hand';
  const { pause, resume, refresh } = useLiveControls();
  const [refreshing, setRefreshing] = useState(false);
  const onRefresh = () => {
    setRefreshing(true);
    void refresh().finally(() => setRefreshing(false));
  };
  return (
    <>
      <IconButton
        icon={paused ? Play : Pause}
        label={paused ? 'Resume live updates (p)' : 'Pause live updates (p)'}
        onClick={paused ? resume : pause}
      />
      <IconButton
        icon={RefreshCw}
        label="Refresh now (r)"
        className="max-sm:hidden"
        disabled={refreshing}
        onClick={onRefresh}
      />
    </>
  );
}
