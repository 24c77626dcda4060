import type { AlertNotifier, TestAlertNotifierResponse } from '@drover/contract';
import { CircleCheck, CircleX, Clock } from 'lucide-react';
import { useState } from 'react';
import { formatDuration, formatInstant, formatRoughly, plural } from '../../models/format';
import { notifierState, reachWords } from '../../models/notifiers';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { type Column, DataTable } from '../../ui/data-table';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Empty, QueryError } from '../../ui/panel-states';
import { AlertRowsSkeleton } from './alert-rows-skeleton';

export interface NotifiersPanelProps {
  notifiers: readonly AlertNotifier[] | undefined;
  error: Error | null;
  onRetry: () => void;
  nowMs: number;
  onTest: (name: string) => Promise<TestAlertNotifierResponse>;
}

const kinds = { webhook: 'Webhook', slack: 'Slack', mail: 'Mail' };
const icons = { fine: CircleCheck, failing: CircleX, unused: Clock };
const tones = { fine: 'status-healthy', failing: 'status-critical', unused: 'status-neutral' };

/** Who is told of what, and whether it arrives. */
export function NotifiersPanel({ notifiers, error, onRetry, nowMs, onTest }: NotifiersPanelProps) {
  const [asked, setAsked] = useState<string>();
  const [results, setResults] = useState<Readonly<Record<string, TestAlertNotifierResponse>>>({});
  const columns: Column<AlertNotifier>[] = [
    {
      key: 'name',
      label: 'Notifier',
      width: '18%',
      role: 'title',
      cell: ({ name, kind }) => (
        <>
          <span className="ellipsis block">{name}</span>
          <span className="line-2 font-normal">{kinds[kind]}</span>
        </>
      ),
    },
    {
      key: 'routes',
      label: 'Is told of',
      cell: ({ routes }) => (
        <ul>
          {reachWords(routes).map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      ),
    },
    {
      key: 'state',
      label: 'Delivery',
      width: '30%',
      cell: (notifier) => <Delivery notifier={notifier} nowMs={nowMs} />,
    },
    {
      key: 'pending',
      label: 'Not told yet',
      width: '96px',
      numeric: true,
      cell: ({ pending }) => <span className={pending === 0 ? 'text-text-3' : undefined}>{pending}</span>,
    },
    {
      key: 'test',
      label: 'Test',
      width: '104px',
      numeric: true,
      role: 'bare',
      cell: ({ name }) => (
        <button
          type="button"
          className="btn btn-sm"
          aria-label={`Send a test to ${name}`}
          onClick={() => setAsked(name)}
        >
          Send a test
        </button>
      ),
    },
  ];
  return (
    <Panel title="Notifiers" meta={notifiers && notifiers.length > 0 && plural(notifiers.length, 'notifier')}>
      {!notifiers && error && <QueryError error={error} onRetry={onRetry} />}
      {!notifiers && !error && <AlertRowsSkeleton rows={3} />}
      {notifiers?.length === 0 && (
        <Empty title="Nobody is told of alerts.">
          <p>
            Name a webhook, a Slack channel or a mail address under <code>notifiers</code> in drover.config.ts, and who
            is told of what under <code>notifications.routes</code>. Addresses and secrets stay there.
          </p>
        </Empty>
      )}
      {notifiers && notifiers.length > 0 && (
        <DataTable
          caption="Notifiers"
          columns={columns}
          rows={notifiers}
          rowKey={({ name }) => name}
          below={({ name }) => {
            const result = results[name];
            return result && <TestResult result={result} />;
          }}
        />
      )}
      {asked !== undefined && (
        <ConfirmDialog
          title={`Send a test to ${asked}?`}
          confirmLabel="Send the test"
          busyLabel="Sending…"
          onConfirm={async () => {
            const result = await onTest(asked);
            setResults((held) => ({ ...held, [asked]: result }));
          }}
          onClose={() => setAsked(undefined)}
        >
          <p>A real message, marked as a test, goes to whoever reads there.</p>
        </ConfirmDialog>
      )}
    </Panel>
  );
}

function Delivery({ notifier, nowMs }: { notifier: AlertNotifier; nowMs: number }) {
  const state = notifierState(notifier);
  const { lastSuccessAt, lastFailureAt, lastError, nextAttemptAt } = notifier;
  const ago = (instant: Date) => (
    <time dateTime={instant.toISOString()} title={formatInstant(instant)}>
      {formatRoughly(nowMs - instant.getTime())} ago
    </time>
  );
  return (
    <>
      <span className={`status ${tones[state.tone]}`}>
        <Icon icon={icons[state.tone]} small />
        {state.words}
      </span>
      <span className="line-2 block">
        {state.tone === 'failing' && lastFailureAt ? (
          <>
            {lastError ?? 'It failed.'} Last {ago(lastFailureAt)}
            {nextAttemptAt &&
              nextAttemptAt.getTime() > nowMs &&
              `, again in ${formatRoughly(nextAttemptAt.getTime() - nowMs)}`}
          </>
        ) : lastSuccessAt ? (
          <>Last message {ago(lastSuccessAt)}</>
        ) : (
          'No message so far'
        )}
      </span>
    </>
  );
}

function TestResult({ result: { delivered, durationMs, error } }: { result: TestAlertNotifierResponse }) {
  return (
    <p role="status" className={`test-result ${delivered ? 'text-healthy' : 'text-critical'}`}>
      <Icon icon={delivered ? CircleCheck : CircleX} small />
      {delivered
        ? `The test was delivered in ${formatDuration(durationMs)}.`
        : `The test did not arrive: ${error ?? 'no reason was given.'}`}
    </p>
  );
}
