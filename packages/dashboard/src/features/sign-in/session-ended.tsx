import { useLiveControls, useLiveState } from '@drover/react';
import { useEffect, useRef } from 'react';
import type { SignInResult } from '../../auth/auth-api';
import { Dialog } from '../../ui/dialog';
import { SignInForm } from './sign-in-form';

export interface SessionEndedProps {
  email: string;
  /** Resolves once the new session is known. */
  onSignIn: (email: string, password: string) => Promise<SignInResult>;
  /** Gives up what is on the page. */
  onLeave: () => void;
}

/** Signs in again over the page as it stands: what was typed there is still there. */
export function SessionEnded({ email, onSignIn, onLeave }: SessionEndedProps) {
  const { pause, resume } = useLiveControls();
  const wasPaused = useRef(useLiveState().pausedBy === 'hand');
  // Each call would be refused, and audited for it.
  useEffect(() => {
    if (wasPaused.current) return;
    pause();
    return resume;
  }, [pause, resume]);
  return (
    <Dialog label="Your session has ended" className="dialog-confirm" onClose={() => undefined}>
      <div className="session-ended">
        <h2 className="confirm-title">Your session has ended</h2>
        <p className="text-text-2">Sign in again to go on where you are. Nothing on this page is lost.</p>
        <SignInForm email={email} onSubmit={onSignIn} />
        <button type="button" className="btn btn-ghost" onClick={onLeave}>
          Leave the page instead
        </button>
      </div>
    </Dialog>
  );
}
