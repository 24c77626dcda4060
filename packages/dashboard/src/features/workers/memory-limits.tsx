import type { MemoryConfiguration, UpdateMemoryConfigRequest } from '@drover/contract';
import { type ReactNode, useState } from 'react';
import { numberText } from '../../models/form-number';
import { problemsOfError } from '../../models/form-problems';
import { formatMegabytes, unknownMark } from '../../models/format';
import { type QueueLimit, readLimitDraft } from '../../models/memory-limits';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { DataTable } from '../../ui/data-table';
import { NumberField } from '../../ui/inputs';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/panel-states';

export interface MemoryLimitsProps {
  config: MemoryConfiguration | undefined;
  limits: readonly QueueLimit[];
  /** In place of the limits: an error. */
  instead?: ReactNode;
  /** Based on `config`; rejects with the server's reason. */
  onSave: (update: UpdateMemoryConfigRequest) => Promise<unknown>;
}

/** Soft limits of single queues, which stand before the default. */
export function MemoryLimits({ config, limits, instead, onSave }: MemoryLimitsProps) {
  const [editing, setEditing] = useState<QueueLimit>();
  return (
    <Panel
      title="Soft limit by queue"
      meta={
        config &&
        `default ${formatMegabytes(config.worker.softLimit)}, hard limit ${formatMegabytes(config.worker.hardLimit)}`
      }
      footer="A worker above its soft limit is recycled gracefully; above the hard limit it is replaced at once."
    >
      {instead}
      {!instead && !config && <Skeleton className="m-3 h-48 opacity-50" />}
      {config && (
        <DataTable
          caption="Soft memory limits by queue"
          rows={limits}
          rowKey={({ queueName }) => queueName}
          orderKey=""
          columns={[
            { key: 'queue', label: 'Queue', role: 'title', cell: ({ queueName }) => queueName },
            {
              key: 'limit',
              label: 'Soft limit',
              numeric: true,
              cell: ({ ownMB }) =>
                ownMB === undefined ? (
                  <span className="text-text-3">default, {formatMegabytes(config.worker.softLimit)}</span>
                ) : (
                  formatMegabytes(ownMB)
                ),
            },
            {
              key: 'mean',
              label: 'Mean of its workers',
              numeric: true,
              cell: ({ meanMB }) => (meanMB === undefined ? unknownMark : formatMegabytes(meanMB)),
            },
            {
              key: 'edit',
              label: 'Edit',
              role: 'bare',
              numeric: true,
              width: '96px',
              cell: (limit) => (
                <button
                  type="button"
                  className="btn btn-sm"
                  aria-label={`Change the soft limit of ${limit.queueName}`}
                  onClick={() => setEditing(limit)}
                >
                  Change…
                </button>
              ),
            },
          ]}
        />
      )}
      {config && editing && (
        <LimitDialog limit={editing} config={config} onSave={onSave} onClose={() => setEditing(undefined)} />
      )}
    </Panel>
  );
}

interface LimitDialogProps extends Pick<MemoryLimitsProps, 'onSave'> {
  limit: QueueLimit;
  config: MemoryConfiguration;
  onClose: () => void;
}

function LimitDialog({ limit: { queueName, ownMB }, config, onSave, onClose }: LimitDialogProps) {
  const [text, setText] = useState(numberText(ownMB));
  const [refused, setRefused] = useState<string>();
  const { update, problem } = readLimitDraft(queueName, text, config);
  const save = async () => {
    try {
      await onSave(update);
    } catch (error) {
      const { fields, form } = problemsOfError(error, [`jobSpecific.${queueName}`]);
      setRefused(fields[`jobSpecific.${queueName}`]);
      throw new Error(form ?? 'It could not be saved.');
    }
  };
  return (
    <ConfirmDialog
      title={`Soft limit of ${queueName}`}
      confirmLabel="Save"
      busyLabel="Saving…"
      disabled={problem !== undefined}
      onConfirm={save}
      onClose={onClose}
    >
      <NumberField
        label="Soft limit"
        unit="MB"
        value={text}
        placeholder={`default, ${config.worker.softLimit}`}
        hint="Empty: the default. Its workers take it within a second, without a restart."
        problem={problem ?? refused}
        onChange={(next) => {
          setText(next);
          setRefused(undefined);
        }}
      />
    </ConfirmDialog>
  );
}
