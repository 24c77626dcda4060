// @vitest-environment jsdom
import '../../testing/browser';
import { ApiError } from '@drover/client';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { ReactElement } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ms } from '../../testing/queues';
import { createCursorStore } from '../charts/cursor-store';
import { readAlertsFilter } from '../models/alerts';
import { readAuditView } from '../models/audit';
import type { Route } from '../router/routes';
import { QueryError, Skeleton } from '../ui/panel-states';
import { AuditPanel } from './activity/audit-panel';
import { AlertHistoryPanel } from './alerts/alert-history-panel';
import { NotifiersPanel } from './alerts/notifiers-panel';
import { SilencesPanel } from './alerts/silences-panel';
import { JobsCountsPanel } from './jobs/jobs-counts-panel';
import { TrashPanel } from './jobs/trash-panel';
import { OperationsPanel } from './operations/operations-panel';
import { AlertsPanel } from './overview/alerts-panel';
import { ScalerPanel } from './overview/scaler-panel';
import { EventsPanel } from './queue/events-panel';
import { ExecutionPanel } from './queue/execution-panel';
import { QueueCharts } from './queue/queue-charts';
import { HistoryPanel } from './scaling/history-panel';
import { TokensPanel } from './settings/tokens-panel';
import { RecyclesPanel } from './workers/recycles-panel';

/** What a panel has been told so far. */
interface Told {
  /** Nothing was found, as opposed to nothing being known yet. */
  readonly isEmpty: boolean;
  readonly error: Error | null;
  readonly onRetry: () => void;
}

interface PanelCase {
  readonly name: string;
  readonly draw: (told: Told) => ReactElement;
  /** Words of its empty state: what this is, or what to do. Absent where it is never empty. */
  readonly empty?: RegExp;
  /** It is fed by what every page has (the live figures), whose failure the page itself shows. */
  readonly neverFails?: boolean;
  /** Its route holds what stands instead of it, and does so only while it has nothing. */
  readonly keptByRoute?: boolean;
}

const nothing = () => undefined;
const nowMs = ms(600);
const params = new URLSearchParams();
const pages = { hasMore: false, loadingMore: false, onMore: nothing };
const list = ({ isEmpty }: Told) => (isEmpty ? [] : undefined);
const instead = ({ error, onRetry }: Told) => error && <QueryError error={error} onRetry={onRetry} />;
const noStats = {
  ...{ queueName: 'mail', sampleCount: 0, recentExecutions: [] },
  ...{ min: 0, max: 0, avg: 0, p50: 0, p95: 0, p99: 0 },
};

/** Every view, so that a new one has to say which of its panels ask for something of their own. */
const views: Record<Route['view'], readonly PanelCase[]> = {
  overview: [
    {
      name: 'alerts',
      empty: /./,
      draw: (told) => (
        <AlertsPanel
          {...told}
          {...{ nowMs, self: undefined }}
          alerts={list(told)}
          sending={new Set()}
          onAcknowledge={nothing}
        />
      ),
    },
    {
      name: 'what the scaler did',
      empty: /get more of them when jobs wait too long/,
      draw: (told) => <ScalerPanel {...told} entries={list(told)} nowMs={nowMs} />,
    },
  ],
  queue: [
    {
      name: 'execution time',
      empty: /times of finished jobs show here/,
      draw: (told) => <ExecutionPanel {...told} stats={told.isEmpty ? noStats : undefined} />,
    },
    {
      name: 'what happened',
      empty: /Alerts, scale actions/,
      neverFails: true,
      draw: (told) => <EventsPanel queueName="mail" events={list(told)} nowMs={nowMs} cursor={createCursorStore()} />,
    },
    {
      name: 'charts',
      draw: (told) => (
        <QueueCharts
          {...told}
          {...{ queueName: 'mail', queue: undefined, metrics: undefined, timeline: undefined, stale: undefined }}
          {...{ fromMs: ms(0), toMs: nowMs, events: [], cursor: createCursorStore() }}
        />
      ),
    },
  ],
  alerts: [
    {
      name: 'alerts that are over',
      empty: /./,
      draw: (told) => (
        <AlertHistoryPanel
          {...told}
          {...pages}
          {...{ nowMs, self: undefined, open: undefined, queues: [], filter: readAlertsFilter(params) }}
          alerts={list(told)}
        />
      ),
    },
    {
      name: 'silences',
      empty: /./,
      draw: (told) => (
        <SilencesPanel
          {...told}
          {...{ nowMs, self: undefined, onAdd: nothing }}
          silences={list(told)}
          onEnd={async () => undefined}
        />
      ),
    },
    {
      name: 'notifiers',
      empty: /./,
      draw: (told) => (
        <NotifiersPanel
          {...told}
          nowMs={nowMs}
          notifiers={list(told)}
          onTest={() => Promise.reject(new Error('not asked'))}
        />
      ),
    },
  ],
  workers: [
    {
      name: 'recycles',
      empty: /./,
      draw: (told) => (
        <RecyclesPanel {...told} nowMs={nowMs} recycles={told.isEmpty ? { running: [], finished: [] } : undefined} />
      ),
    },
  ],
  scaling: [
    {
      name: 'decisions',
      keptByRoute: true,
      empty: /./,
      draw: (told) => (
        <HistoryPanel history={list(told)} filter="all" onFilter={nothing} nowMs={nowMs} instead={instead(told)} />
      ),
    },
  ],
  operations: [
    {
      name: 'operations',
      keptByRoute: true,
      empty: /Choose queues in the/,
      draw: (told) => (
        <OperationsPanel operations={list(told)} total={undefined} nowMs={nowMs} instead={instead(told)} />
      ),
    },
  ],
  activity: [
    {
      name: 'audit',
      empty: /./,
      draw: (told) => (
        <AuditPanel
          {...told}
          {...pages}
          {...{ nowMs, self: undefined, open: undefined, view: readAuditView(params) }}
          entries={list(told)}
          exportPath={() => '/'}
        />
      ),
    },
  ],
  settings: [
    {
      name: 'tokens',
      empty: /./,
      draw: (told) => (
        <TokensPanel
          {...told}
          nowMs={nowMs}
          tokens={list(told)}
          onCreate={() => Promise.reject(new Error('not asked'))}
          onRevoke={async () => undefined}
        />
      ),
    },
  ],
  jobs: [
    {
      name: 'counts',
      empty: /./,
      draw: (told) => <JobsCountsPanel {...told} queues={list(told)} />,
    },
    {
      name: 'trash',
      empty: /./,
      draw: (told) => (
        <TrashPanel
          {...told}
          {...pages}
          {...{ nowMs, self: undefined, restoring: false }}
          jobs={list(told)}
          onRestore={() => Promise.reject(new Error('not asked'))}
        />
      ),
    },
  ],
  // What they ask for is asked for by their routes, which show its failure in place of the whole.
  queues: [],
  schedules: [],
  job: [],
  operation: [],
  'rate-limits': [],
  timeouts: [],
  // Nothing is asked for.
  'sign-in': [],
  'not-found': [],
};

