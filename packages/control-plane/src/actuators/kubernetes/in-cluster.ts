import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cluster, NoCredentials } from './cluster.js';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

export interface InClusterOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the service account is mounted. */
  readonly folder?: string;
}

/** As a pod: the API's address from the environment, who we are from the mounted service account. */
export async function loadInCluster({ env, folder = SERVICE_ACCOUNT }: InClusterOptions): Promise<Cluster> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port) {
    throw new NoCredentials(
      'This is no pod of a cluster (KUBERNETES_SERVICE_HOST is not set); name a kubeconfig in actuators.kubernetes.',
    );
  }
  const read = async (name: string): Promise<string> => {
    try {
      return (await readFile(join(folder, name), 'utf8')).trim();
    } catch (error) {
      throw new NoCredentials(
        `The pod's service account has no ${name}; its pod needs automountServiceAccountToken: true.`,
        { cause: error },
      );
    }
  };
  const [token, ca, namespace] = await Promise.all([read('token'), read('ca.crt'), read('namespace')]);
  return { server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`, ca, token, namespace };
}
