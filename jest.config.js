export default {
  testEnvironment: '<rootDir>/test/helpers/environment.mjs',
  roots: ['<rootDir>/test', '<rootDir>/embedded-mongo'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  coverageProvider: 'v8',
  reporters: ['default', '<rootDir>/test/helpers/tally.mjs'],
  testTimeout: 60_000,
  maxWorkers: '100%',
  // A worker keeps some of every file that it ran; one that grew too large is replaced.
  workerIdleMemoryLimit: '1200MB',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
}
