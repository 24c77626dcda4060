import type { ScaleOrder } from '@drover/core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from './cluster.js';
import { createKubernetesActuator, type WorkloadWish } from './kubernetes-actuator.js';
import { requiredRules } from './required-rules.js';
import { hpaFor } from './testing/api-objects.js';
import { type ApiServer, type PolicyRule, startApiServer } from './testing/api-server.js';
import { makeCertificates, type TestCertificates } from './testing/certificates.js';

let certificates: TestCertificates;
let api: ApiServer;
let nowMs = 0;
const opened: { close(): void }[] = [];

beforeAll(async () => {
  certificates = await makeCertificates();
});
beforeEach(async () => {
  nowMs = 1_000_000;
  api = await startApiServer(certificates);
});
afterEach(async () => {
  for (const actuator of opened.splice(0)) actuator.close();
  await api.stop();
});

const deployment: WorkloadWish = { name: 'emails', group: 'apps', version: 'v1', plural: 'deployments' };

function actuatorOn(over: { cluster?: Partial<Cluster>; workload?: WorkloadWish; load?: () => Promise<Cluster> } = {}) {
  const cluster = { server: api.url, ca: certificates.ca, token: 'secret-token', namespace: 'shop', ...over.cluster };
  const actuator = createKubernetesActuator({
    load: over.load ?? (async () => cluster),
    workloads: new Map([['emails', over.workload ?? deployment]]),
    monotonicMs: () => nowMs,
    deadlineMs: 20_000,
  });
  opened.push(actuator);
  return actuator;
}

function order(workers: number, over: Partial<ScaleOrder> = {}): ScaleOrder {
  return { workers, currentWorkers: 1, decisionId: `to-${workers}`, epoch: 1, reason: 'Because.', ...over };
}

describe('scaling', () => {
  it('writes the scale subresource alone, under the version that it read', async () => {
    const stored = api.addDeployment('emails');
    expect(await actuatorOn().scale('emails', order(4))).toEqual({ kind: 'applied', workers: 4 });
    expect(stored.replicas).toBe(4);
    expect(api.requests).toEqual([
      'GET /apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers',
      'GET /apis/apps/v1/namespaces/shop/deployments/emails/scale',
      'PATCH /apis/apps/v1/namespaces/shop/deployments/emails/scale',
    ]);
  });

  it('writes nothing where the count stands already', async () => {
    api.addDeployment('emails', { replicas: 4 });
    expect(await actuatorOn().scale('emails', order(4))).toEqual({ kind: 'applied', workers: 4 });
    expect(api.requests.filter((request) => request.startsWith('PATCH'))).toEqual([]);
  });

  it('reads again and tries again when somebody else wrote in between', async () => {
    const stored = api.addDeployment('emails');
    api.conflicts = 3;
    expect(await actuatorOn().scale('emails', order(4))).toEqual({ kind: 'applied', workers: 4 });
    expect(stored.replicas).toBe(4);
    expect(api.requests.filter((request) => request.startsWith('PATCH'))).toHaveLength(4);
  });

  it('gives up for now where the object never rests', async () => {
    api.addDeployment('emails');
    api.conflicts = 1_000;
    expect(await actuatorOn().scale('emails', order(4))).toMatchObject({
      kind: 'unavailable',
      trouble: { code: 'busy' },
    });
    expect(api.requests.filter((request) => request.startsWith('PATCH'))).toHaveLength(5);
  });

  it('drops an order that a later leader overtook while the API was slow', async () => {
    const stored = api.addDeployment('emails');
    const actuator = actuatorOn();
    const late = actuator.scale('emails', order(9, { epoch: 1 }));
    const newer = await actuator.scale('emails', order(3, { epoch: 2 }));
    expect(await late).toMatchObject({ kind: 'refused', trouble: { code: 'fenced' } });
    expect(newer).toEqual({ kind: 'applied', workers: 3 });
    expect(stored.replicas).toBe(3);
  });

  it('waits as long as an overloaded API asks', async () => {
    api.addDeployment('emails');
    api.fault = { status: 429, retryAfterSeconds: 7 };
    expect(await actuatorOn().scale('emails', order(4))).toMatchObject({ kind: 'unavailable', retryAfterMs: 7_000 });
  });

  it('says what is missing when there is no such workload', async () => {
    expect(await actuatorOn().scale('emails', order(4))).toEqual({
      kind: 'refused',
      trouble: { code: 'not_found', message: 'Kubernetes has no deployments/emails in the namespace shop.' },
    });
  });

  it('takes a proxy that answers in HTML for no answer at all', async () => {
    api.addDeployment('emails');
    api.fault = 'html';
    expect(await actuatorOn().scale('emails', order(4))).toMatchObject({
      kind: 'unavailable',
      trouble: { message: expect.stringContaining('no API of Kubernetes') },
    });
  });

  it('goes on by itself after the API was restarted', async () => {
    const actuator = actuatorOn();
    const stored = api.addDeployment('emails');
    await actuator.scale('emails', order(2));
    await api.stop();
    expect(await actuator.scale('emails', order(3))).toMatchObject({ kind: 'unavailable' });
    const { port } = api;
    api = await startApiServer(certificates, port);
    api.deployments.set('shop/emails', stored);
    expect(await actuator.scale('emails', order(3))).toEqual({ kind: 'applied', workers: 3 });
  });

  it('reaches other namespaces, and kinds by their paths', async () => {
    api.addDeployment('emails', { namespace: 'mail' });
    const actuator = actuatorOn({ workload: { ...deployment, namespace: 'mail' } });
    expect(await actuator.scale('emails', order(2))).toEqual({ kind: 'applied', workers: 2 });
    const rollout = actuatorOn({
      workload: { name: 'emails', group: 'argoproj.io', version: 'v1alpha1', plural: 'rollouts' },
    });
    await rollout.scale('emails', order(2));
    expect(api.requests.at(-1)).toBe('GET /apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/emails/scale');
  });
});

