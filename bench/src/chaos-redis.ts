import { measureChaos } from './chaos/measure-chaos.js';
import { startBenchRedis } from './redis-server.js';

const redis = await startBenchRedis();
try {
  await measureChaos('chaos-redis', redis.url);
} finally {
  await redis.stop();
}
