const { join } = require('node:path');
const { compilerOptions } = require('./tsconfig.base.json');

const transformer = join(__dirname, 'tools/jest/swc.cjs');

/** The jest configuration that every project extends. */
module.exports = (dirname) => ({
  // One for all, so that they share what is kept of transformed files.
  id: 'skiff',
  rootDir: dirname,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  transform: {
    '^.+\\.ts$': [
      transformer,
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        // Beside the code, which is half as long without it.
        sourceMaps: true,
      },
    ],
    // jose and other packages ship ES modules only.
    '^.+\\.m?js$': [transformer, { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(jose|@noble/ciphers|@kubernetes/client-node|openid-client|oauth4webapi)/)',
  ],
  moduleNameMapper: Object.fromEntries(
    Object.entries(compilerOptions.paths).map(([name, [path]]) => [`^${name}$`, join(__dirname, path)]),
  ),
  testTimeout: 30000,
});
