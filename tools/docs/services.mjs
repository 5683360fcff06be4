// Writes docs/reference/services.md and apps/skiff/src/config/generated/service-settings.ts from what the built services
// say of themselves and from the metrics in their sources.
// usage: services.mjs [--check]   (--check fails when a file is not what would be written)
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'prettier';
import { settingsModule } from './service-settings.mjs';
import { writeOrCheck } from './write.mjs';

const root = resolve(import.meta.dirname, '../..');

/** Each service, and where its metrics are made. */
const services = {
  'api-server': ['libs/api-server'],
  scheduler: ['libs/scheduler', 'libs/client/grpc'],
  'controller-manager': ['libs/controllers', 'libs/client/grpc'],
  kubelet: ['libs/kubelet', 'libs/client/grpc'],
  proxy: ['libs/proxy', 'libs/client/grpc'],
  dns: ['libs/dns', 'libs/client/grpc'],
  traces: ['apps/traces'],
};

const helps = Object.fromEntries(
  Object.keys(services).map((name) => [
    name,
    execFileSync(process.execPath, [join(root, `dist/apps/${name}/main.js`), '--help'], { encoding: 'utf8' }),
  ]),
);
const markdown = [heading(), ...Object.entries(services).map(section)].join('\n');
await writeOrCheck('docs/reference/services.md', await format(markdown, { parser: 'markdown', printWidth: 120 }));
await writeOrCheck('apps/skiff/src/config/generated/service-settings.ts', await settingsModule(helps));

function heading() {
  return `# Services

This page is generated from the services (\`npm run reference\`).

The value of a setting is that of its flag, or else of its environment variable, or else of its key in the YAML file that \`--config\` names. Lists are separated by commas; durations are written as \`500ms\`, \`10s\`, \`2m\` or \`1h\`. A service reports everything that is wrong with its configuration at once, at the start. \`--help\` prints its part of this page, \`--version\` the version.

| exit code | meaning |
| --- | --- |
| 0 | stopped by SIGTERM or SIGINT: requests answered, lease given up, spans sent |
| 1 | a failure; the last line of the log says which |
| 2 | a configuration error, explained on standard error |

Logs go to standard error, one JSON object per line (\`--log-format text\` is for people to read); a line that belongs to a span has its \`trace_id\` and \`span_id\`. \`--metrics-address\` serves \`/metrics\` for Prometheus, as well as \`/healthz\`, \`/livez\` and \`/readyz\`. Services that listen for gRPC serve \`grpc.health.v1.Health\` and reflection on that port. [Another page](../security.md) says who may use which port, and how that is enforced.
`;
}

function section([name, folders]) {
  const [description = '', ...settings] = (helps[name] ?? '').split(/\n(?= {2}--)/);
  const rows = settings.map(settingRow).filter(Boolean);
  const metrics = folders.flatMap(metricsIn).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `## ${name}`,
    description.trim(),
    '| flag | environment | in the file | default | what it sets |\n| --- | --- | --- | --- | --- |',
    ...rows,
    ...(metrics.length
      ? [
          '',
          '| metric | what it is |\n| --- | --- |',
          ...metrics.map(([metric, what]) => `| \`${metric}\` | ${what} |`),
        ]
      : []),
    '',
  ]
    .join('\n')
    .replace(`\n${description.trim()}\n`, `\n\n${description.trim()}\n\n`);
}

/** A setting as --help prints it: the flag with its unit, what it means, its names elsewhere. */
function settingRow(lines) {
  const [flag = '', meaning = '', names = ''] = lines
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const [variable = '', key = ''] = names.replace(' in the file', '').split(', or ');
  const fallback = /^(.*) \(default (.*)\)$/.exec(meaning);
  const cell = (value) => (value ? `\`${value.replaceAll('|', '\\|')}\`` : '');
  return `| ${cell(flag)} | ${cell(variable)} | ${cell(key)} | ${cell(fallback?.[2])} | ${(fallback?.[1] ?? meaning).replaceAll('|', '\\|')} |`;
}

/** Name and help of every metric that the sources of a folder make. */
function metricsIn(folder) {
  return readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .flatMap((file) => {
      const source = readFileSync(join(root, folder, 'src', file), 'utf8');
      return [...source.matchAll(/name: '([a-z]+_[a-z_]+)',\s+help: (['"])(.*?)\2,/g)].map(([, metric, , help]) => [
        metric,
        help,
      ]);
    });
}