const cases = Object.entries(views).flatMap(([view, panels]) => panels.map((panel) => ({ view, ...panel })));
const failing = cases.filter(({ neverFails }) => !neverFails);
const emptying = cases.filter(({ empty }) => empty !== undefined);
const keeping = emptying.filter(({ neverFails, keptByRoute }) => !neverFails && !keptByRoute);
const loading: Told = { isEmpty: false, error: null, onRetry: nothing };

beforeEach(() => window.history.replaceState(null, '', '/'));
afterEach(cleanup);

describe('a panel that is loading', () => {
  it.each(cases)('$view: $name keeps its place, and calls nothing empty or wrong', ({ draw }) => {
    const { container } = render(draw(loading));
    expect(container.querySelector('.skeleton')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
    expect(container.querySelector('.panel-state')).toBeNull();
  });
});

describe('a panel whose figures cannot be had', () => {
  it.each(failing)('$view: $name says why, and tries again when it is asked to', ({ draw }) => {
    const onRetry = vi.fn();
    const error = new ApiError('The engine does not answer.', { code: 'engine_timeout', status: 503 });
    const { container } = render(draw({ isEmpty: false, error, onRetry }));
    expect(screen.getAllByRole('alert')[0]?.textContent).toContain('The engine does not answer.');
    expect(container.querySelector('.skeleton')).toBeNull();
    fireEvent.click(screen.getAllByRole('button', { name: 'Try again' })[0] as HTMLElement);
    expect(onRetry).toHaveBeenCalledOnce();
  });
});

describe('a panel that somebody may not see', () => {
  it.each(failing)('$view: $name names the role it takes, and offers no second try', ({ draw }) => {
    const details = { requiredRole: 'admin', role: 'viewer' };
    const error = new ApiError('No.', { code: 'forbidden', status: 403, details });
    render(draw({ ...loading, error }));
    expect(screen.getAllByRole('alert')[0]?.textContent).toContain('This needs the role admin.');
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });
});

describe('a panel without anything in it', () => {
  it.each(emptying)('$view: $name says what would be there', ({ draw, empty }) => {
    const { container } = render(draw({ ...loading, isEmpty: true }));
    expect(container.querySelector('.panel-state')?.textContent).toMatch(empty ?? /never/);
    expect(container.querySelector('.skeleton')).toBeNull();
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('a panel whose refresh fails', () => {
  it.each(keeping)('$view: $name keeps what it had, and does not call it wrong', ({ draw, empty }) => {
    const error = new ApiError('The engine does not answer.', { code: 'engine_timeout', status: 503 });
    const { container } = render(draw({ ...loading, isEmpty: true, error }));
    expect(container.querySelector('.panel-state')?.textContent).toMatch(empty ?? /never/);
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

it('has a skeleton that screen readers pass over', () => {
  const { container } = render(<Skeleton className="h-4" />);
  expect(container.querySelector('[aria-hidden=true]')).toBeTruthy();
});
