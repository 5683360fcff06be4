const ownClusters = require('./jest.own-clusters.config.cjs');

/** The specs that share a cluster. */
module.exports = {
  ...ownClusters,
  testMatch: ['<rootDir>/src/**/*.spec.ts', ...ownClusters.testMatch.map((pattern) => `!${pattern}`)],
  globalSetup: './src/support/global-setup.ts',
  globalTeardown: './src/support/global-teardown.ts',
};