describe('another scaler', () => {
  it('is not fought: an HPA of the same workload is named instead', async () => {
    const stored = api.addDeployment('emails');
    api.hpas.push(hpaFor('emails'));
    const actuator = actuatorOn();
    const owned = { code: 'owned', message: expect.stringContaining('The HPA emails-hpa sets the size') };
    expect(await actuator.scale('emails', order(4))).toEqual({ kind: 'refused', trouble: owned });
    expect(await actuator.observe('emails')).toMatchObject({ desired: 1, ready: 1, trouble: owned });
    expect(stored.replicas).toBe(1);
  });

  it('is told apart from one of another workload', async () => {
    api.addDeployment('emails');
    api.hpas.push(hpaFor('emails-v2'), hpaFor('payments'));
    expect(await actuatorOn().scale('emails', order(4))).toMatchObject({ kind: 'applied' });
  });

  it("is called by its own name when it is KEDA's", async () => {
    api.addDeployment('emails');
    api.hpas.push(hpaFor('emails', 'emails-by-events'));
    expect(await actuatorOn().scale('emails', order(4))).toMatchObject({
      trouble: { code: 'owned', message: expect.stringMatching(/ScaledObject emails-by-events .* actuator "keda"/) },
    });
  });

  it('is looked for again: once it is gone, we scale', async () => {
    api.addDeployment('emails');
    api.hpas.push(hpaFor('emails'));
    const actuator = actuatorOn();
    await actuator.scale('emails', order(4));
    api.hpas.length = 0;
    nowMs += 15_000;
    expect(await actuator.scale('emails', order(4))).toMatchObject({ kind: 'applied' });
  });

  it('that cannot be looked for keeps us from scaling', async () => {
    api.addDeployment('emails');
    api.rules = [{ apiGroups: ['apps'], resources: ['*'], verbs: ['*'] }];
    expect(await actuatorOn().scale('emails', order(4))).toMatchObject({
      kind: 'refused',
      trouble: { code: 'forbidden', message: expect.stringContaining('grant "list" on horizontalpodautoscalers') },
    });
  });
});

