import { measureJobs } from './jobs/measure.js';
import { startBenchRedis } from './redis-server.js';

const redis = await startBenchRedis();
try {
  await measureJobs('jobs-redis', redis.url, 20);
} finally {
  await redis.stop();
}
