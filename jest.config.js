export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test', '<rootDir>/embedded-mongo'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  coverageProvider: 'v8',
  reporters: ['default', '<rootDir>/test/helpers/tally.mjs'],
  testTimeout: 30_000,
  maxWorkers: '100%',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
}
