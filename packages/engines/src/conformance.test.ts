import { readdirSync } from 'node:fs';
import { cellName, cellsRun, conformanceSuites, describeEngines, testEngineKinds } from '@drover/testkit';
import { describe, expect, it } from 'vitest';

for (const [name, suite] of Object.entries(conformanceSuites)) describeEngines(name, (_, open) => suite(open));

describe('the matrix', () => {
  it('has a suite for every port', () => {
    const files = (folder: string, ending: string) =>
      readdirSync(new URL(folder, import.meta.url)).flatMap((file) =>
        file.endsWith(ending) ? [file.slice(0, -ending.length)] : [],
      );
    // Not an engine's: the engine itself, the clock, and actuators (control-plane runs their suite). The fleet's suite carries its adapter's name.
    const ports = files('../../core/src/ports/', '.ts')
      .filter((port) => !['engine', 'clock', 'actuator'].includes(port))
      .map((port) => (port === 'fleet' ? 'fleet-registry' : port));
    expect(Object.keys(conformanceSuites).sort()).toEqual(expect.arrayContaining([...ports].sort()));
    expect(files('../../../testkit/src/conformance/', '-suite.ts').sort()).toEqual(
      Object.keys(conformanceSuites).sort(),
    );
  });

  it('ran every suite on every engine', ({ skip }) => {
    const cells = Object.keys(conformanceSuites).flatMap((suite) =>
      testEngineKinds.map((kind) => cellName(suite, kind)),
    );
    const missing = cells.filter((cell) => !cellsRun.has(cell));
    if (missing.length > 0 && !process.env.CI) skip(`not run here: ${missing.join(', ')}`);
    expect(missing).toEqual([]);
  });
});
