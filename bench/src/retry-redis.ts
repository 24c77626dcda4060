import { startBenchRedis } from './redis-server.js';
import { measureRetry } from './retry/measure.js';

const redis = await startBenchRedis();
try {
  await measureRetry('retry-redis', redis.url, 20);
} finally {
  await redis.stop();
}
