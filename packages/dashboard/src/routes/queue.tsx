import { usePageTitle } from './use-page-title';

export function QueueRoute({ queueName }: { queueName: string }) {
  usePageTitle(queueName);
  return <h1>{queueName}</h1>;
}
