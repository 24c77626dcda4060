import { useQuery } from '@tanstack/react-query';
import { jobKeys } from '../keys.js';
import { useDrover } from '../provider.js';

/** The JSON Schema that payloads of a queue must fit; without `schema` any does. It changes with the configuration only. */
export function useJobSchema(queueName: string, { enabled = true }: { enabled?: boolean } = {}) {
  const { client } = useDrover();
  return useQuery({
    queryKey: jobKeys.schema(queueName),
    queryFn: ({ signal }) => client.getJobSchema({ params: { queueName } }, { signal }),
    enabled: enabled && !!queueName,
    staleTime: 300_000,
  });
}
