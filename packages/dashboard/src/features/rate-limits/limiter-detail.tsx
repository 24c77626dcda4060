import type {
  RateLimitHistoryResponse,
  RateLimitStatusResponse,
  RateLimitWindows,
  UpdateRateLimitRequest,
} from '@drover/contract';
import { type ReactNode, useMemo, useState } from 'react';
import { ChartPanel } from '../../charts/chart-panel';
import { createCursorStore } from '../../charts/cursor-store';
import type { ChartSpec } from '../../models/chart-spec';
import { formatCount, formatInstant, formatRoughly, plural } from '../../models/format';
import {
  isBuiltIn,
  limiterVerdict,
  limitGauges,
  readWindows,
  windowNames,
  windowTexts,
  windowWords,
} from '../../models/rate-limits';
import { layOutSeries } from '../../models/series-layout';
import { Link } from '../../router/link';
import { zoomPage, zoomPageOut } from '../../router/page-range';
import { queuePath } from '../../router/routes';
import { DraftForm } from '../../ui/draft-form';
import { NumberField } from '../../ui/inputs';
import { Panel } from '../../ui/panel';
import { Empty, Skeleton } from '../../ui/panel-states';
import { WindowGauge } from './limiter-list';

export interface LimiterDetailProps {
  limiterName: string;
  windows: RateLimitWindows;
  status: RateLimitStatusResponse | undefined;
  history: RateLimitHistoryResponse | undefined;
  /** In place of the history: an error. */
  instead?: ReactNode;
  fromMs: number;
  toMs: number;
  nowMs: number;
  onSave: (update: UpdateRateLimitRequest, basedOn: RateLimitWindows | undefined) => Promise<unknown>;
  onReload: () => Promise<unknown>;
  onRemove: () => void;
}

const spec: ChartSpec = {
  key: 'limiter',
  title: 'Granted and delayed',
  unit: 'a minute',
  scale: 1,
  format: formatCount,
  series: [
    { label: 'Granted', color: 1, area: true },
    { label: 'Had to wait', color: 2, dashed: true },
  ],
  whole: true,
  empty: 'Nothing was asked of it in this range.',
};

/** One limiter: how it stands, who waits, what it granted, and its windows to edit. */
export function LimiterDetail(props: LimiterDetailProps) {
  const { limiterName, windows, status, history, instead, fromMs, toMs, nowMs, onSave, onReload, onRemove } = props;
  const [cursor] = useState(createCursorStore);
  const { timesMs, values } = useMemo(() => {
    const points = history?.history.filter(({ timestamp }) => timestamp.getTime() >= fromMs) ?? [];
    return layOutSeries({
      points,
      atMs: ({ timestamp }) => timestamp.getTime(),
      stepMs: history?.stepMs ?? 60_000,
      fields: [({ allowed }) => allowed, ({ delayed }) => delayed],
      absent: 0,
    });
  }, [history, fromMs]);
  const series = useMemo(() => spec.series.map(({ label }, at) => ({ label, values: values[at] ?? [] })), [values]);
  return (
    <div className="limiter-detail">
      <Panel title={limiterName} meta={status && limiterVerdict(status, nowMs).words}>
        {status ? <Standing status={status} nowMs={nowMs} /> : <Skeleton className="m-3 h-24 opacity-50" />}
      </Panel>
      <ChartPanel
        {...{ spec, timesMs, series, fromMs, toMs, cursor }}
        subject={limiterName}
        limits={[]}
        onZoom={zoomPage}
        onZoomOut={zoomPageOut}
        instead={instead || (history ? undefined : <Skeleton className="m-3 h-[204px] opacity-50" />)}
      />
      <Panel
        title="Windows"
        meta="no window of that length ever holds more"
        actions={
          <button type="button" className="btn btn-sm" onClick={onRemove}>
            {isBuiltIn(limiterName) ? 'Reset…' : 'Delete…'}
          </button>
        }
      >
        <DraftForm
          key={limiterName}
          what={`the limiter ${limiterName}`}
          guardParams={['limiter']}
          base={windows}
          textsOf={windowTexts}
          read={readWindows}
          onSave={onSave}
          onReload={onReload}
          note="Every worker goes by a change within a second."
        >
          {({ field }) => (
            <div className="form-section form-grid">
              {windowNames.map((name) => (
                <NumberField
                  key={name}
                  label={windowWords[name].replace(/^p/, 'P')}
                  placeholder="no limit"
                  {...field(name)}
                />
              ))}
            </div>
          )}
        </DraftForm>
      </Panel>
    </div>
  );
}

function Standing({ status, nowMs }: { status: RateLimitStatusResponse; nowMs: number }) {
  const gauges = limitGauges(status, nowMs);
  const waiting = Object.entries(status.waitingByQueue ?? {}).toSorted(([, a], [, b]) => b - a);
  const { allowedTotal, delayedTotal, penalizedUntil } = status;
  if (gauges.length === 0) return <Empty title="It has no window, so it limits nothing." />;
  return (
    <div className="panel-body">
      {penalizedUntil && penalizedUntil.getTime() > nowMs && (
        <p className="text-critical">
          Nothing is granted until {formatInstant(penalizedUntil)}: the service asked for that.
        </p>
      )}
      <div className="limiter-gauges">
        {gauges.map((gauge) => (
          <div key={gauge.window}>
            <WindowGauge gauge={gauge} />
            <p className="line-2 mt-1">
              {formatCount(gauge.remaining)} left
              {gauge.resetInMs !== undefined && `, all free in ${formatRoughly(gauge.resetInMs)}`}
            </p>
          </div>
        ))}
      </div>
      <p className="line-2">
        {waiting.length === 0 ? 'Nobody waits for a permit now.' : 'Waiting now: '}
        {waiting.map(([queueName, count], index) => (
          <span key={queueName}>
            {index > 0 && ', '}
            {plural(count, 'request')} of{' '}
            <Link className="link" to={queuePath(queueName)}>
              {queueName}
            </Link>
          </span>
        ))}
        {allowedTotal !== undefined && ` ${formatCount(allowedTotal)} granted in all`}
        {delayedTotal !== undefined && `, ${formatCount(delayedTotal)} of them after a wait`}
        {allowedTotal !== undefined && '.'}
      </p>
    </div>
  );
}
