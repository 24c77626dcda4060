import { useActiveAlerts, useLiveState, useQueuesHealth, useSystemStatus, useWorkerMemory } from '@drover/react';
import {
  Bell,
  CalendarClock,
  Cpu,
  Gauge,
  History,
  Layers,
  LayoutDashboard,
  type LucideIcon,
  Package,
  Settings,
  Timer,
  TrendingUp,
} from 'lucide-react';
import { formatCount, formatInstant, formatSpan } from '../models/format';
import { countByStatus } from '../models/queue-rows';
import { Link } from '../router/link';
import { useAppLocation } from '../router/location';
import { matchPath } from '../router/routes';
import { Icon } from '../ui/icon';
import { useNow } from '../ui/use-now';

export function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
  const { data: queues } = useQueuesHealth();
  const { data: status } = useSystemStatus();
  const workers = useWorkerMemory().data?.totalWorkers;
  const { view } = matchPath(useAppLocation().pathname);
  const counts = queues && countByStatus(queues);
  return (
    <>
      <div className="brand">
        <Logo />
        <span className="brand-word">Drover</span>
        {status?.environment && (
          <span className="env" title={status.environment}>
            {status.environment}
          </span>
        )}
      </div>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: only closes the menu after a link in it was followed. */}
      <nav className="nav" aria-label="Main" onClick={onNavigate}>
        <NavItem to="/" label="Overview" icon={LayoutDashboard} current={view === 'overview'} />
        <NavItem
          to="/queues"
          label="Queues"
          icon={Layers}
          current={['queues', 'queue', 'operations', 'operation'].includes(view)}
        >
          {counts && <QueueCount total={counts.all} critical={counts.critical} />}
        </NavItem>
        <NavItem to="/jobs" label="Jobs" icon={Package} current={view === 'jobs' || view === 'job'} />
        <NavItem to="/schedules" label="Schedules" icon={CalendarClock} current={view === 'schedules'} />
        <NavItem to="/alerts" label="Alerts" icon={Bell} current={view === 'alerts'}>
          <AlertCount />
        </NavItem>
        <NavItem to="/workers" label="Workers &amp; memory" icon={Cpu} current={view === 'workers'}>
          {workers !== undefined && (
            <span className="counts">
              <span className="count">{formatCount(workers)}</span>
            </span>
          )}
        </NavItem>
        <NavItem to="/scaling" label="Scaling" icon={TrendingUp} current={view === 'scaling'} />
        <NavItem to="/rate-limits" label="Rate limits" icon={Gauge} current={view === 'rate-limits'} />
        <NavItem to="/timeouts" label="Timeouts" icon={Timer} current={view === 'timeouts'} />
        <NavItem to="/activity" label="Activity" icon={History} current={view === 'activity'} />
        <NavItem to="/settings" label="Settings" icon={Settings} current={view === 'settings'} />
      </nav>
      <SideFoot />
    </>
  );
}

interface NavItemProps {
  to: string;
  label: string;
  icon: LucideIcon;
  current: boolean;
  children?: React.ReactNode;
}

function NavItem({ to, label, icon, current, children }: NavItemProps) {
  return (
    <Link to={to} aria-current={current ? 'page' : undefined} title={label}>
      <Icon icon={icon} />
      {label}
      {children}
    </Link>
  );
}

function QueueCount({ total, critical }: { total: number; critical: number }) {
  return (
    <span className="counts">
      {critical > 0 && (
        <span className="count critical" title={`${critical} critical`}>
          {formatCount(critical)}
          <span className="sr-only"> critical of</span>
        </span>
      )}
      <span className="count">{formatCount(total)}</span>
    </span>
  );
}

/** All that fire; red while one is critical and nobody has said that they look after it. */
function AlertCount() {
  const { data: alerts } = useActiveAlerts();
  if (!alerts || alerts.length === 0) return null;
  const urgent = alerts.some(({ severity, acknowledged }) => severity === 'critical' && !acknowledged);
  return (
    <span className="counts">
      <span className={urgent ? 'count critical' : 'count'} title={`${alerts.length} active`}>
        {formatCount(alerts.length)}
        <span className="sr-only"> active</span>
      </span>
    </span>
  );
}

function SideFoot() {
  const { data: status } = useSystemStatus();
  const { updatedAt } = useLiveState();
  const nowMs = useNow(1_000);
  if (!status) return <div className="side-foot" />;
  return (
    <div className="side-foot">
      <div title={`${status.engine.kind} engine at ${status.engine.address}`}>
        Engine: {status.engine.kind}
        {!status.engine.healthy && <span className="text-critical"> away</span>}
      </div>
      <div>Leader: {status.leader ?? 'none right now'}</div>
      <div title={updatedAt ? formatInstant(updatedAt) : undefined}>
        {updatedAt ? `Last tick ${formatSpan(nowMs - updatedAt)} ago` : 'No tick yet'} · v{status.version}
      </div>
    </div>
  );
}

export function Logo() {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <rect width="20" height="20" rx="5" style={{ fill: 'var(--accent-fill)' }} />
      <path d="M5 6h6M5 10h10M5 14h3" style={{ stroke: 'var(--on-accent)', strokeWidth: 2, strokeLinecap: 'round' }} />
    </svg>
  );
}
