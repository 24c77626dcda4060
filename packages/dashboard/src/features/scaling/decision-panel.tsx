import type { ScalingDecision, ScalingEvidence } from '@drover/contract';
import { ArrowDown, ArrowUp, Equal, Lock, UserRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatDuration, formatInstant, formatRoughly } from '../../models/format';
import { stepWords } from '../../models/scaling';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/panel-states';

export interface DecisionPanelProps {
  decision: ScalingDecision | undefined;
  maxWorkers: number;
  instead?: ReactNode;
  onHold: () => void;
  onEndHold: () => void;
  endingHold: boolean;
}

const actions = {
  scale_up: { icon: ArrowUp, word: 'Scale up' },
  scale_down: { icon: ArrowDown, word: 'Scale down' },
  maintain: { icon: Equal, word: 'Keep' },
};

/** What the scaler decides now, every rule's vote, and what held it back. */
export function DecisionPanel({ decision, maxWorkers, instead, onHold, onEndHold, endingHold }: DecisionPanelProps) {
  const hold = decision?.hold;
  return (
    <Panel
      title="Decision now"
      meta={
        decision?.mode === 'dry_run'
          ? 'dry run: nobody acts on it'
          : decision?.mode === 'off'
            ? 'scaling is off'
            : undefined
      }
      actions={
        decision && (
          <button type="button" className="btn btn-sm" disabled={endingHold} onClick={hold ? onEndHold : onHold}>
            {hold ? (endingHold ? 'Ending…' : 'End the hold') : 'Hold…'}
          </button>
        )
      }
    >
      {instead || (!decision && <Skeleton className="m-3 h-72 opacity-50" />)}
      {decision && (
        <>
          <div className="decision-head">
            <span className="big">{stepWords(decision)}</span>
            <span className="badge badge-action">
              <Icon icon={actions[decision.action].icon} small />
              {actions[decision.action].word}
            </span>
            <p className="decision-reason">{decision.reason}</p>
            {hold && (
              <p className="decision-hold">
                <Icon icon={UserRound} small />
                Held at {hold.workers} by {hold.by.replace(/^user:/, '')} until {formatInstant(hold.until)}
                {hold.reason && `: ${hold.reason}`}
              </p>
            )}
          </div>
          {decision.evidence && <Evidence evidence={decision.evidence} maxWorkers={maxWorkers} />}
        </>
      )}
    </Panel>
  );
}

function Evidence({ evidence, maxWorkers }: { evidence: ScalingEvidence; maxWorkers: number }) {
  const { votes, clampedBy, need, enough, arrivalsPerSecond, serviceMs, predictedWaitMs, objectiveMs } = evidence;
  const { cooldownLeftMs, confidence, offeredLoad } = evidence;
  const cooldowns = [
    cooldownLeftMs.up > 0 && `up in ${formatRoughly(cooldownLeftMs.up)}`,
    cooldownLeftMs.down > 0 && `down in ${formatRoughly(cooldownLeftMs.down)}`,
  ].filter(Boolean);
  const facts: [string, string][] = [
    ['Arriving', `${(arrivalsPerSecond * 60).toFixed(arrivalsPerSecond < 0.2 ? 1 : 0)} jobs/min`],
    ['A job takes', serviceMs === null ? 'not known yet' : formatDuration(serviceMs)],
    ['Keeps busy', `${offeredLoad.toFixed(2)} workers`],
    ['Needed, enough', `${need}, ${enough}`],
    ['Expected wait', `${formatDuration(predictedWaitMs)} of ${formatDuration(objectiveMs)}`],
    ['Cooldown', cooldowns.length > 0 ? cooldowns.join(', ') : 'none'],
    [
      'Confidence',
      confidence.level === 'none' ? 'no data yet' : `${confidence.level}, ${confidence.completions} jobs seen`,
    ],
  ];
  return (
    <>
      <table className="votes">
        <caption className="sr-only">What each rule asks for</caption>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col" className="num">
              Workers
            </th>
          </tr>
        </thead>
        <tbody>
          {votes.map(({ rule, workers, why }) => (
            <tr key={rule}>
              <th scope="row">
                {ruleWords(rule)}
                <span className="line-2 block font-normal">{why}</span>
              </th>
              <td className="num">
                <span className="vote-bar" aria-hidden="true">
                  <i style={{ width: `${Math.min(100, (workers / Math.max(1, maxWorkers)) * 100)}%` }} />
                </span>
                {workers}
              </td>
            </tr>
          ))}
          {clampedBy.map(({ by, from, to, why }) => (
            <tr key={`${by} ${from} ${to}`} className="vote-clamp">
              <th scope="row">
                <span className="flex items-center gap-1.5">
                  <Icon icon={Lock} small />
                  {ruleWords(by)}
                </span>
                <span className="line-2 block font-normal">{why}</span>
              </th>
              <td className="num">
                {from} → {to}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl className="facts decision-facts">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** `host_memory` as people write it. */
function ruleWords(rule: string): string {
  const words = rule.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
