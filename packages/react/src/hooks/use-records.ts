import type { AlertHistoryQuery, AuditFilters, OperationsQuery } from '@drover/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDrover } from '../provider.js';
import { usePace } from './use-pace.js';

/** Resolved alerts, the latest first, page by page. */
export function useAlertHistory(query?: Omit<AlertHistoryQuery, 'cursor'>) {
  const pace = usePace({ covered: false });
  return useInfiniteQuery({ ...useDrover().queries.alertHistory(query), ...pace });
}

/** Who did what, the latest first, page by page. */
export function useAudit(filters?: AuditFilters, { enabled = true }: { enabled?: boolean } = {}) {
  const pace = usePace({ covered: false });
  return useInfiniteQuery({ ...useDrover().queries.audit(filters), ...pace, enabled });
}

/** Long operations, the latest first: of all queues, or of one. */
export function useOperations(query?: Omit<OperationsQuery, 'before'>) {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.operations(query), ...pace });
}

/** Operations newest first, page by page. */
export function useOperationPages() {
  const pace = usePace({ covered: false });
  return useInfiniteQuery({ ...useDrover().queries.operationPages(), ...pace });
}

/** One operation with its progress, asked for every second until it is over. */
export function useOperation(operationId: string) {
  const { refetchInterval: held, ...pace } = usePace({ covered: false });
  const options = useDrover().queries.operation(operationId);
  return useQuery({ ...options, ...pace, ...(held === false && { refetchInterval: false }) });
}
