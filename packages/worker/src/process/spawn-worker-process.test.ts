import { expect, it } from 'vitest';
// @ts-expect-error: a script of the build, without types
import { spawnArguments as ofTheBuild } from '../../build-process.mjs';
import { spawnArguments } from './spawn-worker-process.js';

it('starts Node with the flags that the build made the code cache under, or V8 would refuse it', () => {
  expect(ofTheBuild).toEqual(spawnArguments);
});
