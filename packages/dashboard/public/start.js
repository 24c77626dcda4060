// Runs before anything else of the page. A file, not inline: the Content-Security-Policy
// allows scripts from this host alone.

// Before the first paint, or a dark page would flash white.
try {
  const theme = localStorage.getItem('drover-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: follow the system.
}

// While the application is still being loaded: who is it, and for whoever it is the stream of
// figures, so that both are there when it runs. `src/early-requests.ts` takes them.
{
  const session = fetch('/api/auth/session', { headers: { accept: 'application/json' } });
  const openEvents = async () => {
    const { user } = await (await session).clone().json();
    // Nobody is signed in, or nobody looks: the stream would be refused, or read by nobody.
    if (!user || document.hidden) return undefined;
    return fetch('/api/admin/queue-system/events', { headers: { accept: 'text/event-stream' } });
  };
  const events = openEvents();
  for (const early of [session, events]) early.catch(() => undefined);
  globalThis.droverEarly = { session, events };
}
