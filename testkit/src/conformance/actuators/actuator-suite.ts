import type { Actuator, ActuatorTrouble, ScaleOrder } from '@drover/core';
import { afterEach, expect, it } from 'vitest';

/** An actuator on a platform that a test can look into and break. */
export interface TestActuator {
  readonly actuator: Actuator;
  /** A queue that the platform knows. */
  readonly queueName: string;
  /** Workers that the platform was told to run; `null` before anybody told it. */
  told(): number | null;
  /** How often the platform took a change. */
  changes(): number;
  /** As if somebody else had told the platform; only where it `observes`. */
  setByHand(workers: number): void;
  /** Lets as many workers be up as were asked for. */
  settle(): Promise<void>;
  /** From now on every call meets this, until `null`. */
  break(trouble: BreakableTrouble | null): Promise<void>;
  close(): Promise<void>;
}

export type BreakableTrouble =
  | Extract<ActuatorTrouble['code'], 'forbidden' | 'rejected' | 'busy' | 'unavailable'>
  | 'hangs';

export interface ActuatorCapabilities {
  /** Carries orders out; without it they are advice. */
  readonly acts: boolean;
  /** Tells how many workers there are before the first order of this process. */
  readonly observes: boolean;
}

/** `deadlineMs` is of one request; so long that no slow machine meets it, unless told. */
export type OpenTestActuator = (options: { readonly deadlineMs: number }) => Promise<TestActuator>;

const PATIENT_MS = 20_000;
const IMPATIENT_MS = 300;

/** What the port promises, for every actuator. */
export function actuatorSuite(open: OpenTestActuator, capabilities: ActuatorCapabilities): void {
  const opened: TestActuator[] = [];
  const start = async (deadlineMs = PATIENT_MS): Promise<TestActuator> => {
    const test = await open({ deadlineMs });
    opened.push(test);
    return test;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((test) => test.close()));
  });
  const order = (workers: number, over: Partial<ScaleOrder> = {}): ScaleOrder => ({
    workers,
    currentWorkers: null,
    decisionId: `decision-${workers}`,
    epoch: 7,
    reason: 'Because.',
    ...over,
  });

  it('refuses a leader that was succeeded', async () => {
    const { actuator, queueName, told } = await start();
    await actuator.scale(queueName, order(3, { epoch: 8 }));
    const before = told();
    const outcome = await actuator.scale(queueName, order(5, { epoch: 7 }));
    expect(outcome).toMatchObject({ kind: 'refused', trouble: { code: 'fenced' } });
    expect(told()).toBe(before);
  });

  it('tells nothing of a queue that nobody configured, and carries nothing out', async () => {
    const { actuator, changes } = await start();
    expect(await actuator.observe('never heard of')).toMatchObject({ desired: null, ready: null });
    const { kind } = await actuator.scale('never heard of', order(2));
    expect(kind).not.toBe('applied');
    expect(changes()).toBe(0);
  });

  if (!capabilities.acts) {
    it('says that an order is advice, and to whom', async () => {
      const { actuator, queueName } = await start();
      const outcome = await actuator.scale(queueName, order(3));
      expect(outcome).toEqual({ kind: 'advised', message: expect.stringMatching(/decision/) });
      expect(await actuator.observe(queueName)).toEqual({ desired: null, ready: null, startUpMs: null, trouble: null });
    });
    return;
  }

  it('carries an order out', async () => {
    const { actuator, queueName, told } = await start();
    expect(await actuator.scale(queueName, order(4))).toEqual({ kind: 'applied', workers: 4 });
    expect(told()).toBe(4);
  });

  it('goes to zero and back', async () => {
    const { actuator, queueName, told } = await start();
    await actuator.scale(queueName, order(2));
    expect(await actuator.scale(queueName, order(0))).toEqual({ kind: 'applied', workers: 0 });
    expect(told()).toBe(0);
    await actuator.scale(queueName, order(1));
    expect(told()).toBe(1);
  });

  it('sees what it ordered, and the workers once they are up', async () => {
    const { actuator, queueName, settle } = await start();
    await actuator.scale(queueName, order(3));
    await settle();
    // What a platform tells only in its answers is told with the next one.
    await actuator.scale(queueName, order(3));
    expect(await actuator.observe(queueName)).toEqual({ desired: 3, ready: 3, startUpMs: null, trouble: null });
  });

  it('does the same order once, however often it is given', async () => {
    const { actuator, queueName, told, changes } = await start();
    const same = order(3);
    await actuator.scale(queueName, same);
    await actuator.scale(queueName, same);
    await Promise.all([actuator.scale(queueName, same), actuator.scale(queueName, same)]);
    expect(told()).toBe(3);
    expect(changes()).toBe(1);
  });

  it("carries a successor's order out", async () => {
    const { actuator, queueName, told } = await start();
    await actuator.scale(queueName, order(3, { epoch: 7 }));
    await actuator.scale(queueName, order(5, { epoch: 9 }));
    expect(told()).toBe(5);
  });

  if (capabilities.observes) {
    it('sees what somebody else set', async () => {
      const { actuator, queueName, setByHand } = await start();
      setByHand(5);
      expect(await actuator.observe(queueName)).toMatchObject({ desired: 5, trouble: null });
    });
  }

  for (const code of ['forbidden', 'rejected'] as const) {
    it(`says that it is ${code}, which trying again will not help`, async () => {
      const test = await start();
      await test.break(code);
      const outcome = await test.actuator.scale(test.queueName, order(3));
      expect(outcome).toEqual({ kind: 'refused', trouble: { code, message: expect.stringMatching(/\w+ .*\w/) } });
      expect(test.told()).not.toBe(3);
    });
  }

  for (const code of ['busy', 'unavailable'] as const) {
    it(`says that it is ${code} and when to try again, and recovers by itself`, async () => {
      const test = await start();
      await test.break(code);
      const outcome = await test.actuator.scale(test.queueName, order(3));
      expect(outcome).toMatchObject({ kind: 'unavailable', trouble: { code } });
      expect(outcome.kind === 'unavailable' && outcome.retryAfterMs).toBeGreaterThan(0);
      await test.break(null);
      expect(await test.actuator.scale(test.queueName, order(3))).toEqual({ kind: 'applied', workers: 3 });
      expect(test.told()).toBe(3);
    });
  }

  it('waits no longer than its deadline for a platform that hangs', async () => {
    const test = await start(IMPATIENT_MS);
    await test.break('hangs');
    const outcome = await test.actuator.scale(test.queueName, order(3));
    expect(outcome).toMatchObject({ kind: 'unavailable', trouble: { code: 'unavailable' } });
    expect(outcome.kind === 'unavailable' && outcome.trouble.message).toMatch(/within/);
  });

  it('rejects no call and names no secret, whatever it meets', async () => {
    const test = await start();
    for (const trouble of ['forbidden', 'rejected', 'busy', 'unavailable'] as const) {
      await test.break(trouble);
      const outcome = await test.actuator.scale(test.queueName, order(3));
      const observation = await test.actuator.observe(test.queueName);
      expect(JSON.stringify([outcome, observation])).not.toMatch(/secret|127\.0\.0\.1|localhost/i);
    }
  });
}
