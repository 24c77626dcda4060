import type { OpenTestEngine } from '../engines/describe-engines.js';
import { auditLogSuite } from './audit-log-suite.js';
import { demandWatchSuite } from './demand-watch-suite.js';
import { fleetRegistrySuite } from './fleet-registry-suite.js';
import { jobGatewaySuite } from './job-gateway-suite.js';
import { leaseSuite } from './lease-suite.js';
import { metricStoreSuite } from './metric-store-suite.js';
import { queueGatewaySuite } from './queue-gateway-suite.js';
import { queueOperationsSuite } from './queue-operations-suite.js';
import { rateLimiterStoreSuite } from './rate-limiter-store-suite.js';
import { recordStoreSuite } from './record-store-suite.js';
import { scheduleGatewaySuite } from './schedule-gateway-suite.js';
import { settingsStoreSuite } from './settings-store-suite.js';
import { snapshotStoreSuite } from './snapshot-store-suite.js';

/** Every port's suite by the name of its file. */
export const conformanceSuites: Readonly<Record<string, (open: OpenTestEngine) => void>> = {
  'audit-log': auditLogSuite,
  'demand-watch': demandWatchSuite,
  'fleet-registry': fleetRegistrySuite,
  'job-gateway': jobGatewaySuite,
  lease: leaseSuite,
  'metric-store': metricStoreSuite,
  'queue-gateway': queueGatewaySuite,
  'queue-operations': queueOperationsSuite,
  'rate-limiter-store': rateLimiterStoreSuite,
  'record-store': recordStoreSuite,
  'schedule-gateway': scheduleGatewaySuite,
  'settings-store': settingsStoreSuite,
  'snapshot-store': snapshotStoreSuite,
};
