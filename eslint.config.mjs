import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const boundary = (sourceTag, ...onlyDependOnLibsWithTags) => ({ sourceTag, onlyDependOnLibsWithTags });

/** Who may import whom; `node tools/docs/imports.mjs` writes the table in docs/architecture.md. */
export const depConstraints = [
  boundary('contracts'),
  boundary('apimachinery', 'contracts'),
  boundary('cel'),
  boundary('platform', 'contracts', 'apimachinery', 'platform'),
  boundary('apiextensions-schema', 'contracts', 'apimachinery', 'cel'),
  boundary('resources', 'contracts', 'apimachinery', 'platform', 'apiextensions-schema'),
  boundary('storage', 'contracts', 'apimachinery', 'platform', 'storage-contract'),
  boundary('storage-memory', 'contracts', 'apimachinery', 'platform', 'storage-contract'),
  boundary('storage-contract', 'platform'),
  boundary('client-contract', 'contracts', 'apimachinery', 'platform'),
  boundary('client', 'contracts', 'apimachinery', 'platform', 'client-contract'),
  boundary(
    'client-local',
    ...[
      'contracts',
      'apimachinery',
      'platform',
      'client-contract',
      'client',
      'api-server',
      'admission',
      'storage-memory',
    ],
  ),
  boundary('client-runtime', 'contracts', 'apimachinery', 'platform', 'client-contract', 'testing', 'test-api'),
  boundary('component-base', 'contracts', 'apimachinery', 'platform', 'client-contract', 'client', 'client-runtime'),
  boundary('testing', 'contracts', 'apimachinery', 'platform'),
  boundary(
    'test-api',
    'contracts',
    'apimachinery',
    'platform',
    'resources',
    'storage-contract',
    'storage-memory',
    'client-contract',
    'client-local',
    'api-server',
    'admission',
    'testing',
  ),
  boundary(
    'api-server',
    'contracts',
    'apimachinery',
    'platform',
    'resources',
    'storage-contract',
    'storage-memory',
    'testing',
  ),
  boundary('admission-rules', 'contracts', 'apimachinery', 'platform', 'cel', 'api-server'),
  boundary('admission', 'contracts', 'apimachinery', 'platform', 'cel', 'resources', 'api-server', 'admission-rules'),
  boundary('aggregator', 'contracts', 'apimachinery', 'platform', 'resources', 'api-server', 'testing'),
  boundary(
    'apiextensions',
    'contracts',
    'apimachinery',
    'platform',
    'resources',
    'apiextensions-schema',
    'api-server',
    'storage-memory',
    'testing',
  ),
  boundary(
    'component',
    'contracts',
    'apimachinery',
    'platform',
    'resources',
    'client-contract',
    'client-runtime',
    'component-base',
    'testing',
    'test-api',
  ),
  boundary(
    'cluster',
    'contracts',
    'apimachinery',
    'platform',
    'client-contract',
    'client-local',
    'component-base',
    'storage',
    'api-server',
    'admission',
    'aggregator',
    'apiextensions',
    'component',
    'testing',
  ),
  boundary('app', '*'),
];

/** What is imported in one place alone. */
const onlyHere = [
  { name: '@skiff/test-api', message: 'Only specs and what helps them import it.' },
  { name: '@skiff/testing', message: 'Only specs and what helps them import it.' },
  { name: 'etcd3', message: 'Only libs/storage/etcd talks to etcd.' },
  { name: '@opentelemetry/sdk-trace-base', message: 'Only libs/platform configures telemetry.' },
];

/**
 * Code that a bundle was compiled to cannot import: V8 fails with ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING. What is
 * bundled along (our own files) becomes a function, and may be loaded late.
 */
const lateImports = {
  selector: 'ImportExpression:not([source.value=/^(\\.|@skiff\\u002f)/])',
  message: 'Compiled bundles cannot import packages late: import it at the top.',
};

/** The folders of the API server that know no kind; docs/decisions/0038-generic-server.md says what the others are. */
const genericServer = [
  ...['admission', 'audit', 'cache', 'decoding', 'discovery', 'encryption', 'filters', 'flow-control'],
  ...['openapi', 'operations', 'registry', 'request', 'routing', 'transports', 'yaml'],
].map((folder) => `libs/api-server/src/${folder}/**/*.ts`);

const comparedName = (side) => `${side}.name=/^(plural|resource)$/`;
const comparedProperty = (side) => `${side}.property.name=/^(plural|resource)$/`;

export default tseslint.config(
  {
    ignores: ['**/dist', '**/node_modules', 'libs/contracts/src/generated', '**/fixtures'],
  },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strict],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: false, allow: [], depConstraints }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-dynamic-delete': 'off',
      'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'setImmediate'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Take a Clock.' },
        { object: 'Math', property: 'random', message: 'Take a source of randomness.' },
      ],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-duplicate-imports': 'error',
      'max-lines': ['error', 300],
      'max-params': ['error', 5],
    },
  },
  {
    // What runs as it is written: tools, and configuration.
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [...tseslint.configs.strict],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-duplicate-imports': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: [
      'libs/contracts/src/codecs/**',
      'libs/platform/src/**',
      'libs/testing/**',
      'apps/e2e/**',
      '**/*.spec.ts',
      'tools/**',
      'apps/api-server/src/golden/**',
    ],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.spec.ts'],
    rules: { 'no-restricted-globals': ['error', { name: 'test', message: 'Write `it`, as every spec does.' }] },
  },
  {
    // They measure, document and attack the services, which nobody else imports.
    files: ['tools/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    files: ['libs/**/*.ts', 'apps/**/*.ts'],
    ignores: [
      ...['libs/platform/**', 'libs/storage/etcd/**', 'libs/test-api/**'],
      ...['**/*.spec.ts', '**/testing/**', 'apps/e2e/**'],
    ],
    rules: {
      'no-restricted-imports': ['error', { paths: onlyHere }],
    },
  },
  {
    // A schema says what it has to know of a kind.
    files: ['libs/apimachinery/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@skiff/contracts', importNames: ['Kinds'], message: 'apimachinery knows no kind.' }] },
      ],
    },
  },
  {
    files: ['libs/**/*.ts', 'apps/**/*.ts'],
    ignores: ['**/*.spec.ts', 'apps/e2e/**'],
    rules: {
      'no-restricted-syntax': ['error', lateImports],
    },
  },
  {
    // What the server does for every resource, it does by what the resource says of itself.
    files: genericServer,
    ignores: ['**/*.spec.ts', '**/testing/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            ...onlyHere,
            { name: '@skiff/contracts', importNames: ['Kinds'], message: 'The generic server knows no kind.' },
            { name: '@skiff/resources', message: 'The generic server knows no resource.' },
          ],
          patterns: [
            {
              regex: '/(allocators|bootstrap|server|subresources|streaming/(node|pod|proxy)[^/]*)(/|$)',
              message: 'The generic server is composed, and knows nothing of the composition.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        lateImports,
        {
          selector: `BinaryExpression[operator=/^[!=]==$/][right.value=/^[a-z]/]:matches([${comparedName('left')}], [${comparedProperty('left')}])`,
          message: 'Ask the resource what it is like, not what it is called.',
        },
        {
          selector: `SwitchStatement:matches([${comparedName('discriminant')}], [${comparedProperty('discriminant')}])`,
          message: 'Ask the resource what it is like, not what it is called.',
        },
      ],
    },
  },
);