describe('what is seen', () => {
  it('counts readiness from the status, where zeros are left out', async () => {
    api.addDeployment('emails', { replicas: 5, ready: 2 });
    expect(await actuatorOn().observe('emails')).toEqual({ desired: 5, ready: 2, startUpMs: null, trouble: null });
    api.addDeployment('emails', { replicas: 0, ready: 0 });
    expect(await actuatorOn().observe('emails')).toEqual({ desired: 0, ready: 0, startUpMs: null, trouble: null });
  });

  it('tells why pods do not come up', async () => {
    const message = 'pods "emails-" is forbidden: exceeded quota: compute';
    api.addDeployment('emails', {
      replicas: 5,
      ready: 2,
      conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }],
    });
    expect(await actuatorOn().observe('emails')).toMatchObject({
      desired: 5,
      trouble: { code: 'rejected', message: expect.stringContaining('exceeded quota') },
    });
  });

  it('is unknown, not zero, when the API is away', async () => {
    api.addDeployment('emails');
    const actuator = actuatorOn();
    api.fault = 'reset';
    expect(await actuator.observe('emails')).toMatchObject({
      desired: null,
      ready: null,
      trouble: { code: 'unavailable' },
    });
  });
});

describe('credentials', () => {
  const role: PolicyRule[] = requiredRules([deployment]);

  it('need no more than the role in the manifests', async () => {
    api.addDeployment('emails');
    api.rules = role;
    const actuator = actuatorOn();
    expect(await actuator.scale('emails', order(2))).toMatchObject({ kind: 'applied' });
    expect(await actuator.observe('emails')).toMatchObject({ desired: 2, trouble: null });
  });

  it.each(role.map((rule) => [rule.resources?.join(), rule]))('need all of it: %s', async (_, without) => {
    api.addDeployment('emails');
    api.rules = role.filter((rule) => rule !== without);
    const actuator = actuatorOn();
    const outcome = await actuator.scale('emails', order(2));
    const seen = await actuator.observe('emails');
    expect([outcome.kind === 'refused' && outcome.trouble.code, seen.trouble?.code]).toContain('forbidden');
  });

  it('say in words of the cluster what may not be done', async () => {
    api.addDeployment('emails');
    api.rules = role.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => verb !== 'patch') }));
    expect(await actuatorOn().scale('emails', order(2))).toMatchObject({
      trouble: { code: 'forbidden', message: expect.stringContaining('cannot patch resource "deployments/scale"') },
    });
  });

  it('are read again at once when the token was replaced', async () => {
    api.addDeployment('emails');
    let token = 'old';
    api.tokens.add('old');
    const actuator = actuatorOn({
      load: async () => ({ server: api.url, ca: certificates.ca, token, namespace: 'shop' }),
    });
    await actuator.scale('emails', order(2));
    api.tokens.clear();
    api.tokens.add('new');
    token = 'new';
    expect(await actuator.scale('emails', order(3))).toMatchObject({ kind: 'applied' });
  });

  it('are said to be refused when reading them again does not help', async () => {
    api.addDeployment('emails');
    api.tokens.clear();
    expect(await actuatorOn().scale('emails', order(2))).toMatchObject({
      kind: 'refused',
      trouble: { code: 'forbidden', message: expect.stringContaining('does not accept our credentials') },
    });
  });

  it('may be a client certificate', async () => {
    api.addDeployment('emails');
    const actuator = actuatorOn({ cluster: { token: undefined, clientCertificate: certificates.client } });
    expect(await actuator.scale('emails', order(2))).toMatchObject({ kind: 'applied' });
  });

  it('are not shown to a server of another authority', async () => {
    api.addDeployment('emails');
    const { ca } = await makeCertificates();
    expect(await actuatorOn({ cluster: { ca } }).scale('emails', order(2))).toMatchObject({ kind: 'unavailable' });
    expect(api.requests).toEqual([]);
  });

  it('are not sent in the clear', async () => {
    const actuator = actuatorOn({ cluster: { server: api.url.replace('https', 'http') } });
    expect(await actuator.scale('emails', order(2))).toMatchObject({
      trouble: { message: expect.stringContaining('not https') },
    });
  });
});
