import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');

/** The custom properties of the first block whose selector is given. */
function block(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start)).replaceAll(/\/\*.*?\*\//gs, '');
  return new Map([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]));
}

describe('the colour tokens', () => {
  const light = block(':root');
  const dark = block('[data-theme="dark"]');

  it('are the same dark whether the system or a person chose it', () => {
    expect(dark.size).toBeGreaterThan(30);
    expect(block(':root:not([data-theme="light"])')).toEqual(dark);
  });

  it('name nothing in dark that light does not have', () => {
    expect([...dark.keys()].filter((name) => !light.has(name))).toEqual([]);
  });
});
