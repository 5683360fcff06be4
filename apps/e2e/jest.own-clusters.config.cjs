/** The cluster of containers, which needs no other cluster. */
module.exports = {
  ...require('../../jest.preset.cjs')(__dirname),
  testMatch: ['<rootDir>/src/compose/**/*.spec.ts'],
  maxWorkers: 1,
  forceExit: true,
  testTimeout: 120000,
};
