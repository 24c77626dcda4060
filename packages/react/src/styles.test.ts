import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

describe('the styles', () => {
  const css = readFileSync(new URL('../styles.css', import.meta.url), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const selectors = [...css.matchAll(/([^{};]+)\{/g)]
    .map(([, selector]) => (selector ?? '').trim())
    .filter((selector) => !selector.startsWith('@'));

  it('reach nothing outside of the panels, and give way to any class of the page', () => {
    expect(selectors.length).toBeGreaterThan(30);
    for (const selector of selectors) {
      const inner = /^:where\((.+)\)$/s.exec(selector)?.[1];
      // No weight at all: whatever the page says of the same element wins.
      expect(inner, selector).toBeDefined();
      // Two custom properties of the compiler's, which style nothing by themselves.
      if (inner === ':root') continue;
      for (const part of (inner ?? '').split(',')) expect(part.trim(), selector).toMatch(/^\.drover-/);
    }
  });

  it('give the page nothing but what a compiler of light-dark() needs to find there', () => {
    expect(css.match(/:where\(:root\) \{([^}]*)\}/)?.[1]?.match(/[\w-]+(?=:)/g)).toEqual([
      '--lightningcss-light',
      '--lightningcss-dark',
    ]);
  });

  it('has a look for each variant and size', () => {
    const words = 'default secondary destructive outline'.split(' ').map((variant) => `.drover-badge-${variant}`);
    const buttons = 'default secondary destructive outline ghost link size-sm size-lg size-icon'.split(' ');
    for (const name of [...words, ...buttons.map((word) => `.drover-button-${word}`)]) expect(css).toContain(name);
  });
});
