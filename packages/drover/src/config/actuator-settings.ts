import { actuatorKinds } from '@drover/core';
import { z } from 'zod';

/** `apps/v1/deployments` or, of the core group, `v1/replicationcontrollers`. */
export const resourcePattern = /^(?:([a-z0-9.-]{1,100})\/)?(v\d+(?:(?:alpha|beta)\d+)?)\/([a-z]{1,60})$/;

const path = z.string().min(1).max(4_096);
const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'use lower-case letters, digits and dashes, 63 at most');
const dnsName = z
  .string()
  .regex(/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/, 'use lower-case letters, digits, dashes and dots, 253 at most');
const secret = z.string().min(16, 'needs 16 characters or more: it must not be guessed');

export const actuatorSchema = z
  .enum(actuatorKinds)
  .describe(
    "Who runs the workers: `local` (default; this file's hosts), `kubernetes`, `webhook`, `keda`, or `none` (decisions are advice). See docs/kubernetes.md.",
  );

/** Of a queue: the object that runs its workers. */
export const workloadSchema = z.strictObject({
  name: dnsName.optional().describe('Name of the object that is scaled. `drover-worker-` and the queue.'),
  namespace: dnsLabel.optional().describe('Its namespace; that of `actuators.kubernetes` unless told.'),
  resource: z
    .string()
    .regex(resourcePattern, 'is no group/version/plural, like apps/v1/deployments')
    .optional()
    .describe('What kind of object, as group/version/plural. `apps/v1/deployments`.'),
});

const kubernetes = z.strictObject({
  kubeconfig: path.optional().describe('File with the credentials; unless told, those of the pod this runs in.'),
  context: z.string().min(1).optional().describe('Context of the kubeconfig; its current one unless told.'),
  namespace: dnsLabel.optional().describe('Where workloads are; that of the pod or the context unless told.'),
});

const webhook = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'is no http or https address' })
    .describe('Where orders are posted to; no redirect is followed.'),
  secret: secret.describe('Signs each order, as the alerts of a webhook are signed.'),
});

const keda = z.strictObject({
  host: z.string().min(1).optional().describe('Address to listen on for gRPC. As `host`.'),
  port: z.number().int().min(0).max(65_535).optional().describe('Port of the gRPC scaler. `4701`.'),
  token: secret
    .optional()
    .describe("Asked for in the trigger's metadata (`tokenFromEnv`), and as bearer token at `/keda/metrics/`."),
  tls: z
    .strictObject({
      certFile: path.describe('PEM.'),
      keyFile: path.describe('PEM.'),
      clientCaFile: path.optional().describe('PEM; only clients that it signed are let in.'),
    })
    .optional()
    .describe('Without it gRPC is in the clear.'),
});

export const actuatorsSchema = z.strictObject({
  kubernetes: kubernetes.optional().describe('The cluster of queues whose actuator is `kubernetes`.'),
  webhook: webhook.optional().describe('Who carries orders out for queues whose actuator is `webhook`.'),
  keda: keda.optional().describe('Serves decisions to KEDA: its external scaler, and its metrics-api.'),
});

export type ActuatorsFile = z.output<typeof actuatorsSchema>;
export type WorkloadFile = z.output<typeof workloadSchema>;
