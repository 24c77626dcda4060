import { writeResult } from '../result.js';
import { runChaos } from './run-chaos.js';

/** The proof of at-least-once on one engine: 20,000 jobs through workers that are killed and replaced at random. */
export async function measureChaos(name: string, url: string): Promise<void> {
  const seed = Number(process.argv[2] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}`);
  const result = await runChaos({
    url,
    jobs: 20_000,
    workers: 4,
    concurrency: 8,
    kills: 20,
    drains: 20,
    graceMs: 400,
    jobMs: 150,
    seed,
    giveUpAfterMs: 600_000,
  });
  writeResult(
    name,
    [
      { name: 'jobs completed', value: result.completed, limit: 20_000, is: 'atLeast' },
      { name: 'jobs failed', value: result.failed, limit: 0, is: 'atMost' },
      { name: 'jobs lost', value: result.lost, limit: 0, is: 'atMost' },
      { name: 'workers killed', value: result.kills, limit: 20, is: 'atLeast' },
      {
        name: 're-runs after a drain beyond the hand-backs',
        value: result.rerunsAfterDrain - result.handedBack,
        limit: 0,
        is: 'atMost',
      },
      {
        name: 'hand-backs without a re-run',
        value: result.handedBack - result.rerunsAfterDrain,
        limit: 0,
        is: 'atMost',
      },
      { name: 're-runs that nothing explains', value: result.rerunsUnexplained, limit: 0, is: 'atMost' },
    ],
    result,
  );
}
