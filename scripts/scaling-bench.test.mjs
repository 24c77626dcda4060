import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { places, playShape } from '../bench/src/scaling/play-shape.ts';
import { shapes } from '../bench/src/scaling/shapes.ts';

const file = fileURLToPath(new URL('../bench/results/scaling.json', import.meta.url));
const { scores } = JSON.parse(readFileSync(file, 'utf8')).figures;

describe("the scaler's committed figures", () => {
  it.each(['step', 'flash-sale', 'long-jobs'])('hold on %s, in every place', (name) => {
    const shape = shapes.find((each) => each.name === name);
    for (const place of places) {
      const [ours] = playShape(shape, place, []);
      const before = scores.find(
        (each) => each.algorithm === 'drover' && each.place === place.name && each.shape === name,
      );
      expect(ours.cost).toBeLessThanOrEqual(before.cost + 0.01);
      expect(ours.missPercent).toBeLessThanOrEqual(before.missPercent + 0.1);
      expect(ours.flipsPerHour).toBeLessThanOrEqual(before.flipsPerHour + 0.5);
    }
  });
});
