import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueueGateway } from '@drover/core';
import { type EngineQueue, openEngine, openQueues, startEmbedded } from '@drover/engines';
import { Client } from 'pg';
import { median, round, spread, writeResult } from './result.js';

/**
 * What reading 1,000 queues costs on PostgreSQL, against asking BullMQ for the counts of each
 * queue, one after the other and all at once; and what half a million kept jobs add to it.
 */
const QUEUES = 1_000;
const FINISHED = 500_000;
const ROUNDS = 9;
/** node-postgres' own default: the pool that BullMQ would have without us. */
const CONNECTIONS = 10;
const names = Array.from({ length: QUEUES }, (_, index) => `queue-${index}`);

interface Side {
  readonly url: string;
  readonly gateway: QueueGateway;
  readonly queues: readonly EngineQueue[];
  close(): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
const server = await startEmbedded(folder);
const sides: Side[] = [];
try {
  // The same queues in two databases: with and without the kept jobs are read in the same moments.
  const few = await openSide('few');
  const many = await openSide('many');
  await Promise.all([fill(few), fill(many)]);
  await keepFinished(many, 'queue-0');
  await onServer(few.url, 'VACUUM ANALYZE');
  // Sets of finished jobs that were never met are counted before the answer.
  const firstWithFinished = await time(() => readStates(many));
  await readStates(few);
  const rounds = await compare(few, many);
  writeResult(
    'tick-postgres',
    [
      {
        name: 'reading, of sequential',
        value: median(rounds.map((turn) => turn.drover / turn.sequential)),
        limit: 0.1,
        is: 'atMost',
      },
      {
        name: `reading with ${FINISHED} finished jobs in one queue, of reading without`,
        value: median(rounds.map((turn) => turn.droverWithFinished / turn.drover)),
        limit: 2,
        is: 'atMost',
      },
    ],
    {
      queues: QUEUES,
      finishedJobs: FINISHED,
      ofTogether: spread(rounds.map((turn) => turn.drover / turn.together)),
      readingMs: {
        drover: spread(rounds.map((turn) => turn.drover)),
        sequential: spread(rounds.map((turn) => turn.sequential)),
        together: spread(rounds.map((turn) => turn.together)),
        droverWithFinished: spread(rounds.map((turn) => turn.droverWithFinished)),
        firstWithFinished: round(firstWithFinished),
        togetherWithFinished: spread(rounds.map((turn) => turn.togetherWithFinished)),
      },
    },
  );
} finally {
  for (const side of sides) await side.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function openSide(database: string): Promise<Side> {
  await onServer(server.url, `CREATE DATABASE ${database}`);
  const address = new URL(server.url);
  address.pathname = database;
  const url = address.href;
  const connection = await openQueues(url, { maxConnections: CONNECTIONS });
  const engine = await openEngine(url);
  const side = {
    url,
    gateway: engine.queues,
    queues: names.map((name) => connection.queue(name)),
    async close() {
      await connection.close();
      await engine.close();
    },
  };
  sides.push(side);
  return side;
}

/** Queues as in production: a few jobs waiting, some with priorities, some delayed. */
async function fill({ queues }: Side): Promise<void> {
  for (const [index, queue] of queues.entries()) {
    await queue.addBulk([
      { name: 'job', data: {}, opts: index % 2 === 0 ? { priority: 5 } : {} },
      { name: 'job', data: {}, opts: index % 2 === 0 ? { priority: 1 } : {} },
      { name: 'job', data: {}, opts: { delay: 3_600_000 } },
    ]);
  }
}

/** By SQL: as jobs they would take ten minutes. Vacuumed here, or autovacuum would do it between rounds. */
async function keepFinished({ url }: Side, queueName: string): Promise<void> {
  await onServer(
    url,
    `INSERT INTO bullmq.job (queue, id, seq, name, state, return_value, attempts_made, attempts_started,
       added_at_ms, processed_at_ms, finished_at_ms)
     SELECT $1, 'kept-' || n, nextval('bullmq.job_seq'), 'job',
       (CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'completed' END)::bullmq.job_state, 'null', 1, 1,
       $2::bigint + n, $2::bigint + n + 5, $2::bigint + n + 20
     FROM generate_series(1, $3::int) AS n`,
    [queueName, Date.now() - FINISHED, FINISHED],
  );
  await onServer(url, 'VACUUM ANALYZE');
}

async function onServer(url: string, statement: string, values: readonly unknown[] = []): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement, [...values]);
  } finally {
    await client.end();
  }
}

async function compare(few: Side, many: Side) {
  const together = ({ queues }: Side) => Promise.all(queues.map((queue) => queue.getJobCounts()));
  const rounds: Record<'drover' | 'droverWithFinished' | 'sequential' | 'together' | 'togetherWithFinished', number>[] =
    [];
  for (let turn = 0; turn < ROUNDS; turn++) {
    // The loop before leaves a heap to tidy to whichever comes first.
    await readStates(turn % 2 === 0 ? many : few);
    rounds.push({
      drover: await time(() => readStates(few)),
      droverWithFinished: await time(() => readStates(many)),
      together: await time(() => together(few)),
      togetherWithFinished: await time(() => together(many)),
      sequential: await time(async () => {
        for (const queue of few.queues) await queue.getJobCounts();
      }),
    });
  }
  return rounds;
}

/** A reading that names every queue and counts its jobs: an answer without them would be fast as well. */
async function readStates({ gateway }: Side): Promise<void> {
  const readings = await gateway.readStates(names, Date.now());
  const jobs = readings.reduce(
    (sum, reading) => sum + (reading.ok ? reading.state.waiting + reading.state.delayed : 0),
    0,
  );
  if (jobs !== QUEUES * 3) throw new Error(`${jobs} jobs were read instead of ${QUEUES * 3}`);
}

async function time(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}
