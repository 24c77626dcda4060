import {
  type DesiredWorkerState,
  decodeReport,
  desiredKey,
  type Fence,
  type FleetAssignment,
  type FleetRegistry,
  type HostPresence,
  reportKey,
  type WorkerReport,
  workersKey,
} from '@drover/core';
import { chunked } from '../chunked.js';
import { fenceCheck, NOW_MS } from './lua.js';
import { asArray, type RedisLink, RedisScript } from './redis-link.js';
import type { StateKeys } from './state-keys.js';

const REPORTS_PER_READ = 200;
/** Longer than any worker takes to look; then the document of a worker that is gone disappears. */
const DESIRED_TTL_MS = 24 * 3_600_000;

/** Takes ids whose report expired off the list, unless the worker reported again meanwhile. */
const dropExpiredScript = new RedisScript(`
for index, id in ipairs(ARGV) do
  if redis.call('EXISTS', KEYS[index + 1]) == 0 then redis.call('SREM', KEYS[1], id) end
end
return 1
`);

/**
 * The next version is at least the engine's clock: after the document expired a counter
 * would start at 1 again, and a worker that had acted on version 3 would ignore it.
 */
const setDesiredScript = new RedisScript(`${NOW_MS}
local last = redis.call('GET', KEYS[1])
local version = nowMs
if last then version = math.max(version, cjson.decode(last).version + 1) end
local text = string.format('{"version":%.0f,%s', version, string.sub(ARGV[1], 2))
redis.call('SET', KEYS[1], text, 'PX', ARGV[2])
return text
`);

const announceScript = new RedisScript(`${NOW_MS}
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f ', nowMs + tonumber(ARGV[2])) .. ARGV[3])
return 1
`);

const readHostsScript = new RedisScript(`${NOW_MS}
local entries = redis.call('HGETALL', KEYS[1])
local live = {}
for index = 1, #entries, 2 do
  local untilMs, text = string.match(entries[index + 1], '^(%d+) (.*)$')
  if untilMs and tonumber(untilMs) > nowMs then live[#live + 1] = text
  else redis.call('HDEL', KEYS[1], entries[index]) end
end
return live
`);

const assignScript = new RedisScript(`${fenceCheck('KEYS[2]', 'ARGV[1]')}
redis.call('SET', KEYS[1], ARGV[2])
return 1
`);

export class RedisFleetRegistry implements FleetRegistry {
  private readonly link: RedisLink;
  private readonly prefix: string;
  private readonly keys: StateKeys;

  constructor(link: RedisLink, prefix: string, keys: StateKeys) {
    this.link = link;
    this.prefix = prefix;
    this.keys = keys;
  }

  async readReports(): Promise<readonly WorkerReport[]> {
    const ids = await this.link.run((client) => client.smembers(workersKey(this.prefix)));
    const pages = await Promise.all(chunked(ids, REPORTS_PER_READ).map((page) => this.readPage(page)));
    return pages.flat();
  }

  async forget(workerId: string): Promise<void> {
    await this.link.run(async (client) => {
      await client.del(reportKey(this.prefix, workerId), desiredKey(this.prefix, workerId));
      await client.srem(workersKey(this.prefix), workerId);
    });
  }

  async setDesired(workerId: string, desired: Omit<DesiredWorkerState, 'version'>): Promise<DesiredWorkerState> {
    const text = await this.link.script(
      setDesiredScript,
      [desiredKey(this.prefix, workerId)],
      [JSON.stringify(desired), DESIRED_TTL_MS],
    );
    return JSON.parse(String(text)) as DesiredWorkerState;
  }

  async announceHost(presence: HostPresence, ttlMs: number): Promise<void> {
    const args = [presence.instanceId, Math.ceil(ttlMs), JSON.stringify(presence)];
    await this.link.script(announceScript, [this.keys.hosts], args);
  }

  async withdrawHost(instanceId: string): Promise<void> {
    await this.link.run((client) => client.hdel(this.keys.hosts, instanceId));
  }

  async readHosts(): Promise<readonly HostPresence[]> {
    const texts = asArray(await this.link.script(readHostsScript, [this.keys.hosts], []));
    return texts.map((text) => JSON.parse(String(text)) as HostPresence);
  }

  async assign(assignment: FleetAssignment, fence: Fence): Promise<void> {
    const keys = [this.keys.assignment, this.keys.lease(fence.name)];
    await this.link.script(assignScript, keys, [fence.epoch, JSON.stringify(assignment)]);
  }

  async readAssignment(): Promise<FleetAssignment> {
    const text = await this.link.run((client) => client.get(this.keys.assignment));
    return text === null ? {} : (JSON.parse(text) as FleetAssignment);
  }

  private async readPage(ids: readonly string[]): Promise<WorkerReport[]> {
    const keys = ids.map((id) => reportKey(this.prefix, id));
    const texts = await this.link.run((client) => client.mget(keys));
    const expired = ids.filter((_, index) => texts[index] === null);
    if (expired.length > 0) {
      const expiredKeys = expired.map((id) => reportKey(this.prefix, id));
      await this.link.script(dropExpiredScript, [workersKey(this.prefix), ...expiredKeys], expired);
    }
    return texts.flatMap((text) => {
      const report = text === null ? null : decodeReport(text);
      return report === null ? [] : [report];
    });
  }
}
