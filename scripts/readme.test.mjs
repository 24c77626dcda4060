import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');

/** Each command of the README, and words of the test that runs it. */
const runBy = {
  'npm start': ['e2e/system/main-job.test.ts', "spawn('npm', ['start']"],
  'npm run shop -- flash-sale': ['e2e/system/main-job.test.ts', "command('flash-sale'"],
  'npm run shop -- break payments': ['e2e/system/main-job.test.ts', "command('break', 'payments')"],
  'npm run shop -- help': ['e2e/system/main-job.test.ts', "command('help')"],
  'npx drover init': ['e2e/system/packages.test.ts', "['init']"],
  'npx drover start': ['e2e/system/packages.test.ts', 'DroverProcess.start(project, { cli })'],
  'node jobs/add-example-jobs.mjs': ['e2e/system/packages.test.ts', 'jobs/add-example-jobs.mjs'],
  'npx drover start --observe --engine redis://localhost:6379': ['e2e/system/command-line.test.ts', '--observe'],
  'npx drover doctor --engine redis://localhost:6379': ['e2e/system/command-line.test.ts', "run('doctor')"],
};

describe('the README', () => {
  const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block.trim().split('\n'));

  it.each(commands)('names a command that a test runs: %s', (command) => {
    const [file, words] = runBy[command] ?? [];
    expect(file, `no test runs "${command}"`).toBeDefined();
    expect(read(file)).toContain(words);
  });

  it('names no command that was forgotten here', () => {
    expect(Object.keys(runBy).sort()).toEqual([...new Set(commands)].sort());
  });

  it('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, path]) => path);
    expect(links.length).toBeGreaterThan(5);
    for (const path of links) expect(() => readFileSync(new URL(`../${path}`, import.meta.url))).not.toThrow(/ENOENT/);
  });
});
