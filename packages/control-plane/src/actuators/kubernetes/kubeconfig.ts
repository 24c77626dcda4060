import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { type Cluster, NoCredentials } from './cluster.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads one context of a kubeconfig: certificates and tokens, inline or in files beside it.
 *
 * Plugins (`exec`, `auth-provider`) are refused: they would have this process run a command
 * that a file names, mostly one that opens a browser. A service account's token does.
 */
export async function loadKubeconfig(file: string, contextName?: string): Promise<Cluster> {
  const config = asFields(await readConfig(file));
  const wanted = contextName ?? text(config['current-context']);
  if (wanted === undefined)
    throw new NoCredentials('The kubeconfig has no current-context; name one in the configuration.');
  const context = entry(config.contexts, wanted, 'context', 'context');
  const cluster = entry(config.clusters, text(context.cluster), 'cluster', 'cluster');
  const user = entry(config.users, text(context.user), 'user', 'user');
  refuseWhatWeDoNot(cluster, user);
  const server = text(cluster.server);
  if (server === undefined) throw new NoCredentials('The kubeconfig names no server for its cluster.');
  const material = (fields: Fields, name: string) => inlineOrFile(fields, name, dirname(file));
  const [ca, cert, key] = await Promise.all([
    material(cluster, 'certificate-authority'),
    material(user, 'client-certificate'),
    material(user, 'client-key'),
  ]);
  const tokenFile = text(user.tokenFile);
  return {
    server,
    ca,
    clientCertificate: cert !== undefined && key !== undefined ? { cert, key } : undefined,
    // As kubectl: the file is the newer word, for it can be rotated.
    token: tokenFile === undefined ? text(user.token) : await readBeside(dirname(file), tokenFile),
    serverName: text(cluster['tls-server-name']),
    namespace: text(context.namespace) ?? 'default',
  };
}

async function readConfig(file: string): Promise<unknown> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    throw new NoCredentials('The kubeconfig cannot be read; is the path right, and may this user read it?', {
      cause: error,
    });
  }
  try {
    // A parser's own message quotes the line, and lines of this file are secrets.
    return parse(content, { maxAliasCount: 0, logLevel: 'silent' });
  } catch {
    throw new NoCredentials('The kubeconfig is not valid YAML.');
  }
}

function refuseWhatWeDoNot(cluster: Fields, user: Fields): void {
  for (const plugin of ['exec', 'auth-provider']) {
    if (user[plugin] === undefined) continue;
    throw new NoCredentials(
      `The kubeconfig's user signs in with a plugin (${plugin}), which Drover does not run. Use a client certificate or a service account's token (kubectl create token).`,
    );
  }
  if (user.username !== undefined || user.password !== undefined) {
    throw new NoCredentials('The kubeconfig signs in with a password, which Kubernetes took away in 1.19.');
  }
  if (cluster['insecure-skip-tls-verify'] === true) {
    throw new NoCredentials(
      'The kubeconfig switches the check of the server off (insecure-skip-tls-verify): our token would go to anybody. Give its certificate-authority.',
    );
  }
  if (cluster['proxy-url'] !== undefined) {
    throw new NoCredentials('The kubeconfig names a proxy (proxy-url), which Drover does not use.');
  }
}

/** `name-data` in base64 wins over the file that `name` leads to, as with kubectl. */
async function inlineOrFile(fields: Fields, name: string, folder: string): Promise<string | undefined> {
  const data = text(fields[`${name}-data`]);
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  const path = text(fields[name]);
  return path === undefined ? undefined : readBeside(folder, path);
}

async function readBeside(folder: string, path: string): Promise<string> {
  try {
    return (await readFile(resolve(folder, path), 'utf8')).trim();
  } catch (error) {
    throw new NoCredentials('A file that the kubeconfig names cannot be read.', { cause: error });
  }
}

function entry(list: unknown, name: string | undefined, field: string, what: string): Fields {
  const found = Array.isArray(list) ? list.map(asFields).find((item) => item.name === name) : undefined;
  if (found === undefined || name === undefined) {
    throw new NoCredentials(`The kubeconfig has no ${what} named ${JSON.stringify(name ?? '')}.`);
  }
  return asFields(found[field]);
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
