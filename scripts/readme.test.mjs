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

/** Files that each snippet of "Your own admin page" is taken from, by words of it; the tests named run them. */
const takenFrom = {
  'next-auth/jwt': ['examples/nextjs/lib/drover.js', 'e2e/system/mount-nextjs.test.ts'],
  'drover.fetch': ['examples/nextjs/app/api/admin/queue-system/[...path]/route.js', 'e2e/system/mount-nextjs.test.ts'],
  'drover.middleware': ['examples/express/src/server.mjs', 'e2e/system/mount-express.test.ts'],
  DroverProvider: ['examples/nextjs/app/jobs/panels.js', 'e2e/system/mount-nextjs.test.ts'],
  isApiError: [null, 'packages/control-plane/src/http/readme-snippet.test.ts'],
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

  const section = /## Your own admin page\n([\s\S]*?)\n## /.exec(readme)?.[1] ?? '';
  const snippets = [...section.matchAll(/```jsx?\n([\s\S]*?)```/g)].map(([, code]) => code);

  it.each(snippets)('has a snippet that a test runs: %s', (snippet) => {
    const [, [file, test] = []] = Object.entries(takenFrom).find(([words]) => snippet.includes(words)) ?? [];
    expect(read(test ?? 'no test runs it').length).toBeGreaterThan(0);
    if (!file) return;
    // Its lines, in their order; what the example has besides is left out.
    const lines = (text) => text.split('\n').map((line) => line.trim());
    const rest = lines(read(file));
    for (const line of lines(snippet).filter(Boolean)) {
      const at = rest.indexOf(line);
      expect(at, `${file} has no further line "${line}"`).toBeGreaterThanOrEqual(0);
      rest.splice(0, at + 1);
    }
  });

  it('has a snippet for every file named here', () => {
    expect(snippets).toHaveLength(Object.keys(takenFrom).length);
  });

  it('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, path]) => path);
    expect(links.length).toBeGreaterThan(5);
    for (const path of links) expect(() => readFileSync(new URL(`../${path}`, import.meta.url))).not.toThrow(/ENOENT/);
  });
});
