/** The specs that start the clusters they need, and need no other. */
module.exports = {
  ...require('../../jest.preset.cjs')(__dirname),
  testMatch: [
    '**/src/guestbook-etcd.spec.ts',
    '**/src/{add-a-node,bad-input,cli,compose,lives,peers,replicas}/*.spec.ts',
  ],
  maxWorkers: 1,
  // A kubectl that a failed test left behind must not keep the run from ending.
  forceExit: true,
  testTimeout: 120000,
};
