import type { ActuatorTrouble } from '@drover/core';
import { trouble } from '../outcomes.js';
import { NoCredentials } from './cluster.js';
import { type KubernetesReply, NoReply } from './kubernetes-client.js';

const MOST_WORDS = 400;

/** The cluster answered and did not do it; the message is its own. */
export class RefusedByCluster extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfterMs: number | null,
  ) {
    super(message);
    this.name = 'RefusedByCluster';
  }
}

/** The body of a success. Throws RefusedByCluster. */
export function readReply({ status, body, retryAfterMs }: KubernetesReply): object {
  const isObject = typeof body === 'object' && body !== null;
  if (status >= 200 && status < 300 && isObject) return body;
  // A proxy in between answers in HTML, and with a 2xx if need be.
  if (status < 400) throw new NoReply(`What answers is no API of Kubernetes (status ${status}).`);
  const told = isObject && 'message' in body && typeof body.message === 'string' ? body.message : '';
  throw new RefusedByCluster(status, told.slice(0, MOST_WORDS) || `status ${status}`, retryAfterMs);
}

export interface ReadTrouble {
  readonly trouble: ActuatorTrouble;
  readonly retryAfterMs: number | null;
}

/** What an error of a request says; what is none of ours is thrown again. */
export function troubleOf(error: unknown, what: string): ReadTrouble {
  if (error instanceof NoCredentials) return { trouble: trouble('forbidden', error.message), retryAfterMs: null };
  if (error instanceof NoReply) return { trouble: trouble('unavailable', error.message), retryAfterMs: null };
  if (!(error instanceof RefusedByCluster)) throw error;
  return { trouble: troubleOfStatus(error, what), retryAfterMs: error.retryAfterMs };
}

function troubleOfStatus({ status, message }: RefusedByCluster, what: string): ActuatorTrouble {
  switch (status) {
    case 401:
      return trouble(
        'forbidden',
        'Kubernetes does not accept our credentials; are they of this cluster, and not expired?',
      );
    case 403:
      return trouble('forbidden', `Kubernetes does not let us scale ${what}: ${message}`);
    case 404:
      return trouble('not_found', `Kubernetes has no ${what}.`);
    case 409:
      return trouble('busy', `Others keep changing ${what}; our change found no gap.`);
    case 429:
      return trouble('busy', 'The API of Kubernetes is overloaded and asks for patience.');
    default:
      return status >= 500
        ? trouble('unavailable', `Kubernetes failed to answer: ${message}`)
        : trouble('rejected', `Kubernetes rejects the request for ${what}: ${message}`);
  }
}
