import type { AlertSilence } from '@drover/contract';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { personWords } from '../../models/alerts';
import { formatCount, formatInstant } from '../../models/format';
import { scopeWords, silenceWhen } from '../../models/silence-form';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { type Column, DataTable } from '../../ui/data-table';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Empty, QueryError } from '../../ui/panel-states';
import { AlertRowsSkeleton } from './alert-rows-skeleton';

export interface SilencesPanelProps {
  silences: readonly AlertSilence[] | undefined;
  error: Error | null;
  onRetry: () => void;
  nowMs: number;
  self: string | undefined;
  onAdd: () => void;
  onEnd: (silence: AlertSilence) => Promise<unknown>;
}

/** Times in which nobody is told: for maintenance. */
export function SilencesPanel({ silences, error, onRetry, nowMs, self, onAdd, onEnd }: SilencesPanelProps) {
  const [ending, setEnding] = useState<AlertSilence>();
  const add = (
    <button type="button" className="btn btn-sm" onClick={onAdd}>
      <Icon icon={Plus} small />
      Add silence
    </button>
  );
  const columns: Column<AlertSilence>[] = [
    { key: 'scope', label: 'Covers', role: 'title', width: '28%', cell: (silence) => scopeWords(silence) },
    {
      key: 'why',
      label: 'Why',
      cell: ({ why }) => (
        <span className="ellipsis block" title={why}>
          {why}
        </span>
      ),
    },
    {
      key: 'by',
      label: 'By',
      width: '18%',
      hideBelow: 'wide',
      cell: ({ by, createdAt }) => (
        <span className="ellipsis block" title={`Added ${formatInstant(createdAt)}`}>
          {personWords(by, self)}
        </span>
      ),
    },
    {
      key: 'until',
      label: 'When',
      width: '128px',
      numeric: true,
      cell: (silence) => (
        <time
          dateTime={silence.until.toISOString()}
          title={`${formatInstant(silence.from)} to ${formatInstant(silence.until)}`}
          className="whitespace-nowrap"
        >
          {silenceWhen(silence, nowMs)}
        </time>
      ),
    },
    {
      key: 'end',
      label: 'End',
      width: '88px',
      numeric: true,
      role: 'bare',
      cell: (silence) => (
        <button
          type="button"
          className="btn btn-sm"
          aria-label={`End the silence: ${scopeWords(silence)}`}
          onClick={() => setEnding(silence)}
        >
          End now
        </button>
      ),
    },
  ];
  return (
    <Panel title="Silences" meta={silences && formatCount(silences.length)} actions={add}>
      {!silences && error && <QueryError error={error} onRetry={onRetry} />}
      {!silences && !error && <AlertRowsSkeleton rows={3} />}
      {silences?.length === 0 && (
        <Empty title="Nothing is silenced.">
          <p>
            A silence keeps alerts of a queue, of a type, or all of them from being told for a while, as for a
            deployment. They still fire, and are shown and recorded.
          </p>
        </Empty>
      )}
      {silences && silences.length > 0 && (
        <DataTable caption="Silences" columns={columns} rows={silences} rowKey={({ id }) => id} />
      )}
      {ending && (
        <ConfirmDialog
          title={`End this silence now?`}
          confirmLabel="End it"
          busyLabel="Ending…"
          onConfirm={() => onEnd(ending)}
          onClose={() => setEnding(undefined)}
        >
          <p>
            {scopeWords(ending)}: whatever of it still fires is told at once. It was added by{' '}
            {personWords(ending.by, self)}: “{ending.why}”.
          </p>
        </ConfirmDialog>
      )}
    </Panel>
  );
}
