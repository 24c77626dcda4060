import type { EngineKind, EngineStatus } from '@drover/core';
import { Cluster } from 'ioredis';
import type { RedisLink } from './redis-link.js';

const SKEW_WARNING_MS = 1000;

export async function redisStatus(link: RedisLink, kind: EngineKind): Promise<EngineStatus> {
  return link.run(async (client) => {
    const node = client instanceof Cluster ? (client.nodes('master')[0] ?? client) : client;
    const startMs = performance.now();
    const [seconds, micros] = await node.time();
    const latencyMs = performance.now() - startMs;
    const engineMs = Number(seconds) * 1000 + Number(micros) / 1000;
    const clockSkewMs = Math.round(engineMs - (Date.now() - latencyMs / 2));
    const info = parseInfo(await node.info());
    // Hosted Redis often forbids CONFIG; then persistence is the host's affair.
    const savePoints = await node.config('GET', 'save').then(
      (reply) => String((reply as string[])[1] ?? ''),
      () => null,
    );
    const version = info.get('valkey_version') ?? info.get('redis_version') ?? 'unknown';
    return {
      kind,
      address: link.address,
      version: `${info.has('valkey_version') ? 'Valkey' : 'Redis'} ${version}`,
      latencyMs,
      clockSkewMs,
      warnings: redisWarnings(info, savePoints, clockSkewMs),
    };
  });
}

export function parseInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

/** `savePoints` is Redis' `save` setting, `null` where the host does not let us read it. */
export function redisWarnings(
  info: ReadonlyMap<string, string>,
  savePoints: string | null,
  clockSkewMs: number,
): string[] {
  const warnings: string[] = [];
  const policy = info.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    warnings.push(
      `maxmemory-policy is ${policy}: a full Redis would throw jobs away. Set maxmemory-policy to noeviction.`,
    );
  }
  if (info.get('aof_enabled') === '0' && savePoints === '') {
    warnings.push('Redis keeps nothing on disk: a restart loses every job. Switch on appendonly, or set save points.');
  }
  const [major = 0, minor = 0] = (info.get('redis_version') ?? '').split('.').map(Number);
  if (major < 6 || (major === 6 && minor < 2)) {
    warnings.push('Redis is older than 6.2: commands to workers arrive with their next report only. Upgrade Redis.');
  }
  if (Math.abs(clockSkewMs) > SKEW_WARNING_MS) {
    warnings.push(`The clock of Redis is ${clockSkewMs} ms from this machine's: set both by NTP.`);
  }
  return warnings;
}
