// Writes docs/reference/cluster.schema.json and docs/reference/cluster-config.md from what the built `skiff` says of
// its configuration file. usage: cluster-config.mjs [--check]
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { format } from 'prettier';
import { writeOrCheck } from './write.mjs';

const root = resolve(import.meta.dirname, '../..');
// It knows the settings of services, which may have been written just now.
if (!process.argv.includes('--check'))
  execFileSync(process.execPath, [join(root, 'tools/build/bundle.mjs'), 'apps/skiff'], { cwd: root });
const printed = execFileSync(process.execPath, [join(root, 'dist/apps/skiff/main.js'), 'schema'], { encoding: 'utf8' });
const schema = JSON.parse(printed);

await writeOrCheck('docs/reference/cluster.schema.json', await format(printed, { parser: 'json', printWidth: 120 }));
await writeOrCheck(
  'docs/reference/cluster-config.md',
  await format(page(), { parser: 'markdown', printWidth: 120, singleQuote: true }),
);

function page() {
  return `# The configuration file of a cluster

This page is generated from \`skiff\` (\`npm run reference\`); [cluster.schema.json](cluster.schema.json) says the same to editors, and \`skiff schema\` prints it.

\`skiff up --config cluster.yaml\` starts the cluster that the file describes. What the file leaves out has its default, options of the command override it, and an unknown key is refused with its line and path. Paths are relative to the file.

\`\`\`yaml
apiVersion: skiff/v1alpha1
kind: Cluster
name: dev
nodes:
  - {}
  - name: storage
    labels: { disk: ssd }
    taints: ['dedicated=db:NoSchedule']
network:
  pods: 10.50.0.0/16
settings:
  apiServer: { enableAdmissionPlugins: [AlwaysPullImages] }
  kubelet: { maxPods: 30 }
\`\`\`

| key | meaning |
| --- | --- |
${rows('', schema).join('\n')}

Settings that \`skiff up\` sets itself, such as addresses and certificates, are refused in \`settings\`. A running cluster keeps the configuration it was created with: \`up\` with another file says what differs. Add and remove nodes with \`skiff node add\` and \`skiff node remove\`.
`;
}

/** A row for each key, those of lists with []; the settings of services have a page of their own. */
function rows(path, { properties = {} }) {
  return Object.entries(properties).flatMap(([name, field]) => {
    const full = path === '' ? name : `${path}.${name}`;
    const { items, enum: choices, description } = field;
    const choice = choices ? ` One of ${choices.map((each) => `\`${each}\``).join(', ')}.` : '';
    const row = `| \`${full}\` | ${`${description}${choice}`.replaceAll('|', '\\|')} |`;
    if (path === 'settings') return [row];
    return [row, ...rows(full, field), ...(items ? rows(`${full}[]`, items) : [])];
  });
}
