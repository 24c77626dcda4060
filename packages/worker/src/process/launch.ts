/**
 * The file that Node is told to run. It loads the bundle with the code cache that the build
 * left beside it, which halves the time to evaluate it; V8 refuses a cache of another Node
 * version or of other flags by itself, and compiles.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

const file = join(__dirname, 'worker-process.js');
// One for a process that a supervisor spawned, with its arguments for Node, one for `drover worker`.
const cache = `${file}${process.execArgv.length > 0 ? '.spawned' : ''}.cache`;

const script = new Script(
  `(function(exports,require,module,__filename,__dirname){${readFileSync(file, 'latin1')}\n})`,
  {
    filename: file,
    ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
  },
);
const module = { exports: {} as typeof import('./main.js'), filename: file };
script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
// Code that comes from a cache has no module loader of its own: it gets ours.
void module.exports.main((url) => import(url));
