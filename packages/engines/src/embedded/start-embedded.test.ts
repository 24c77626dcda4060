import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@drover/testkit';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openEngine } from '../open-engine.js';
import { prepareBinaries } from './binaries.js';
import { prepareCluster } from './cluster.js';
import { identify, isRunning } from './process-identity.js';
import { chooseAccount } from './run-as.js';
import { launchServer } from './server.js';
import { type EmbeddedServer, startEmbedded } from './start-embedded.js';

const moduleUrl = new URL('./start-embedded.ts', import.meta.url).href;
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

let template: string;

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'drover-embedded-'));
  await (await startEmbedded(template)).stop();
});

afterAll(() => rmSync(template, { recursive: true, force: true }));

/** A data folder that was used before, copied: to make a new one takes seconds each time. */
function usedFolder(): string {
  const dir = newFolder();
  execFileSync('cp', ['-a', `${template}/.`, dir]);
  return dir;
}

function newFolder(parent = tmpdir()): string {
  const dir = mkdtempSync(join(parent, 'drover-embedded-'));
  cleanups.push(() => {
    // A cluster that had to live elsewhere goes as well.
    const record = join(dir, 'cluster-dir');
    if (existsSync(record)) rmSync(dirname(readFileSync(record, 'utf8').trim()), { recursive: true, force: true });
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

async function start(dir: string): Promise<EmbeddedServer> {
  const server = await startEmbedded(dir);
  cleanups.push(() => server.stop());
  return server;
}

/** Another process that starts the engine and holds it, until it is told how to end. */
async function startElsewhere(dir: string): Promise<{ child: ChildProcess; serverPid: number; port: number }> {
  const code = `
    import { startEmbedded } from ${JSON.stringify(moduleUrl)};
    const { pid, port } = await startEmbedded(${JSON.stringify(dir)});
    process.stdout.write(JSON.stringify({ pid, port }) + '\\n');
    process.stdin.on('data', (text) => { if (String(text).includes('exit')) process.exit(0); throw new Error('crash'); });
  `;
  const args = ['--conditions=drover-source', '--import', 'tsx', '--input-type=module', '-e', code];
  const child = spawn(process.execPath, args, {
    cwd: dirname(fileURLToPath(import.meta.url)),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  cleanups.push(() => child.kill('SIGKILL'));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (text: Buffer) => resolve(text.toString()));
    child.once('exit', (exitCode) => reject(new Error(`ended early with code ${exitCode}`)));
  });
  const { pid, port } = JSON.parse(line) as { pid: number; port: number };
  cleanups.push(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  });
  return { child, serverPid: pid, port };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('the embedded engine', () => {
  it('keeps its data and its port from start to start, and leaves nothing running', async () => {
    const dir = usedFolder();
    const first = await start(dir);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS value');
    await first.stop();
    await first.stop();
    expect(isRunning(first.pid)).toBe(false);
    expect(readdirSync(dir)).not.toContain('owner.json');

    const second = await start(dir);
    expect(second).toMatchObject({ port: first.port, adopted: false });
    expect(await query(second.url, 'SELECT value FROM kept')).toEqual([{ value: 42 }]);
  });

  it('takes another port when its own is taken', async () => {
    const dir = usedFolder();
    const first = await start(dir);
    await first.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    cleanups.push(() => squatter.close());
    await new Promise((resolve) => squatter.once('listening', resolve));
    const second = await start(dir);
    expect(second.port).not.toBe(first.port);
  });

  it('lets in nobody without the password, which only its owner may read', async () => {
    const dir = usedFolder();
    const { url, port } = await start(dir);
    for (const file of ['password', 'engine.json']) expect(statSync(join(dir, file)).mode & 0o077).toBe(0);
    await expect(query(`postgres://drover:wrong@127.0.0.1:${port}/postgres`, 'SELECT 1')).rejects.toThrow(/password/);
    await expect(query(`postgres://drover@127.0.0.1:${port}/postgres`, 'SELECT 1')).rejects.toThrow();
    expect(await query(url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(url, 'SHOW password_encryption')).toEqual([{ password_encryption: 'scram-sha-256' }]);
    expect(await query(url, 'SHOW max_connections')).toEqual([{ max_connections: '200' }]);
  });

  it('is found by other processes through its folder, and missed when it has stopped', async () => {
    const dir = usedFolder();
    const server = await start(dir);
    const engine = await openEngine('embedded', { dataDir: dir });
    expect(engine.kind).toBe('embedded');
    expect(engine.address).not.toContain(new URL(server.url).password);
    await engine.close();
    await server.stop();
    await expect(openEngine('embedded', { dataDir: dir })).rejects.toMatchObject({ code: 'engine_unavailable' });
  });

  it('refuses a folder that another live Drover uses, naming its pid', async () => {
    const dir = usedFolder();
    const { child } = await startElsewhere(dir);
    await expect(startEmbedded(dir)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`pid ${child.pid}`),
    });
  });

  it('adopts the server that a killed Drover left running', async () => {
    const dir = usedFolder();
    const { child, serverPid, port } = await startElsewhere(dir);
    child.kill('SIGKILL');
    await ended(child);
    expect(isRunning(serverPid)).toBe(true);
    const server = await start(dir);
    expect(server).toMatchObject({ adopted: true, pid: serverPid, port });
    await server.stop();
    expect(isRunning(serverPid)).toBe(false);
  });

  it('replaces a server that no longer answers', async () => {
    const dir = usedFolder();
    const { child, serverPid } = await startElsewhere(dir);
    child.kill('SIGKILL');
    await ended(child);
    // It turns everybody away until it is started anew.
    const file = join(dir, 'postgres', 'pg_hba.conf');
    const rules = readFileSync(file, 'utf8');
    const { url } = JSON.parse(readFileSync(join(dir, 'engine.json'), 'utf8')) as { url: string };
    writeFileSync(file, 'host all all 127.0.0.1/32 reject\n');
    process.kill(serverPid, 'SIGHUP');
    await vi.waitFor(() => expect(query(url, 'SELECT 1')).rejects.toThrow(/reject/), { timeout: 10_000 });
    writeFileSync(file, rules);
    const server = await start(dir);
    expect(isRunning(serverPid)).toBe(false);
    expect(server.adopted).toBe(false);
  });

  it('survives the death of everything, with what was committed', async () => {
    const dir = usedFolder();
    const { child, serverPid } = await startElsewhere(dir);
    const { url } = JSON.parse(readFileSync(join(dir, 'engine.json'), 'utf8')) as { url: string };
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS value');
    child.kill('SIGKILL');
    process.kill(serverPid, 'SIGKILL');
    await ended(child);
    await vi.waitFor(() => expect(isRunning(serverPid)).toBe(false));
    expect(existsSync(join(dir, 'postgres', 'postmaster.pid'))).toBe(true);
    const server = await start(dir);
    expect(server.adopted).toBe(false);
    expect(await query(server.url, 'SELECT value FROM kept')).toEqual([{ value: 42 }]);
  });

  it('is started again, where it was, when it alone dies', async () => {
    const dir = usedFolder();
    const server = await start(dir);
    const firstPid = server.pid;
    const engine = await openEngine('embedded', { dataDir: dir });
    cleanups.push(() => engine.close());
    await engine.settings.put('kept', 42);
    process.kill(firstPid, 'SIGKILL');
    await vi.waitFor(() => expect(server.pid).not.toBe(firstPid), { timeout: 10_000 });
    await vi.waitFor(async () => expect((await engine.settings.get('kept'))?.value).toBe(42), { timeout: 10_000 });
    await server.stop();
    expect(isRunning(server.pid)).toBe(false);
  });

  it('comes back on its port alone, as soon as that is free, for those who know no other', async () => {
    const dir = usedFolder();
    const log = vi.fn();
    const server = await startEmbedded(dir, { log });
    cleanups.push(() => server.stop());
    const { pid, port, url } = server;
    process.kill(pid, 'SIGKILL');
    const squatter = createServer((socket) => socket.destroy());
    cleanups.push(() => squatter.close());
    await vi.waitFor(
      () =>
        new Promise<void>((resolve, reject) => {
          squatter.once('error', reject).listen(port, '127.0.0.1', resolve);
        }),
      { interval: 5 },
    );
    await vi.waitFor(() => expect(log).toHaveBeenCalledWith('error', expect.stringContaining('port')), 10_000);
    await new Promise((resolve) => squatter.close(resolve));
    await vi.waitFor(async () => expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]), 10_000);
    await vi.waitFor(() => expect(server.pid).not.toBe(pid));
  });

  it('leaves no server behind when it cannot be started', async () => {
    const dir = usedFolder();
    const password = readFileSync(join(dir, 'password'), 'utf8');
    writeFileSync(join(dir, 'password'), 'not the one\n');
    await expect(startEmbedded(dir)).rejects.toMatchObject({ code: 'engine_unavailable' });
    expect(existsSync(join(dir, 'postgres', 'postmaster.pid'))).toBe(false);
    writeFileSync(join(dir, 'password'), password);
    expect((await start(dir)).adopted).toBe(false);
  });

  it('lets no second server onto its cluster, and keeps its record when one is tried', async () => {
    const dir = usedFolder();
    const server = await start(dir);
    const record = () => readFileSync(join(dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0];
    expect(record()).toBe(String(server.pid));
    const account = chooseAccount();
    const binaries = prepareBinaries(account);
    const cluster = await prepareCluster(dir, binaries, account);
    const launch = { binaries, cluster, account, logFile: join(dir, 'second.log'), log: () => undefined };
    await expect(launchServer({ ...launch, port: await freePort() })).rejects.toMatchObject({
      message: expect.stringContaining('postmaster.pid'),
    });
    expect(record()).toBe(String(server.pid));
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is not misled by recycled pids', async () => {
    const dir = usedFolder();
    const first = await start(dir);
    await first.stop();
    // Both records name a live process that has nothing to do with them.
    const { pid } = identify(process.ppid);
    writeFileSync(join(dir, 'owner.json'), JSON.stringify({ pid, startedAt: 'another boot' }));
    writeFileSync(join(dir, 'postgres', 'postmaster.pid'), `${pid}\n${join(dir, 'postgres')}\n0\n${first.port}\n`);
    const server = await start(dir);
    expect(server.adopted).toBe(false);
    expect(isRunning(pid)).toBe(true);
  });

  it.each(['exit', 'crash'])('stops with its process when that ends by %s', async (way) => {
    const { child, serverPid } = await startElsewhere(usedFolder());
    child.stdin?.write(way);
    await ended(child);
    await vi.waitFor(() => expect(isRunning(serverPid)).toBe(false), { timeout: 10_000 });
  });

  it('starts again after a first start that was killed half-way', async () => {
    const dir = newFolder();
    const leftover = join(dir, 'postgres.new');
    mkdirSync(leftover);
    writeFileSync(join(leftover, 'PG_VERSION'), '18\n');
    writeFileSync(join(dir, 'password'), `${randomBytes(8).toString('hex')}\n`);
    const { url } = await start(dir);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(existsSync(leftover)).toBe(false);
  });

  it('says what to do when the folder was written by another major version', async () => {
    const dir = usedFolder();
    await (await start(dir)).stop();
    writeFileSync(join(dir, 'postgres', 'PG_VERSION'), '12\n');
    await expect(startEmbedded(dir)).rejects.toMatchObject({ message: expect.stringContaining('PostgreSQL 12') });
  });

  it.runIf(process.getuid?.() === 0)('runs for root, also under a home that nobody else may enter', async () => {
    const dir = newFolder(homedir());
    const server = await start(dir);
    const clusterDir = readFileSync(join(dir, 'cluster-dir'), 'utf8').trim();
    expect(statSync(clusterDir).uid).not.toBe(0);
    // Nothing may tidy the only copy of the data away.
    expect(clusterDir).not.toMatch(/tmp/);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect((await start(dir)).port).toBe(server.port);
  });
});
