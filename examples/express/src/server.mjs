import { randomUUID } from 'node:crypto';
import { createHandler } from 'drover';
import express from 'express';
import { accountOf } from './accounts.mjs';

/** Your own sessions stand here; this server keeps them in memory. */
const sessions = new Map();

/** Whose session a request carries. */
function userOf(cookieHeader) {
  const id = /(?:^|;\s*)session=([^;]+)/.exec(cookieHeader ?? '')?.[1];
  return (id && sessions.get(id)) ?? null;
}

const drover = createHandler({
  // Your sign-in decides: { id, name, role } with the role admin, operator or viewer, or null.
  authorize: (request) => userOf(request.headers.get('cookie')),
});

const app = express();
app.use(express.json());

app.post('/sign-in', (request, response) => {
  const account = accountOf(request.body?.name, request.body?.password);
  if (!account) {
    response.status(401).json({ error: 'Name or password is wrong.' });
    return;
  }
  const id = randomUUID();
  sessions.set(id, account);
  response.cookie('session', id, { httpOnly: true, sameSite: 'lax' }).json({ name: account.name });
});

app.use('/api/admin/queue-system', drover.middleware);

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  process.stdout.write(`Listening on http://127.0.0.1:${server.address().port}\n`);
});

process.once('SIGTERM', async () => {
  // Event streams first: a server does not close while they are open.
  await drover.close();
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
