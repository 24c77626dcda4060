import { notFound, redirect } from 'next/navigation';
import { getServerSession } from 'next-auth';
import { authOptions } from '../../lib/auth-options.js';
import Jobs from './panels.js';

/** For admins of the application: whoever is not signed in does so first, and comes back. */
export default async function JobsPage() {
  const session = await getServerSession(authOptions);
  if (!session) redirect('/api/auth/signin?callbackUrl=/jobs');
  if (session.user.role !== 'admin') notFound();
  return <Jobs />;
}
