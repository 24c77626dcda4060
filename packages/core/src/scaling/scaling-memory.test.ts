import { describe, expect, it } from 'vitest';
import { ScalingMemory } from './scaling-memory.js';
import { LOOK_MS, NOON_MS } from './testing/scaling-scenario.js';

const push = (memory: ScalingMemory, atMs: number, arrivals: number, spanMs = LOOK_MS) =>
  memory.pushSample({ atMs, spanMs, arrivals, completions: arrivals, serviceMs: arrivals * 10, serviceMsSquared: 0 });
const decided = (memory: ScalingMemory, atMs: number, action: 'scale_up' | 'scale_down' | 'maintain') =>
  memory.pushDecision({ atMs, action, targetWorkers: 2, currentWorkers: 2, enough: 1 });

describe("a queue's memory", () => {
  it('stays bounded over days, and loses no arrival of the last hours', () => {
    const memory = new ScalingMemory();
    for (let atMs = NOON_MS; atMs <= NOON_MS + 24 * 3_600_000; atMs += LOOK_MS) {
      push(memory, atMs, 7);
      decided(memory, atMs, 'maintain');
    }
    const { samples, decisions, series } = memory.history;
    expect(samples.length).toBeLessThan(250);
    expect(decisions.length).toBeLessThanOrEqual(400);
    expect(series?.arrivals.length).toBeLessThan(1_000);
    expect(series?.arrivals.slice(1, -1).every((count) => count === 14)).toBe(true);
    const coveredMs = samples.reduce((sum, { spanMs }) => sum + spanMs, 0);
    expect(samples.reduce((sum, { arrivals }) => sum + arrivals, 0)).toBe((coveredMs / LOOK_MS) * 7);
    expect(JSON.stringify(memory).length).toBeLessThan(80_000);
  });

  it('goes on from its checkpoint as if nothing had been', () => {
    const memory = new ScalingMemory();
    for (let look = 1; look <= 300; look++) push(memory, NOON_MS + look * LOOK_MS, look % 9);
    decided(memory, NOON_MS, 'scale_up');
    decided(memory, NOON_MS + 1, 'scale_down');
    const restored = ScalingMemory.from(JSON.parse(JSON.stringify(memory)));
    push(memory, NOON_MS + 301 * LOOK_MS, 4);
    push(restored, NOON_MS + 301 * LOOK_MS, 4);
    expect(restored.history).toEqual(memory.history);
  });

  it('spreads a long look over its steps, and keeps gaps empty', () => {
    const memory = new ScalingMemory();
    push(memory, NOON_MS, 1);
    push(memory, NOON_MS + 60_000, 10, 30_000);
    expect(memory.history.series).toEqual({
      stepMs: 10_000,
      endMs: NOON_MS + 60_000,
      arrivals: [1, 0, 0, 0, 3, 4, 3],
    });
  });

  it('leaves out what a clock that went back would tell twice', () => {
    const memory = new ScalingMemory();
    push(memory, NOON_MS, 5);
    push(memory, NOON_MS - 60_000, 5);
    decided(memory, NOON_MS, 'scale_up');
    decided(memory, NOON_MS - 60_000, 'scale_down');
    expect(memory.history.samples).toHaveLength(1);
    expect(memory.history).not.toHaveProperty('lastDownMs');
  });

  it('counts the turns of direction of the last two hours', () => {
    const memory = new ScalingMemory();
    const moves = ['scale_up', 'scale_up', 'scale_down', 'maintain', 'scale_up'] as const;
    for (const [index, action] of moves.entries()) decided(memory, NOON_MS + index * 60_000, action);
    expect(memory.history.turnsMs).toEqual([NOON_MS + 120_000, NOON_MS + 240_000]);
  });
});
