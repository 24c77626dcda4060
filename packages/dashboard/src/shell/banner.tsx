import { useLiveControls, useLiveState, useSystemStatus } from '@drover/react';
import { CircleX, TriangleAlert } from 'lucide-react';
import { formatInstant } from '../models/format';
import { Icon } from '../ui/icon';

/** What is wrong beneath all numbers: the server or its engine cannot be reached, or the engine is not fit for jobs. */
export function Banner() {
  const { phase, updatedAt } = useLiveState();
  const { data: status } = useSystemStatus();
  const { retryNow } = useLiveControls();
  const asOf = updatedAt ? ` The numbers below are from ${formatInstant(updatedAt)}.` : '';
  if (phase === 'offline') {
    return (
      <div className="banner" role="alert">
        <Icon icon={CircleX} />
        <span>The server cannot be reached.{asOf} Trying again by itself.</span>
        <button type="button" className="btn btn-sm" onClick={retryNow}>
          Try now
        </button>
      </div>
    );
  }
  if (status && !status.engine.healthy) {
    return (
      <div className="banner" role="alert">
        <Icon icon={CircleX} />
        <span>
          The engine ({status.engine.kind}) cannot be reached{status.engine.message && `: ${status.engine.message}`}.
          {asOf}
        </span>
      </div>
    );
  }
  const warnings = status?.engine.warnings ?? [];
  if (warnings.length === 0) return null;
  return (
    <section className="banner banner-warning" aria-label="Engine">
      <Icon icon={TriangleAlert} />
      <ul>
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </section>
  );
}
