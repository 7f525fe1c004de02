const swc = {
  swcrc: false,
  sourceMaps: 'inline',
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};

const requiredModules = '/node_modules/(content-disposition|cookie)/';

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    // swc translates no `import ts = require()`.
    '^\\.{1,2}/typescript\\.js$': '<rootDir>/spec/support/typescript.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // Fixture apps in specs import the package by its name and get the sources under test.
    '^rocket-io$': '<rootDir>/runtime/server/index.ts',
    '^rocket-io/client$': '<rootDir>/runtime/browser/index.ts',
    '^rocket-io/testing$': '<rootDir>/runtime/testing/index.ts',
    '^rocket-io/internal$': '<rootDir>/src/contract/internal.ts',
    '^#websocket$': '<rootDir>/runtime/client/websocket-node.ts',
  },
  transform: {
    '^.+\\.ts$': ['@swc/jest', swc],
    // Node requires these two although they are ES modules; jest cannot on Node 20.
    [requiredModules]: ['@swc/jest', { swcrc: false, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [`^(?!.*${requiredModules}).*/node_modules/`],
  maxWorkers: 2,
  // Modules that specs have loaded stay in a worker: a new one begins before they slow down what it runs.
  workerIdleMemoryLimit: '700MB',
  // Generous: specs wait for what they want to see, and a loaded machine must not fail them.
  testTimeout: 60_000,
};
