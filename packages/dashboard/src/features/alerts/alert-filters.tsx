import type { AlertKind } from '@drover/contract';
import type { ReactNode } from 'react';
import {
  type AcknowledgedFilter,
  type AlertsFilter,
  alertKinds,
  alertKindWords,
  isFiltering,
} from '../../models/alerts';
import { setParams } from '../../router/location';
import { SelectField } from '../../ui/inputs';

export interface AlertFiltersProps {
  filter: AlertsFilter;
  /** Names to choose from; the one that the URL asks for is offered too, even when it is gone. */
  queueNames: readonly string[];
  /** A history is of resolved alerts: who looked after them is no question there. */
  withAcknowledged?: boolean;
  end?: ReactNode;
}

const choose = (name: string) => (value: string) => setParams({ [name]: value === 'all' ? undefined : value });

/** What to show, kept in the URL. */
export function AlertFilters({ filter, queueNames, withAcknowledged = false, end }: AlertFiltersProps) {
  const { severity, queueName, kind, acknowledged } = filter;
  const names = queueName === undefined || queueNames.includes(queueName) ? queueNames : [queueName, ...queueNames];
  return (
    <search className="filters">
      <SelectField<'all' | 'critical' | 'warning'>
        label="Severity"
        value={severity ?? 'all'}
        options={[
          { value: 'all', label: 'Any severity' },
          { value: 'critical', label: 'Critical' },
          { value: 'warning', label: 'Warning' },
        ]}
        onChange={choose('severity')}
      />
      <SelectField
        label="Queue"
        value={queueName ?? 'all'}
        options={[{ value: 'all', label: 'Any queue' }, ...names.map((name) => ({ value: name, label: name }))]}
        onChange={choose('queue')}
      />
      <SelectField<'all' | AlertKind>
        label="Type"
        value={kind ?? 'all'}
        options={[
          { value: 'all', label: 'Any type' },
          ...alertKinds.map((value) => ({ value, label: alertKindWords[value] })),
        ]}
        onChange={choose('kind')}
      />
      {withAcknowledged && (
        <SelectField<AcknowledgedFilter>
          label="Acknowledged"
          value={acknowledged}
          options={[
            { value: 'all', label: 'Both' },
            { value: 'no', label: 'Not acknowledged' },
            { value: 'yes', label: 'Acknowledged' },
          ]}
          onChange={choose('acknowledged')}
        />
      )}
      <div className="filters-end">
        {isFiltering(filter) && (
          <button type="button" className="btn btn-sm btn-ghost" onClick={clearAlertFilters}>
            Clear filters
          </button>
        )}
        {end}
      </div>
    </search>
  );
}

export function clearAlertFilters(): void {
  setParams({ severity: undefined, queue: undefined, kind: undefined, acknowledged: undefined });
}
