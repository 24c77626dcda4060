import { describe, expect, it } from 'vitest';
import { ms } from '../../testing/queues.js';
import { auditDetails, auditFilters, changesOf, isFilteringAudit, readAuditView } from './audit.js';

const read = (search: string) => readAuditView(new URLSearchParams(search));

describe('the filter of the audit log', () => {
  it.each([
    ['', {}],
    ['actor=ada@example.com', { actor: 'user:ada@example.com' }],
    ['actor=token:ci', { actor: 'token:ci' }],
    ['action= policy.update ', { action: 'policy.update' }],
    ['result=refused', { result: 'refused' }],
    ['result=nonsense&period=toString', {}],
    ['period=1h', { since: '2026-11-23T13:00:00.000Z' }],
  ])('"%s" asks for %o', (search, filters) => {
    expect(auditFilters(read(search), ms(120))).toEqual(filters);
  });

  it('is one query for minutes, not a new one each second', () => {
    const view = read('period=24h');
    expect(auditFilters(view, ms(10))).toEqual(auditFilters(view, ms(200)));
  });

  it('knows when it filters', () => {
    expect(isFilteringAudit(read(''))).toBe(false);
    expect(isFilteringAudit(read('period=7d'))).toBe(true);
  });
});

describe('the details of an entry', () => {
  it('show what changed, field by field, and nothing that stayed', () => {
    const before = { maxWorkers: 4, cooldown: { up: 60, down: 300 }, why: 'x' };
    const after = { maxWorkers: 8, cooldown: { up: 60, down: 120 }, why: 'x', objective: 5 };
    expect(changesOf(before, after)).toEqual([
      { path: 'cooldown.down', before: '300', after: '120' },
      { path: 'maxWorkers', before: '4', after: '8' },
      { path: 'objective', before: undefined, after: '5' },
    ]);
  });

  it('show what else was said', () => {
    expect(auditDetails({ code: 'forbidden', tried: { role: 'admin' } })).toEqual({
      changes: [],
      others: [
        { name: 'code', value: 'forbidden' },
        { name: 'tried', value: '{"role":"admin"}' },
      ],
    });
    expect(auditDetails(null)).toEqual({ changes: [], others: [] });
    expect(auditDetails('words').others).toEqual([{ name: 'details', value: 'words' }]);
  });

  it('of a thing that was made name all its fields', () => {
    expect(auditDetails({ after: { id: 'a', tags: [] } }).changes).toEqual([
      { path: 'id', before: undefined, after: 'a' },
      { path: 'tags', before: undefined, after: '[]' },
    ]);
  });
});
