import { createHash } from 'node:crypto';

const MOST_LETTERS = 53;

/**
 * The Deployment of a queue's workers unless the configuration names one: `drover-worker-` and
 * the queue, in the letters that Kubernetes allows. A name that had to be changed gets a piece
 * of its hash, so that `a:b` and `a-b` stay two.
 */
export function workloadName(queueName: string): string {
  const plain = queueName
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const room = MOST_LETTERS - 'drover-worker-'.length;
  if (plain === queueName && plain.length <= room) return `drover-worker-${plain}`;
  const hash = createHash('sha256').update(queueName).digest('hex').slice(0, 6);
  const short = plain.slice(0, room - hash.length - 1).replace(/-+$/, '');
  return `drover-worker-${short === '' ? '' : `${short}-`}${hash}`;
}
