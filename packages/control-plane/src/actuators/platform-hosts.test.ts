import type { FleetAssignment, FleetRegistry, HostPresence } from '@drover/core';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { ActuatorDuty } from './actuator-duty.js';
import { withPlatforms } from './platform-hosts.js';
import { createMemoryActuator } from './testing/memory-actuator.js';

const fence = { name: 'monitor', epoch: 1 };

function rig() {
  const memory = createMemoryActuator(['emails']);
  const actuators = new Map([['emails', memory]]);
  const clock = { nowMs: () => 1_000, monotonicMs: () => 1_000 };
  const duty = new ActuatorDuty({ actuators, reasonFor: () => '', clock, log: pino({ enabled: false }) });
  let stored: FleetAssignment = {};
  let hosts: HostPresence[] = [{ instanceId: 'a' } as HostPresence];
  // Only what is asked of it.
  const registry = {
    readHosts: async () => hosts,
    readAssignment: async () => stored,
    assign: async (next: FleetAssignment) => {
      stored = next;
    },
  } as unknown as FleetRegistry;
  const runs = new Map([['emails', { minWorkers: 1, maxWorkers: 9, slots: 4, priority: 0 }]]);
  const fleet = withPlatforms(registry, { duty, actuators, runs, version: '1', nowMs: clock.nowMs });
  return {
    fleet,
    duty,
    memory,
    stored: () => stored,
    silence: () => {
      hosts = [];
    },
  };
}

it('shows a platform as a host with its queues and any number of places, once it was looked at', async () => {
  const { fleet, duty } = rig();
  expect((await fleet.readHosts())[1]).toMatchObject({ wants: {}, runs: {} });
  duty.follow({}, fence);
  await duty.idle();
  const [, platform] = await fleet.readHosts();
  expect(platform).toMatchObject({
    instanceId: 'platform:memory',
    platform: 'memory',
    runsWorkers: true,
    wants: { emails: 1 },
    runs: { emails: { minWorkers: 1, maxWorkers: 9, slots: 4, workerMB: 0 } },
  });
});

it('shows none while an outage silences all hosts', async () => {
  const { fleet, silence } = rig();
  silence();
  expect(await fleet.readHosts()).toEqual([]);
});

it('gives the order as soon as it is assigned, and tells how the workers stand', async () => {
  const { fleet, duty, memory, stored } = rig();
  await fleet.assign({ emails: { 'platform:memory': 4 }, other: { a: 1 } }, fence);
  await duty.idle();
  expect(memory.workers('emails')).toBe(4);
  expect(stored()).toEqual({ emails: { 'platform:memory': 4 }, other: { a: 1 } });
  const [, platform] = await fleet.readHosts();
  expect(platform?.queues).toMatchObject([{ desired: 4, ready: 0, starting: 4, platform: { trouble: null } }]);
});

it('goes on from what stands there when it takes a queue over', async () => {
  const { fleet, duty, memory } = rig();
  memory.setByHand('emails', 6);
  duty.follow({}, fence);
  await duty.idle();
  expect(await fleet.readAssignment()).toEqual({ emails: { 'platform:memory': 6 } });
});

it('takes no queue over whose platform does not answer, and keeps one that it has', async () => {
  const { fleet, duty, memory } = rig();
  memory.fault = 'unavailable';
  duty.follow({}, fence);
  await duty.idle();
  expect((await fleet.readHosts())[1]?.wants).toEqual({});
  await fleet.assign({ emails: { 'platform:memory': 4 } }, fence);
  await fleet.readAssignment();
  expect((await fleet.readHosts())[1]?.wants).toEqual({ emails: 1 });
});

it('tells why an order is not carried out', async () => {
  const { fleet, duty, memory } = rig();
  memory.fault = 'owned';
  await fleet.assign({ emails: { 'platform:memory': 4 } }, fence);
  await duty.idle();
  await fleet.readAssignment();
  const [, platform] = await fleet.readHosts();
  expect(platform?.queues[0]?.platform).toEqual({ kind: 'memory', trouble: 'The platform is owned.' });
});
