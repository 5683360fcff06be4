const { join } = require('node:path');
const { compilerOptions } = require('./tsconfig.base.json');

/** The jest configuration that every project extends. */
module.exports = (dirname) => ({
  rootDir: dirname,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  transform: {
    '^.+\\.ts$': [
      join(__dirname, 'tools/jest/swc.cjs'),
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
    // jose and other packages ship ES modules only.
    '^.+\\.m?js$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(jose|@noble/ciphers|@kubernetes/client-node|openid-client|oauth4webapi)/)',
  ],
  moduleNameMapper: Object.fromEntries(
    Object.entries(compilerOptions.paths).map(([name, [path]]) => [`^${name}$`, join(__dirname, path)]),
  ),
  testTimeout: 30000,
});
