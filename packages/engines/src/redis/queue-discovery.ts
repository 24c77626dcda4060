import { Cluster, type Redis } from 'ioredis';
import type { RedisLink } from './redis-link.js';

/** Keys that one SCAN step looks at. */
const KEYS_PER_PAGE = 1000;
/** The first call sees 50,000 keys, so that a start is not blind. */
const PAGES_AT_START = 50;
/** About 10 ms of Redis per call: ten million keys are through in an hour, not in half a day. */
const PAGES_IN_FIRST_ROUND = 20;

/**
 * Finds queues by their `meta` key. SCAN walks the whole key space, jobs and all, so a call
 * takes some pages until everything was seen once, then one, and answers with all found so
 * far; a queue that vanished goes when a full round has not met it.
 */
export class QueueDiscovery {
  private readonly link: RedisLink;
  private readonly pattern: string;
  private readonly nameOf: (key: string) => string;
  private readonly found = new Set<string>();
  private seenThisRound = new Set<string>();
  /** One cursor per node: a cluster has several. */
  private cursors: Map<string, string> | undefined;
  private pagesPerCall = PAGES_AT_START;

  constructor(link: RedisLink, prefix: string) {
    this.link = link;
    this.pattern = `${prefix.replaceAll(/[\\*?[\]]/g, '\\$&')}:*:meta`;
    this.nameOf = (key) => key.slice(prefix.length + 1, -':meta'.length);
  }

  async discover(): Promise<readonly string[]> {
    let roundEnded = false;
    for (let page = 0; page < this.pagesPerCall && !roundEnded; page++) {
      roundEnded = await this.link.run(() => this.scanPage());
    }
    if (roundEnded) this.pagesPerCall = 1;
    else this.pagesPerCall = Math.min(this.pagesPerCall, PAGES_IN_FIRST_ROUND);
    return [...this.found].sort();
  }

  /** Takes one page of one node; true at the end of a round over all nodes. */
  private async scanPage(): Promise<boolean> {
    const nodes = new Map(this.nodes().map((node) => [`${node.options.host}:${node.options.port}`, node]));
    this.cursors ??= new Map([...nodes.keys()].map((address) => [address, '0']));
    const [entry] = this.cursors;
    const node = entry === undefined ? undefined : nodes.get(entry[0]);
    if (entry !== undefined && node !== undefined) {
      const [next, keys] = await node.scan(entry[1], 'MATCH', this.pattern, 'COUNT', KEYS_PER_PAGE);
      for (const name of keys.map(this.nameOf).filter(isQueueName)) {
        this.found.add(name);
        this.seenThisRound.add(name);
      }
      if (next !== '0') {
        this.cursors.set(entry[0], next);
        return false;
      }
    }
    // This node is through, or has left the cluster.
    if (entry !== undefined) this.cursors.delete(entry[0]);
    if (this.cursors.size > 0) return false;
    for (const name of this.found) if (!this.seenThisRound.has(name)) this.found.delete(name);
    this.seenThisRound = new Set();
    this.cursors = undefined;
    return true;
  }

  private nodes(): readonly Redis[] {
    const { client } = this.link;
    return client instanceof Cluster ? client.nodes('master') : [client];
  }
}

/** Relay keys have an empty queue segment; a name with a colon is a job's key that ends like ours. */
function isQueueName(name: string): boolean {
  return name !== '' && !name.includes(':');
}
