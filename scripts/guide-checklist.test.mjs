import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const at = (path) => new URL(`../${path}`, import.meta.url);
const checklist = readFileSync(at('docs/guide-checklist.md'), 'utf8');

/** Each line with its evidence, which stands indented below it. */
const lines = checklist
  .slice(checklist.indexOf('\n## '))
  .split(/\n(?=- )/)
  .slice(1)
  .map((block) => ({
    line: /^- (.*)/.exec(block)?.[1] ?? '',
    proofs: [...block.matchAll(/^ {2}- `([^`]+)`: (.+)$/gm)].map(([, file, title]) => ({ file, title })),
  }));

/** Whether a test of that title runs in the file: the title of an `it` or a `test`, of a table of them too. */
function hasTest(file, title) {
  const source = readFileSync(at(file), 'utf8');
  const quoted = [`'${title.replaceAll("'", String.raw`\'`)}'`, `"${title}"`, `\`${title}\``];
  return quoted.some((literal) => {
    const found = source.indexOf(literal);
    if (found < 0) return false;
    const before = source.slice(0, found).trimEnd();
    const after = source.slice(found + literal.length);
    return /(?<!describe)(?:\b(?:it|test)|\))\($/.test(before) && /^,\s*(?:async\b|\(|\{)/.test(after);
  });
}

describe('the checklist of the guide', () => {
  it('lost no line', () => expect(lines).toHaveLength(99));

  it.each(lines)('$line', ({ proofs }) => {
    expect(proofs).not.toEqual([]);
    for (const { file, title } of proofs) {
      expect(file).toMatch(/^(packages|e2e|scripts|testkit)\/.*\.(test|spec)\.(ts|tsx|mjs)$/);
      expect(existsSync(at(file)), `${file} is no file`).toBe(true);
      expect(hasTest(file, title), `${file} has no test "${title}"`).toBe(true);
    }
  });
});

const guidePath = process.env.DROVER_GUIDE ?? at('../shared/guide/integration-guide.md');

describe.skipIf(!existsSync(guidePath))('the guide beside the repository', () => {
  it('asks for nothing that the checklist leaves out', () => {
    const guide = readFileSync(guidePath, 'utf8');
    const asked = guide.slice(guide.indexOf('\n## 5. '), guide.indexOf('\n## Questions'));
    const words = [...asked.matchAll(/^\s*- (?:\[ \] )?(.+)$/gm)].map(([, text]) => text.replaceAll('**', ''));
    expect(words.length).toBeGreaterThan(90);
    const held = new Set([...checklist.matchAll(/^(?:- |#+ )(.+)$/gm)].map(([, text]) => text));
    expect(words.filter((text) => !held.has(text))).toEqual([]);
  });
});
