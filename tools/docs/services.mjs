// Writes docs/reference/services.md from what the built services say of themselves and from the metrics in their
// sources. usage: services.mjs [--check]   (--check fails when the page is not what would be written)
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'prettier';

const root = resolve(import.meta.dirname, '../..');
const page = join(root, 'docs/reference/services.md');

/** Each service, and where its metrics are made. */
const services = {
  'api-server': ['libs/api-server'],
  scheduler: ['libs/scheduler'],
  'controller-manager': ['libs/controllers'],
  kubelet: ['libs/kubelet'],
  proxy: ['libs/proxy'],
  dns: ['libs/dns', 'apps/dns'],
  traces: ['apps/traces'],
};

const text = await format([heading(), ...Object.entries(services).map(section)].join('\n'), {
  parser: 'markdown',
  printWidth: 120,
});
if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/reference/services.md is not up to date: npm run reference');
  process.exit(1);
}

function heading() {
  return `# Services

This page is generated from the services (\`npm run reference\`).

A setting comes from its flag, or else from its environment variable, or else from the YAML file that \`--config\` names, where it is a key at the top; lists are written with commas, durations as \`500ms\`, \`10s\`, \`2m\` or \`1h\`. Everything that is wrong with a configuration is told at once, at the start. \`--help\` prints what stands here, \`--version\` the version.

| exit code | meaning |
| --- | --- |
| 0 | told to end by SIGTERM or SIGINT, and ended: requests answered, lease given up, spans sent |
| 1 | a failure, which the last line of the log tells |
| 2 | a configuration error, told in words on standard error |

Logs go to standard error, a JSON object a line (\`--log-format text\` is for people); a line that belongs to a span has its \`trace_id\` and \`span_id\`. \`--metrics-address\` serves \`/metrics\` for Prometheus, and \`/healthz\`, \`/livez\` and \`/readyz\`. Services that listen for gRPC have \`grpc.health.v1.Health\` and reflection on that port.
`;
}

function section([name, folders]) {
  const help = execFileSync(process.execPath, [join(root, `dist/apps/${name}/main.js`), '--help'], {
    encoding: 'utf8',
  });
  const [description = '', ...settings] = help.split(/\n(?= {2}--)/);
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
  return readdirSync(join(root, folder, 'src'), { recursive: true })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .flatMap((file) => {
      const source = readFileSync(join(root, folder, 'src', file), 'utf8');
      return [...source.matchAll(/name: '([a-z]+_[a-z_]+)',\s+help: (['"])(.*?)\2,/g)].map(([, metric, , help]) => [
        metric,
        help,
      ]);
    });
}
