import { useEffect, useState } from 'react';
import { guardNavigation } from '../router/location';
import { ConfirmDialog } from './confirm-dialog';

export interface UnsavedGuardProps {
  /** True while there is something to lose. */
  when: boolean;
  /** "the thresholds", "this policy". */
  what: string;
  /** Parameters of the URL whose change leaves the form too: `['queue']` where it says which one is edited. */
  params?: readonly string[];
}

/** Asks before unsaved changes are left: by a link, by the browser's back button, by closing the tab. */
export function UnsavedGuard({ when, what, params = [] }: UnsavedGuardProps) {
  const [leave, setLeave] = useState<() => void>();
  const watched = params.join(' ');
  useEffect(() => {
    if (!when) return;
    const leaves = (from: URL, to: URL) =>
      from.pathname !== to.pathname ||
      watched.split(' ').some((name) => name !== '' && from.searchParams.get(name) !== to.searchParams.get(name));
    const release = guardNavigation((from, to, go) => {
      if (!leaves(from, to)) return false;
      setLeave(() => go);
      return true;
    });
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', onUnload);
    return () => {
      release();
      window.removeEventListener('beforeunload', onUnload);
    };
  }, [when, watched]);
  if (!leave) return null;
  return (
    <ConfirmDialog
      title={`Leave without saving ${what}?`}
      confirmLabel="Leave, lose the changes"
      cancelLabel="Stay"
      danger
      onConfirm={leave}
      onClose={() => setLeave(undefined)}
    >
      What you changed here has not been saved.
    </ConfirmDialog>
  );
}
