import type { DashboardSummaryResponse } from '@drover/contract';
import { Activity, CircleCheck, Clock, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDashboardSummary } from '../hooks/use-monitoring.js';
import { Badge } from '../ui/badge.js';
import { Card, CardContent, CardHeader, CardTitle } from '../ui/card.js';
import { PanelError, PanelLoading } from './panel-notice.js';

/** The guide's four summary cards (section 4.1). */
export function DashboardOverview() {
  const { data, isLoading, error, refetch } = useDashboardSummary();
  if (isLoading) return <PanelLoading label="Loading..." />;
  if (!data && error) return <PanelError error={error} onRetry={() => void refetch()} />;
  if (!data) return <div className="drover-ui drover-notice">No data available</div>;
  const shown = shownOf(data);

  return (
    <div className="drover-ui drover-grid">
      <SummaryCard title="Total Queues" icon={Activity} value={shown('totalQueues')}>
        {shown('healthyQueues')} healthy, {shown('warningQueues')} warning
      </SummaryCard>
      <SummaryCard title="Active Jobs" icon={Clock} value={shown('totalActive')}>
        {shown('totalWaiting')} waiting
      </SummaryCard>
      <SummaryCard title="Active Alerts" icon={TriangleAlert} value={shown('activeAlerts')}>
        <Badge variant={data.activeAlerts > 0 ? 'destructive' : 'secondary'}>
          {data.activeAlerts > 0 ? 'Attention Required' : 'All Clear'}
        </Badge>
      </SummaryCard>
      <SummaryCard title="Jobs/Minute" icon={CircleCheck} value={shown('avgJobsPerMinute', Math.round)}>
        {shown('avgErrorRate', (rate) => `${rate.toFixed(1)}%`)} error rate
      </SummaryCard>
    </div>
  );
}

interface SummaryCardProps {
  title: string;
  icon: LucideIcon;
  value: ReactNode;
  children: ReactNode;
}

function SummaryCard({ title, icon: Icon, value, children }: SummaryCardProps) {
  return (
    <Card>
      <CardHeader className="drover-card-header-split">
        <CardTitle className="drover-card-title-small">{title}</CardTitle>
        <Icon className="drover-icon drover-muted" aria-hidden="true" />
      </CardHeader>
      <CardContent>
        <div className="drover-figure">{value}</div>
        <div className="drover-muted drover-small">{children}</div>
      </CardContent>
    </Card>
  );
}

type NumberField = {
  [Key in keyof DashboardSummaryResponse]: DashboardSummaryResponse[Key] extends number ? Key : never;
}[keyof DashboardSummaryResponse];

/** A field in words: an unknown number is 0 on the wire, and must not read as zero. */
function shownOf(data: DashboardSummaryResponse) {
  return (field: NonNullable<NumberField>, format: (value: number) => ReactNode = (value) => value) =>
    data.unknown?.includes(field) ? 'unknown' : format(data[field]);
}
