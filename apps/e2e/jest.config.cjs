module.exports = {
  ...require('../../jest.preset.cjs')(__dirname),
  globalSetup: './src/support/global-setup.ts',
  globalTeardown: './src/support/global-teardown.ts',
  maxWorkers: 1,
  testTimeout: 120000,
};
