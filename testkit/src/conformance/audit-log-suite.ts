import type { AuditEntry } from '@drover/core';
import { beforeEach, expect, it } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';

const START_MS = Date.UTC(2026, 0, 1);

function entry(index: number, part: Partial<AuditEntry> = {}): AuditEntry {
  return {
    atMs: START_MS + index * 1000,
    actor: 'ada',
    role: 'admin',
    from: '127.0.0.1',
    action: 'policy.update',
    target: `queue:${index}`,
    result: 'done',
    details: { index },
    ...part,
  };
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

export function auditLogSuite(open: OpenTestEngine): void {
  let test: TestEngine;
  beforeEach(async () => {
    test = await open();
  });

  it('gives back what was appended, newest first', async () => {
    const { audit } = test.engine;
    const system = entry(1, { actor: 'system', role: null, from: null, details: null, result: 'failed' });
    await audit.append([entry(0), system]);
    await audit.append([]);
    const { entries: found } = await audit.query({ limit: 10 });
    expect(found).toEqual([
      { ...system, id: expect.any(String) },
      { ...entry(0), id: expect.any(String) },
    ]);
  });

  it('pages without shifting when new entries arrive, by ids that sort as text', async () => {
    const { audit } = test.engine;
    await audit.append(range(12).map((index) => entry(index)));
    const { entries: first, nextBeforeId } = await audit.query({ limit: 5 });
    await audit.append([entry(100)]);
    const { entries: second } = await audit.query({ limit: 5, beforeId: nextBeforeId ?? '' });
    expect(second.map(({ target }) => target)).toEqual(['queue:6', 'queue:5', 'queue:4', 'queue:3', 'queue:2']);
    const ids = [...first, ...second].map(({ id }) => id);
    expect([...ids].sort().reverse()).toEqual(ids);
  });

  it('brings every entry once by following the pages, and says which is the last', async () => {
    const { audit } = test.engine;
    await audit.append(range(450).map((index) => entry(index, { actor: index % 3 ? 'ada' : 'bob' })));
    const seen: string[] = [];
    let beforeId: string | null | undefined;
    while (beforeId !== null) {
      const page = await audit.query({ limit: 40, actor: 'bob', ...(beforeId && { beforeId }) });
      seen.push(...page.entries.map(({ target }) => target));
      beforeId = page.nextBeforeId;
    }
    const bobs = range(450).filter((index) => index % 3 === 0);
    expect(seen).toEqual(bobs.reverse().map((index) => `queue:${index}`));
    expect(await audit.query({ limit: 40, actor: 'nobody' })).toEqual({ entries: [], nextBeforeId: null });
  });

  it('keeps the order of writing even when clocks disagree', async () => {
    const { audit } = test.engine;
    await audit.append([entry(5)]);
    await audit.append([entry(1)]);
    expect((await audit.query({ limit: 2 })).entries.map(({ target }) => target)).toEqual(['queue:1', 'queue:5']);
  });

  it('filters by time, actor, action, target and result', async () => {
    const { audit } = test.engine;
    await audit.append([
      entry(0),
      entry(1, { actor: 'bob' }),
      entry(2, { action: 'session.create' }),
      entry(3, { actor: 'bob', action: 'session.create' }),
      entry(4, { result: 'refused' }),
    ]);
    const targets = async (query: object) =>
      (await audit.query({ limit: 10, ...query })).entries.map(({ target }) => target);
    expect(await targets({ actor: 'bob' })).toEqual(['queue:3', 'queue:1']);
    expect(await targets({ action: 'session.create' })).toEqual(['queue:3', 'queue:2']);
    expect(await targets({ actor: 'bob', action: 'session.create' })).toEqual(['queue:3']);
    expect(await targets({ target: 'queue:2' })).toEqual(['queue:2']);
    expect(await targets({ result: 'refused' })).toEqual(['queue:4']);
    expect(await targets({ actor: "' OR 1=1 --" })).toEqual([]);
    expect(await targets({ sinceMs: START_MS + 1000, untilMs: START_MS + 3000 })).toEqual(['queue:2', 'queue:1']);
  });

  it('finds a rare entry behind many others', async () => {
    const { audit } = test.engine;
    await audit.append([entry(0, { actor: 'rare' })]);
    await audit.append(range(1000).map((index) => entry(index + 1)));
    const page = await audit.query({ limit: 10, actor: 'rare' });
    expect(page.entries).toHaveLength(1);
    expect(page.nextBeforeId).toBeNull();
  });

  it('drops what is older than an instant, and nothing else', async () => {
    const { audit } = test.engine;
    await audit.append(range(500).map((index) => entry(index)));
    await audit.prune(START_MS + 400 * 1000);
    const { entries: left } = await audit.query({ limit: 1000 });
    expect(left).toHaveLength(100);
    expect(left.at(-1)?.atMs).toBe(START_MS + 400 * 1000);
  });

  it('refuses an id that is none', async () => {
    await expect(test.engine.audit.query({ limit: 1, beforeId: "'; --" })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
}
