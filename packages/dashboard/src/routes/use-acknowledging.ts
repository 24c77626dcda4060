import { useAcknowledgeAlert, useAcknowledgeAlerts } from '@drover/react';
import { useMemo } from 'react';

/** The API takes no more ids in one call. */
const mostAtOnce = 500;

/** Acknowledges one alert or many, and knows which are under way, so that none is sent twice. */
export function useAcknowledging(): { sending: ReadonlySet<string>; acknowledge: (ids: readonly string[]) => void } {
  const one = useAcknowledgeAlert();
  const many = useAcknowledgeAlerts();
  const sending = useMemo(
    () => new Set([one.isPending ? one.variables : [], many.isPending ? (many.variables.ids ?? []) : []].flat()),
    [one.isPending, one.variables, many.isPending, many.variables],
  );
  const acknowledge = ([first, ...others]: readonly string[]) => {
    if (first !== undefined && others.length === 0) one.mutate(first);
    else if (first !== undefined) many.mutate({ ids: [first, ...others].slice(0, mostAtOnce) });
  };
  return { sending, acknowledge };
}
