import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HeldList, type HeldNode } from './held-list.js';

it('holds what a Set would hold, in the same order, whatever is added and taken out', () => {
  const steps = fc.array(fc.oneof(fc.constant('add' as const), fc.nat(20)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (all) => {
      const list = new HeldList<number>();
      const expected = new Set<number>();
      const nodes: HeldNode<number>[] = [];
      for (const step of all) {
        if (step === 'add') {
          expected.add(nodes.length);
          nodes.push(list.add(nodes.length));
          continue;
        }
        const node = nodes[step];
        if (node !== undefined) expect(list.remove(node)).toBe(expected.delete(step));
      }
      expect([...list]).toEqual([...expected]);
      expect(list.size).toBe(expected.size);
    }),
  );
});

it('goes on when the entry that is looked at is taken out', () => {
  const list = new HeldList<string>();
  const nodes = new Map(['a', 'b', 'c'].map((name) => [name, list.add(name)]));
  const seen: string[] = [];
  for (const name of list) {
    seen.push(name);
    const node = nodes.get(name);
    if (node) list.remove(node);
  }
  expect(seen).toEqual(['a', 'b', 'c']);
  expect(list.size).toBe(0);
});
