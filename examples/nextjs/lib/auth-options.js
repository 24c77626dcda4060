import { timingSafeEqual } from 'node:crypto';
import CredentialsProvider from 'next-auth/providers/credentials';

/** Your own providers and accounts stand here. @type {import('next-auth').NextAuthOptions} */
export const authOptions = {
  session: { strategy: 'jwt' },
  providers: [
    CredentialsProvider({
      credentials: { email: { label: 'Email', type: 'email' }, password: { label: 'Password', type: 'password' } },
      authorize: ({ email, password } = {}) => accountOf(email, password),
    }),
  ],
  callbacks: {
    // The role goes into the signed token at sign-in and from there into every session.
    jwt: ({ token, user }) => (user ? { ...token, role: user.role } : token),
    session: ({ session, token }) => ({
      ...session,
      user: { ...session.user, id: token.sub, role: token.role },
    }),
  },
};

function accountOf(email, password) {
  const accounts = [
    { email: 'ada@example.test', name: 'Ada', role: 'admin', password: process.env.ADA_PASSWORD },
    { email: 'grace@example.test', name: 'Grace', role: 'customer', password: process.env.GRACE_PASSWORD },
  ];
  const account = accounts.find((candidate) => candidate.email === email);
  if (!account?.password || typeof password !== 'string' || !same(account.password, password)) return null;
  return { id: account.email, email: account.email, name: account.name, role: account.role };
}

function same(expected, given) {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
