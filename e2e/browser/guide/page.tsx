import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { getSession, signIn } from 'next-auth/react';
import { createElement, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { Toaster } from 'sonner';
import * as hooks from '@/hooks/use-queue-system';
import { queueSystemApi } from '@/lib/api/queue-system-client';

/** What a hook of the guide gives, a query or a mutation. */
interface HookResult {
  readonly data: unknown;
  readonly error: Error | null;
  readonly isSuccess: boolean;
  readonly isError: boolean;
  readonly mutateAsync?: (variables: unknown) => Promise<unknown>;
}

const table = hooks as unknown as Readonly<Record<string, (...args: unknown[]) => HookResult>>;
const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
const root = createRoot(document.getElementById('root') as HTMLElement);

/** Mounts one hook; resolves with its data, or with that of its mutation; rejects with its error. */
function runHook(name: string, args: unknown[], variables?: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    function Component() {
      const result = table[name]?.(...args);
      useEffect(() => {
        if (result?.isError) reject(result.error);
        else if (result?.isSuccess) resolve(result.data);
      }, [result?.isError, result?.isSuccess, result]);
      useEffect(() => {
        void result?.mutateAsync?.(variables).then(resolve, reject);
        // Once, when it is mounted.
      }, []);
      return null;
    }
    root.render(
      createElement(
        QueryClientProvider,
        { client: cache },
        createElement(Toaster),
        createElement(Component, { key: `${name}-${Date.now()}` }),
      ),
    );
  });
}

Object.assign(window, {
  guide: {
    signIn: (email: string, password: string) => signIn('credentials', { redirect: false, email, password }),
    getSession,
    call: (name: string, args: unknown[]) =>
      (queueSystemApi as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]?.(...args),
    runHook,
  },
});
