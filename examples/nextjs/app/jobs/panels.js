'use client';

import { QueueSystemApiClient } from '@drover/client';
import { AlertsList, DashboardOverview, DroverProvider, QueueHealthStatus } from '@drover/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { getSession } from 'next-auth/react';
import { useState } from 'react';

export default function Jobs() {
  const [cache] = useState(() => new QueryClient());
  // As in the guide: no call without a session of next-auth.
  const [client] = useState(() => new QueueSystemApiClient({ getSession }));
  return (
    <QueryClientProvider client={cache}>
      <DroverProvider client={client}>
        <main>
          <h1>Jobs</h1>
          <DashboardOverview />
          <AlertsList />
          <QueueHealthStatus />
        </main>
      </DroverProvider>
    </QueryClientProvider>
  );
}
