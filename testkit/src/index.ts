export {
  type ActuatorCapabilities,
  actuatorSuite,
  type BreakableTrouble,
  type OpenTestActuator,
  type TestActuator,
} from './conformance/actuators/actuator-suite.js';
export { rateLimiterCases } from './conformance/rate-limiter-store-suite.js';
export { conformanceSuites } from './conformance/suites.js';
export { takeOver } from './conformance/take-over.js';
export { workerReport } from './conformance/worker-report.js';
export {
  cellName,
  cellsRun,
  describeEngines,
  type OpenTestEngine,
  type TestEngineKind,
  testEngineKinds,
} from './engines/describe-engines.js';
export { freePort } from './engines/free-port.js';
export { type PostgresServer, startPostgres } from './engines/postgres-server.js';
export { findRedisBinary, type RedisServer, type RedisServerOptions, startRedis } from './engines/redis-server.js';
export type { EngineCapabilities, TestEngine } from './engines/test-engine.js';
export { failJobs } from './fail-jobs.js';
