import { useQueryClient } from '@tanstack/react-query';
import { signIn } from '../auth/auth-api';
import { sessionQuery } from '../auth/use-session';
import { SignInForm } from '../features/sign-in/sign-in-form';
import { navigate, useAppLocation } from '../router/location';
import { readBackTo } from '../router/routes';
import { Logo } from '../shell/sidebar';
import { usePageTitle } from './use-page-title';

export function SignInRoute() {
  usePageTitle('Sign in');
  const cache = useQueryClient();
  const { params } = useAppLocation();
  const backTo = readBackTo(params, window.location.origin);

  const submit = async (email: string, password: string) => {
    const result = await signIn(email, password);
    if (result.kind !== 'signed-in') return result;
    await cache.fetchQuery({ ...sessionQuery, staleTime: 0 });
    // The API's own page is no view of the dashboard: it is loaded from the server.
    if (backTo.startsWith('/api/')) window.location.replace(backTo);
    else navigate(backTo, { replace: true });
    return result;
  };

  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <div className="mb-5 flex items-center gap-2">
          <Logo />
          <h1 className="font-semibold text-20">Sign in to Drover</h1>
        </div>
        <SignInForm onSubmit={submit} />
      </div>
    </main>
  );
}
