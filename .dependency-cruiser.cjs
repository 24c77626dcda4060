/** Who may import whom: the rooms of ARCHITECTURE.md. */
const rooms = {
  core: [],
  contract: [],
  client: ['contract'],
  react: ['client', 'contract'],
  dashboard: ['react', 'client', 'contract'],
  engines: ['core'],
  worker: ['core'],
  'control-plane': ['core', 'contract'],
};

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports`,
  comment: `packages/${room} may import ${allowed.length === 0 ? 'no other package' : allowed.join(', ')} of ours.`,
  severity: 'error',
  from: { path: `^packages/${room}/`, pathNot: '\\.test\\.tsx?$|/dev/|/testing/' },
  to: {
    path: '^(packages|testkit|examples|bench)/',
    pathNot: `^packages/(${[room, ...allowed].join('|')})/`,
  },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'core-is-pure',
      comment: 'core has no I/O and no dependency: samples and time come in as arguments.',
      severity: 'error',
      from: { path: '^packages/core/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-peer'] },
    },
    {
      name: 'contract-imports-zod-only',
      severity: 'error',
      from: { path: '^packages/contract/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core', 'npm'], pathNot: 'node_modules/zod/' },
    },
    {
      name: 'use-cases-never-see-http',
      severity: 'error',
      from: { path: '^packages/control-plane/src/use-cases/', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/control-plane/src/http/|node_modules/(hono|@hono)/' },
    },
    {
      name: 'testkit-stays-in-tests',
      severity: 'error',
      from: { path: '^packages/', pathNot: '\\.test\\.tsx?$|/dev/|/testing/' },
      to: { path: '^testkit/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.tsbuild)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    enhancedResolveOptions: {
      conditionNames: ['drover-source', 'import', 'module', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
