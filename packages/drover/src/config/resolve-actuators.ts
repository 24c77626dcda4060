import { resolve } from 'node:path';
import type { ActuatorsConfig, WorkloadWish } from '@drover/control-plane';
import type { ActuatorKind } from '@drover/core';
import { type ActuatorsFile, resourcePattern, type WorkloadFile } from './actuator-settings.js';
import type { ConfigProblem } from './problems.js';
import { workloadName } from './workload-name.js';

export interface ResolvedKeda {
  readonly host: string;
  readonly port: number;
  readonly token: string | null;
  readonly tls: { readonly certFile: string; readonly keyFile: string; readonly clientCaFile: string | null } | null;
}

export interface ResolvedActuators extends Pick<ActuatorsConfig, 'kubernetes' | 'webhook'> {
  readonly keda: ResolvedKeda | null;
}

const DEFAULT_KEDA_PORT = 4701;
const DEFAULT_RESOURCE = 'apps/v1/deployments';

export function resolveActuators(file: ActuatorsFile, folder: string, host: string): ResolvedActuators {
  const { kubernetes = {}, webhook, keda } = file;
  const path = (name: string): string => resolve(folder, name);
  return {
    kubernetes: {
      kubeconfig: kubernetes.kubeconfig === undefined ? null : path(kubernetes.kubeconfig),
      context: kubernetes.context ?? null,
      namespace: kubernetes.namespace ?? null,
    },
    webhook: webhook ?? null,
    keda: keda
      ? {
          host: keda.host ?? host,
          port: keda.port ?? DEFAULT_KEDA_PORT,
          token: keda.token ?? null,
          tls: keda.tls
            ? {
                certFile: path(keda.tls.certFile),
                keyFile: path(keda.tls.keyFile),
                clientCaFile: keda.tls.clientCaFile === undefined ? null : path(keda.tls.clientCaFile),
              }
            : null,
        }
      : null,
  };
}

export function resolveWorkload(queueName: string, workload: WorkloadFile = {}): WorkloadWish {
  const [, group = '', version = '', plural = ''] = resourcePattern.exec(workload.resource ?? DEFAULT_RESOURCE) ?? [];
  return { name: workload.name ?? workloadName(queueName), namespace: workload.namespace, group, version, plural };
}

interface ActuatedFile {
  readonly host?: string | undefined;
  readonly actuators?: ActuatorsFile | undefined;
  readonly queues?: Readonly<Record<string, { readonly actuator?: ActuatorKind | undefined }>> | undefined;
}

/** What no single field shows: a queue that nobody would scale, and a door that is open to everybody. */
export function actuatorProblems({ host = '127.0.0.1', actuators = {}, queues = {} }: ActuatedFile): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const orphans = Object.entries(queues).filter(([, { actuator }]) => actuator === 'webhook' && !actuators.webhook);
  for (const [queueName] of orphans) {
    const message = 'is webhook, but actuators.webhook says nowhere to post to';
    problems.push({ path: `queues.${queueName}.actuator`, message });
  }
  const { keda } = actuators;
  const listens = keda?.host ?? host;
  const isOpen = keda !== undefined && keda.token === undefined && keda.tls?.clientCaFile === undefined;
  if (isOpen && !/^(127\.|localhost$|::1$)/.test(listens)) {
    const message = `listens on ${listens} for everybody: give it a token, or a tls.clientCaFile`;
    problems.push({ path: 'actuators.keda', message });
  }
  return problems;
}
