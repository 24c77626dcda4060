import type { Actuator, FleetAssignment, ScaleOrder } from '@drover/core';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ActuatorDuty, platformId } from './actuator-duty.js';
import { createAdviceActuator } from './advice-actuator.js';
import { createMemoryActuator } from './testing/memory-actuator.js';

function rig(actuator: Actuator = createMemoryActuator(['emails'])) {
  let nowMs = 0;
  let workers: number | undefined;
  const orders: ScaleOrder[] = [];
  const outcomes: string[] = [];
  const heard: Actuator = {
    kind: actuator.kind,
    observe: (queueName) => actuator.observe(queueName),
    async scale(queueName, order) {
      const outcome = await actuator.scale(queueName, order);
      orders.push(order);
      outcomes.push(
        `${order.workers}: ${'trouble' in outcome ? `${outcome.kind} ${outcome.trouble.code}` : outcome.kind}`,
      );
      return outcome;
    },
  };
  const duty = new ActuatorDuty({
    actuators: new Map([['emails', heard]]),
    reasonFor: () => 'Because.',
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
    log: pino({ enabled: false }),
    random: () => 0.5,
  });
  const assignment = (): FleetAssignment =>
    workers === undefined ? {} : { emails: { [platformId(actuator.kind)]: workers } };
  return {
    duty,
    orders,
    outcomes,
    want(count: number) {
      workers = count;
    },
    async tick(epoch = 1, afterMs = 5_000) {
      nowMs += afterMs;
      await duty.run({ fence: { name: 'monitor', epoch }, assignment: assignment() });
      await duty.idle();
    },
  };
}

describe('a queue outside of our hosts', () => {
  it('is looked at, and left alone while nothing is decided', async () => {
    const memory = createMemoryActuator(['emails']);
    const { duty, tick } = rig(memory);
    expect(duty.standing('emails')).toBeNull();
    await tick();
    expect(duty.standing('emails')).toMatchObject({ observation: { desired: 0, ready: 0 }, outcome: null });
    expect(memory.changes).toBe(0);
  });

  it('is brought to its decided size, told once, and kept there', async () => {
    const memory = createMemoryActuator(['emails']);
    const world = rig(memory);
    world.want(3);
    for (let ticks = 0; ticks < 5; ticks++) await world.tick();
    expect(memory.workers('emails')).toBe(3);
    expect(memory.changes).toBe(1);
    expect(world.outcomes).toEqual(['3: applied']);
    // Somebody else scaled it.
    memory.setByHand('emails', 1);
    await world.tick();
    expect(memory.workers('emails')).toBe(3);
  });

  it('gives the start-up time that it measured', async () => {
    const memory = createMemoryActuator(['emails']);
    const { duty, tick, want } = rig(memory);
    want(2);
    await tick();
    await tick();
    expect(duty.standing('emails')?.observation.startUpMs).toBeNull();
    memory.settle();
    await tick(1, 7_000);
    expect(duty.standing('emails')?.observation).toMatchObject({ ready: 2, startUpMs: 12_000 });
  });

  it('is tried again later each time, under one key, and comes through by itself', async () => {
    const memory = createMemoryActuator(['emails']);
    const world = rig(memory);
    memory.fault = 'unavailable';
    world.want(3);
    for (let ticks = 0; ticks < 60; ticks++) await world.tick(1, 1_000);
    // After 1, 6, 16 and 36 s: 5 s, 10 s and 20 s apart, 40 s from then on.
    expect(world.outcomes).toEqual(Array.from({ length: 4 }, () => '3: unavailable unavailable'));
    expect(new Set(world.orders.map(({ decisionId }) => decisionId)).size).toBe(1);
    memory.fault = null;
    // What is decided meanwhile is what is carried out.
    world.want(5);
    for (let ticks = 0; ticks < 60; ticks++) await world.tick(1, 1_000);
    expect(memory.workers('emails')).toBe(5);
    expect(world.outcomes.slice(4)).toEqual(['5: applied']);
    expect(world.orders.at(-1)?.decisionId).not.toBe(world.orders[0]?.decisionId);
  });

  it('is scaled as soon as another scaler has let go of it', async () => {
    const memory = createMemoryActuator(['emails']);
    const world = rig(memory);
    memory.fault = 'owned';
    world.want(3);
    for (let ticks = 0; ticks < 10; ticks++) await world.tick();
    expect(world.duty.standing('emails')?.outcome).toMatchObject({ kind: 'refused', trouble: { code: 'owned' } });
    memory.fault = null;
    for (let ticks = 0; ticks < 60; ticks++) await world.tick();
    expect(memory.workers('emails')).toBe(3);
  });

  it('obeys the newest leader only', async () => {
    const memory = createMemoryActuator(['emails']);
    const world = rig(memory);
    world.want(3);
    await world.tick(2);
    world.want(9);
    await world.tick(1);
    expect(memory.workers('emails')).toBe(3);
    expect(world.outcomes).toEqual(['3: applied', '9: refused fenced']);
  });

  it('that is only advised is told of each decision once', async () => {
    const world = rig(createAdviceActuator('none'));
    world.want(3);
    await world.tick();
    await world.tick();
    world.want(4);
    await world.tick();
    expect(world.outcomes).toEqual(['3: advised', '4: advised']);
  });

  it('whose platform hangs keeps no tick waiting, and is asked one thing at a time', async () => {
    let asked = 0;
    const hanging: Actuator = {
      kind: 'hanging',
      observe: () => {
        asked += 1;
        return new Promise(() => undefined);
      },
      scale: () => new Promise(() => undefined),
    };
    const { duty } = rig(hanging);
    await duty.run({ fence: { name: 'monitor', epoch: 1 }, assignment: {} });
    await duty.run({ fence: { name: 'monitor', epoch: 1 }, assignment: {} });
    expect(asked).toBe(1);
  });
});
