import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadInCluster } from './in-cluster.js';
import { loadKubeconfig } from './kubeconfig.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-kubeconfig-'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = async (name: string, content: string): Promise<string> => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

describe('in a pod', () => {
  const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };

  it('come from the environment and the mounted service account, as they are now', async () => {
    await Promise.all([put('token', 'first\n'), put('ca.crt', 'PEM'), put('namespace', 'shop')]);
    expect(await loadInCluster({ env, folder })).toEqual({
      server: 'https://10.0.0.1:443',
      ca: 'PEM',
      token: 'first',
      namespace: 'shop',
    });
    await put('token', 'second');
    expect(await loadInCluster({ env, folder })).toMatchObject({ token: 'second' });
  });

  it('reach the API over IPv6', async () => {
    await Promise.all([put('token', 't'), put('ca.crt', 'PEM'), put('namespace', 'shop')]);
    const ipv6 = { ...env, KUBERNETES_SERVICE_HOST: 'fd00::1' };
    expect((await loadInCluster({ env: ipv6, folder })).server).toBe('https://[fd00::1]:443');
  });

  it('are asked for in words where there are none', async () => {
    await expect(loadInCluster({ env: {}, folder })).rejects.toThrow(/no pod of a cluster/);
    await expect(loadInCluster({ env, folder })).rejects.toThrow(/automountServiceAccountToken/);
  });
});

describe('of a kubeconfig', () => {
  const config = (user: object, cluster: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'prod',
    contexts: [
      { name: 'prod', context: { cluster: 'c1', user: 'u1', namespace: 'shop' } },
      { name: 'bare', context: { cluster: 'c1', user: 'u1' } },
    ],
    clusters: [{ name: 'c1', cluster: { server: 'https://k8s.example:6443', ...cluster } }],
    users: [{ name: 'u1', user }],
  });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const load = async (value: object, context?: string) =>
    loadKubeconfig(await put('config', stringify(value)), context);

  it('are a token and an authority, inline', async () => {
    const cluster = await load(config({ token: 'abc' }, { 'certificate-authority-data': base64('PEM') }));
    expect(cluster).toMatchObject({ server: 'https://k8s.example:6443', ca: 'PEM', token: 'abc', namespace: 'shop' });
  });

  it('are files beside it, the token as it is now', async () => {
    await Promise.all([put('ca.pem', 'CA'), put('me.pem', 'CERT'), put('me.key', 'KEY'), put('token', 'fresh')]);
    const user = { 'client-certificate': 'me.pem', 'client-key': 'me.key', token: 'stale', tokenFile: 'token' };
    expect(await load(config(user, { 'certificate-authority': 'ca.pem' }))).toMatchObject({
      ca: 'CA',
      clientCertificate: { cert: 'CERT', key: 'KEY' },
      token: 'fresh',
    });
  });

  it('are those of the context that is named, in the namespace default unless it says another', async () => {
    expect(await load(config({ token: 'abc' }), 'bare')).toMatchObject({ namespace: 'default' });
    await expect(load(config({ token: 'abc' }), 'staging')).rejects.toThrow('no context named "staging"');
  });

  it.each([
    ['exec', { exec: { command: 'aws' } }, {}, /plugin \(exec\).*kubectl create token/],
    ['auth-provider', { 'auth-provider': { name: 'gcp' } }, {}, /plugin \(auth-provider\)/],
    ['password', { username: 'ada', password: 'x' }, {}, /password/],
    ['unchecked server', { token: 'abc' }, { 'insecure-skip-tls-verify': true }, /insecure-skip-tls-verify/],
    ['proxy', { token: 'abc' }, { 'proxy-url': 'http://proxy' }, /proxy-url/],
  ])('are refused in words: %s', async (_, user, cluster, message) => {
    await expect(load(config(user, cluster))).rejects.toThrow(message);
  });

  it('never show up in an error', async () => {
    const file = await put('config', 'users:\n  - token: "very-secret\n');
    await expect(loadKubeconfig(file)).rejects.toThrow(/^((?!very-secret).)*$/);
    await expect(loadKubeconfig(join(folder, 'gone'))).rejects.toThrow('cannot be read');
  });
});
