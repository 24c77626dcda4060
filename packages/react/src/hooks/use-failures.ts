import type { ScanFailuresRequest } from '@drover/contract';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { FailureScan, type FailureScanState } from '../failure-scan.js';
import { useDrover } from '../provider.js';

export interface RunningFailureScan extends FailureScanState {
  /** Goes on, after a cancel or a failure. */
  goOn(): void;
  cancel(): void;
  /** From the beginning. */
  again(): void;
}

/** Failed jobs by kind of failure, slice by slice while the component is there; anew when the request is another. */
export function useFailures(request: ScanFailuresRequest): RunningFailureScan {
  const { client } = useDrover();
  const [run, setRun] = useState(0);
  const asked = JSON.stringify(request);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` is the request by its content; `run` begins anew.
  const scan = useMemo(
    () => new FailureScan(request, (body, signal) => client.scanFailures({ body }, { signal })),
    [client, asked, run],
  );
  useEffect(() => {
    if (scan.getState().phase === 'looking') void scan.go();
    return scan.leave;
  }, [scan]);
  const state = useSyncExternalStore(scan.subscribe, scan.getState, scan.getState);
  const again = useCallback(() => setRun((before) => before + 1), []);
  return { ...state, goOn: () => void scan.go(), cancel: scan.cancel, again };
}
