import { timingSafeEqual } from 'node:crypto';

/** Your own accounts stand here: ada runs the jobs, grace may look. Passwords come from the environment. */
const accounts = [
  { id: 'ada', name: 'Ada', role: 'admin', password: process.env.ADA_PASSWORD },
  { id: 'grace', name: 'Grace', role: 'viewer', password: process.env.GRACE_PASSWORD },
];

/** The account that a name and password belong to; `null` for none. One without a password lets nobody in. */
export function accountOf(name, password) {
  const account = accounts.find(({ id }) => id === name);
  if (!account?.password || typeof password !== 'string' || !same(account.password, password)) return null;
  const { id, name: shown, role } = account;
  return { id, name: shown, role };
}

function same(expected, given) {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
