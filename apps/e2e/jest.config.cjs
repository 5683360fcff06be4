module.exports = {
  ...require('../../jest.preset.cjs')(__dirname),
  // The cluster of containers has tests of its own: jest.compose.config.cjs.
  testPathIgnorePatterns: ['<rootDir>/src/compose/'],
  globalSetup: './src/support/global-setup.ts',
  globalTeardown: './src/support/global-teardown.ts',
  maxWorkers: 1,
  // A kubectl that a failed test left behind must not keep the run from ending.
  forceExit: true,
  testTimeout: 120000,
};
