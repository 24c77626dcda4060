import { isApiError } from '@drover/client';
import type { AuthSession } from '@drover/contract';
import { DroverProvider } from '@drover/react';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { api } from './api';
import { sessionQuery, useSession } from './auth/use-session';
import { navigate, useAppLocation } from './router/location';
import { matchPath, signInPath } from './router/routes';
import { OverviewRoute } from './routes/overview';
import { FirstFigures } from './shell/first-figures';
import { Shell } from './shell/shell';
import { notify, Toasts } from './shell/toasts';
import { PanelBoundary } from './ui/panel-boundary';
import { PanelError, Skeleton } from './ui/panel-states';

const SignInRoute = lazy(async () => ({ default: (await import('./routes/sign-in')).SignInRoute }));
const NotFoundRoute = lazy(async () => ({ default: (await import('./routes/not-found')).NotFoundRoute }));
const ActivityRoute = lazy(async () => ({ default: (await import('./routes/activity')).ActivityRoute }));
const SettingsRoute = lazy(async () => ({ default: (await import('./routes/settings')).SettingsRoute }));
const AlertsRoute = lazy(async () => ({ default: (await import('./routes/alerts')).AlertsRoute }));
const QueuesRoute = lazy(async () => ({ default: (await import('./routes/queues')).QueuesRoute }));
const OperationsRoute = lazy(async () => ({ default: (await import('./routes/operations')).OperationsRoute }));
const OperationRoute = lazy(async () => ({ default: (await import('./routes/operation')).OperationRoute }));
const RateLimitsRoute = lazy(async () => ({ default: (await import('./routes/rate-limits')).RateLimitsRoute }));
const TimeoutsRoute = lazy(async () => ({ default: (await import('./routes/timeouts')).TimeoutsRoute }));
const ScalingRoute = lazy(async () => ({ default: (await import('./routes/scaling')).ScalingRoute }));
const WorkersRoute = lazy(async () => ({ default: (await import('./routes/workers')).WorkersRoute }));
const SessionEnded = lazy(async () => ({ default: (await import('./features/sign-in/session-ended')).SessionEnded }));
const JobsRoute = lazy(async () => ({ default: (await import('./routes/jobs')).JobsRoute }));
const JobRoute = lazy(async () => ({ default: (await import('./routes/job')).JobRoute }));
const SchedulesRoute = lazy(async () => ({ default: (await import('./routes/schedules')).SchedulesRoute }));
const QueueRoute = lazy(async () => ({ default: (await import('./routes/queue')).QueueRoute }));

/** A 401 anywhere: the session has ended, and the next render asks to sign in again. */
const cache: QueryClient = new QueryClient({
  // The client itself tries a GET again.
  defaultOptions: { queries: { retry: false } },
  queryCache: new QueryCache({
    onError: (error) => {
      endSession(error);
    },
  }),
  mutationCache: new MutationCache({ onError: (error) => endSession(error) }),
});

function endSession(error: unknown): void {
  if (isApiError(error, 'unauthenticated')) cache.setQueryData(sessionQuery.queryKey, null);
}

export function App() {
  return (
    <QueryClientProvider client={cache}>
      <Gate />
      <Toasts />
    </QueryClientProvider>
  );
}

/** Nothing of the app is asked for, let alone shown, before it is known who asks. */
function Gate() {
  const { data: session, error, refetch } = useSession();
  const { pathname } = useAppLocation();
  const { view } = matchPath(pathname);
  const [leaving, setLeaving] = useState(false);
  // Who was here when the session ended: the page stays, with what was typed into it, until they sign in again.
  const held = useRef<AuthSession>(undefined);
  if (session) held.current = session;
  const shown = session ?? (session === null && view !== 'sign-in' ? held.current : undefined);
  const signedOut = session === null && shown === undefined;

  useEffect(() => {
    if (!signedOut || view === 'sign-in') return;
    cache.removeQueries({ queryKey: ['queue-system'] });
    navigate(signInPath(window.location.pathname + window.location.search), { replace: true });
  }, [signedOut, view]);

  if (view === 'sign-in') {
    return (
      <Suspense fallback={<Opening />}>
        <SignInRoute />
      </Suspense>
    );
  }
  if (error && !session) {
    return (
      <main className="sign-in">
        <h1 className="sr-only">Drover</h1>
        <PanelError message="Drover cannot be reached." onRetry={() => void refetch()} />
      </main>
    );
  }
  if (!shown || leaving) return <Opening />;
  const signInAgain = async (email: string, password: string) => {
    const { signIn } = await import('./auth/auth-api');
    const result = await signIn(email, password);
    if (result.kind !== 'signed-in') return result;
    const next = await cache.fetchQuery({ ...sessionQuery, staleTime: 0 });
    // Somebody else sees another page: nothing of the old one may stay.
    if (next?.user.id !== shown.user.id) window.location.reload();
    else await cache.invalidateQueries({ queryKey: ['queue-system'] });
    return result;
  };
  const giveUp = () => {
    held.current = undefined;
    // Loads the page anew, so that a form with unsaved changes has its say in the browser's own words.
    window.location.assign(signInPath(window.location.pathname + window.location.search));
  };
  const leave = async () => {
    // The views go first: one that still asks after the session has ended is refused, and audited for it.
    setLeaving(true);
    await cache.cancelQueries({ queryKey: ['queue-system'] });
    try {
      const { signOut } = await import('./auth/auth-api');
      await signOut();
      held.current = undefined;
      cache.setQueryData(sessionQuery.queryKey, null);
    } catch {
      notify.error('Could not sign out: Drover cannot be reached.');
    }
    setLeaving(false);
  };
  return (
    <DroverProvider client={api} notify={notify}>
      <FirstFigures before={<Opening />}>
        <Shell user={shown.user} onSignOut={() => void leave()}>
          <PanelBoundary key={pathname} title="This page">
            <Suspense fallback={<Skeleton className="h-8 w-64" />}>
              <View />
            </Suspense>
          </PanelBoundary>
        </Shell>
      </FirstFigures>
      {session === null && (
        <Suspense>
          <SessionEnded email={shown.user.email} onSignIn={signInAgain} onLeave={giveUp} />
        </Suspense>
      )}
    </DroverProvider>
  );
}

/** Before it is known who asks: nothing to see, but a page that says what it is to those who hear it. */
function Opening() {
  return (
    <main aria-busy="true">
      <h1 className="sr-only">Drover</h1>
    </main>
  );
}

function View(): ReactNode {
  const route = matchPath(useAppLocation().pathname);
  switch (route.view) {
    case 'overview':
      return <OverviewRoute />;
    case 'queues':
      return <QueuesRoute />;
    case 'schedules':
      return <SchedulesRoute />;
    case 'jobs':
      return <JobsRoute />;
    case 'job':
      return <JobRoute queueName={route.queueName} jobId={route.jobId} />;
    case 'operations':
      return <OperationsRoute />;
    case 'operation':
      return <OperationRoute operationId={route.operationId} />;
    case 'rate-limits':
      return <RateLimitsRoute />;
    case 'timeouts':
      return <TimeoutsRoute />;
    case 'scaling':
      return <ScalingRoute />;
    case 'workers':
      return <WorkersRoute />;
    case 'settings':
      return <SettingsRoute />;
    case 'activity':
      return <ActivityRoute />;
    case 'alerts':
      return <AlertsRoute />;
    case 'queue':
      return <QueueRoute queueName={route.queueName} />;
    default:
      return <NotFoundRoute />;
  }
}
