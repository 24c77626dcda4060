import '../styles/alerts.css';
import {
  useActiveAlerts,
  useAlertHistory,
  useAlertNotifiers,
  useAlertSilences,
  useAlertThresholds,
  useCreateAlertSilence,
  useEndAlertSilence,
  useQueuesHealth,
  useTestAlertNotifier,
  useUpdateAlertThresholds,
  versionOf,
} from '@drover/react';
import { useMemo, useState } from 'react';
import { useSession } from '../auth/use-session';
import { ActiveAlertsPanel } from '../features/alerts/active-alerts-panel';
import { AlertHistoryPanel } from '../features/alerts/alert-history-panel';
import { AlertsVerdict } from '../features/alerts/alerts-verdict';
import { NotifiersPanel } from '../features/alerts/notifiers-panel';
import { SilenceDialog } from '../features/alerts/silence-dialog';
import { SilencesPanel } from '../features/alerts/silences-panel';
import { ThresholdsPanel } from '../features/alerts/thresholds-panel';
import { kindOf, readAlertsFilter } from '../models/alerts';
import { formatCount } from '../models/format';
import type { SilenceDraft } from '../models/silence-form';
import { useAppLocation } from '../router/location';
import { Tabs, useTabParam } from '../ui/tabs';
import { useServerNow } from '../ui/use-server-now';
import { useAcknowledging } from './use-acknowledging';
import { usePageTitle } from './use-page-title';

const tabs = [
  { value: 'active', label: 'Active' },
  { value: 'history', label: 'History' },
  { value: 'silences', label: 'Silences' },
  { value: 'thresholds', label: 'Thresholds' },
  { value: 'notifiers', label: 'Notifiers' },
] as const;

export function AlertsRoute() {
  usePageTitle('Alerts');
  const [tab, chooseTab] = useTabParam(tabs, { forget: ['alert', 'queue', 'severity', 'kind', 'acknowledged'] });
  const alerts = useActiveAlerts();
  const silences = useAlertSilences();
  const [silence, setSilence] = useState<Partial<SilenceDraft>>();
  const createSilence = useCreateAlertSilence();
  const queueNames = useQueueNames();
  const nowMs = useServerNow(1_000);
  const counts = { active: alerts.data?.length, silences: silences.data?.length };
  return (
    <>
      <div className="page-head">
        <h1>Alerts</h1>
        <AlertsVerdict alerts={alerts.data} />
      </div>
      <Tabs
        label="Alerts"
        tabs={tabs.map((item) => {
          const count = item.value in counts ? counts[item.value as keyof typeof counts] : undefined;
          return { ...item, count: count === undefined ? undefined : formatCount(count) };
        })}
        value={tab}
        onChange={chooseTab}
      >
        {tab === 'active' && <ActiveTab alerts={alerts} nowMs={nowMs} onSilence={setSilence} />}
        {tab === 'history' && <HistoryTab nowMs={nowMs} />}
        {tab === 'silences' && <SilencesTab silences={silences} nowMs={nowMs} onAdd={() => setSilence({})} />}
        {tab === 'thresholds' && <ThresholdsTab queueNames={queueNames} />}
        {tab === 'notifiers' && <NotifiersTab nowMs={nowMs} />}
      </Tabs>
      {silence && (
        <SilenceDialog
          initial={silence}
          queueNames={queueNames}
          nowMs={nowMs}
          onCreate={(request) => createSilence.mutateAsync(request)}
          onClose={() => setSilence(undefined)}
        />
      )}
    </>
  );
}

function useQueueNames(): readonly string[] {
  const { data } = useQueuesHealth();
  return useMemo(() => (data ?? []).map(({ queueName }) => queueName).toSorted(), [data]);
}

function useSelf(): string | undefined {
  return useSession().data?.user.id;
}

interface ActiveTabProps {
  alerts: ReturnType<typeof useActiveAlerts>;
  nowMs: number;
  onSilence: (draft: Partial<SilenceDraft>) => void;
}

function ActiveTab({ alerts, nowMs, onSilence }: ActiveTabProps) {
  const { params } = useAppLocation();
  const filter = useMemo(() => readAlertsFilter(params), [params]);
  const queues = useQueuesHealth();
  const { sending, acknowledge } = useAcknowledging();
  return (
    <ActiveAlertsPanel
      alerts={alerts.data}
      error={alerts.error}
      onRetry={() => void alerts.refetch()}
      filter={filter}
      queues={queues.data}
      open={params.get('alert') ?? undefined}
      nowMs={nowMs}
      self={useSelf()}
      sending={sending}
      onAcknowledge={acknowledge}
      onSilence={(alert) => onSilence({ queueName: alert.queueName, kind: kindOf(alert) })}
    />
  );
}

function HistoryTab({ nowMs }: { nowMs: number }) {
  const { params } = useAppLocation();
  const filter = useMemo(() => readAlertsFilter(params), [params]);
  const { severity, queueName, kind } = filter;
  const history = useAlertHistory({
    ...(severity && { severity }),
    ...(queueName && { queueName }),
    ...(kind && { kind }),
  });
  const alerts = useMemo(() => history.data?.pages.flatMap((page) => page.alerts), [history.data]);
  const queues = useQueuesHealth();
  return (
    <AlertHistoryPanel
      alerts={alerts}
      error={history.error}
      onRetry={() => void history.refetch()}
      hasMore={history.hasNextPage}
      loadingMore={history.isFetchingNextPage}
      onMore={() => void history.fetchNextPage()}
      filter={filter}
      queues={queues.data}
      open={params.get('alert') ?? undefined}
      nowMs={nowMs}
      self={useSelf()}
    />
  );
}

interface SilencesTabProps {
  silences: ReturnType<typeof useAlertSilences>;
  nowMs: number;
  onAdd: () => void;
}

function SilencesTab({ silences, nowMs, onAdd }: SilencesTabProps) {
  const end = useEndAlertSilence();
  return (
    <SilencesPanel
      silences={silences.data}
      error={silences.error}
      onRetry={() => void silences.refetch()}
      nowMs={nowMs}
      self={useSelf()}
      onAdd={onAdd}
      onEnd={({ id }) => end.mutateAsync(id)}
    />
  );
}

function ThresholdsTab({ queueNames }: { queueNames: readonly string[] }) {
  const queueName = useAppLocation().params.get('queue') || undefined;
  const thresholds = useAlertThresholds(queueName);
  const update = useUpdateAlertThresholds();
  return (
    <ThresholdsPanel
      queueName={queueName}
      queueNames={queueNames}
      thresholds={thresholds.data}
      error={thresholds.error}
      onRetry={() => void thresholds.refetch()}
      onReload={() => thresholds.refetch()}
      onSave={(body, { basedOn }) => update.mutateAsync({ queueName, body, ifMatch: versionOf(basedOn) })}
    />
  );
}

function NotifiersTab({ nowMs }: { nowMs: number }) {
  const notifiers = useAlertNotifiers();
  const test = useTestAlertNotifier();
  return (
    <NotifiersPanel
      notifiers={notifiers.data}
      error={notifiers.error}
      onRetry={() => void notifiers.refetch()}
      nowMs={nowMs}
      onTest={(name) => test.mutateAsync(name)}
    />
  );
}
