import { useCancelOperation, useOperation } from '@drover/react';
import { OperationProgress } from '../features/operations/operation-progress';

/** The operation that was started from this page, until it is put away. Holds no room before it is known. */
export function RunningOperation({ operationId, onDismiss }: { operationId: string; onDismiss: () => void }) {
  const { data } = useOperation(operationId);
  const cancel = useCancelOperation();
  if (!data) return null;
  return <OperationProgress operation={data} onCancel={() => cancel.mutateAsync(operationId)} onDismiss={onDismiss} />;
}
