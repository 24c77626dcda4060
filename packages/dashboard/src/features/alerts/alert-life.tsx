import type { Alert } from '@drover/contract';
import { useMemo } from 'react';
import { kindOf, lifeOf, valueWords } from '../../models/alerts';
import { formatExact, formatInstant, formatSpan } from '../../models/format';

const dots = { critical: 'dot-critical', warning: 'dot-warning', good: 'dot-healthy', neutral: '' };

/** What became of an alert, step by step, with the time from one step to the next. */
export function AlertLife({ alert, self }: { alert: Alert; self: string | undefined }) {
  const steps = useMemo(() => lifeOf(alert, self), [alert, self]);
  return (
    <ol className="life" aria-label="What happened">
      {steps.map((step, index) => {
        const before = steps[index - 1];
        return (
          <li key={`${step.at.getTime()} ${step.words}`}>
            <span className={`life-dot ${dots[step.tone]}`} aria-hidden="true" />
            <span>{step.words}</span>
            <time dateTime={step.at.toISOString()} title={formatInstant(step.at)} className="text-text-3">
              {before ? `${formatSpan(step.at.getTime() - before.at.getTime())} later` : formatInstant(step.at)}
            </time>
          </li>
        );
      })}
    </ol>
  );
}

/** Numbers behind the sentence. */
export function AlertFacts({ alert }: { alert: Alert }) {
  return (
    <dl className="alert-facts">
      <dt>Value</dt>
      <dd title={formatExact(alert.value)}>{valueWords(kindOf(alert), alert.value)}</dd>
      <dt>Limit</dt>
      <dd title={formatExact(alert.threshold)}>{valueWords(kindOf(alert), alert.threshold)}</dd>
      <dt>Fired</dt>
      <dd>{formatInstant(alert.timestamp)}</dd>
      <dt>Id</dt>
      <dd className="font-mono">{alert.id}</dd>
    </dl>
  );
}
