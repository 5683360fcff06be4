// Lists the kinds, and the fields that users reach from the common kinds, that have no comment:
// `kubectl explain` would show them without a description. Run by `npm run proto`; --all goes from every kind.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { codecs, comment, loadDescriptors } from './descriptors.mjs';

const required = [
  ['core', 'ConfigMap Event Namespace Node Pod Secret Service ServiceAccount'],
  ['apps', 'Deployment ReplicaSet'],
  ['batch', 'Job'],
  ['coordination', 'Lease'],
  ['discovery', 'EndpointSlice'],
].flatMap(([group, kinds]) => kinds.split(' ').map((kind) => `k8s.io.api.${group}.v1.${kind}`));

const registry = describe();
const kinds = registry.messages.filter((message) => registry.kindRules(message));
const roots = process.argv.includes('--all') ? kinds : required.map((name) => registry.message(name));
const missing = [...kinds.filter((kind) => !comment(kind)).map((kind) => kind.typeName), ...roots.flatMap(uncommented)];

if (missing.length > 0) {
  console.error(`${missing.length} declarations of proto/ have no comment:\n${[...new Set(missing)].join('\n')}`);
  process.exitCode = 1;
}

function describe() {
  const root = resolve(import.meta.dirname, '../..');
  const scratch = mkdtempSync(join(tmpdir(), 'skiff-comments-'));
  try {
    const image = join(scratch, 'image.binpb');
    const args = ['build', '--as-file-descriptor-set', '-o', image];
    execFileSync(join(root, 'node_modules/.bin/buf'), args, { cwd: root, stdio: 'inherit' });
    return loadDescriptors(readFileSync(image));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The fields without comment of a message and of all that it holds; a message with a codec shows no fields. */
function uncommented(root) {
  const found = [];
  const seen = new Set();
  const visit = (message) => {
    if (seen.has(message) || codecs.has(message.typeName)) return;
    seen.add(message);
    for (const field of message.fields) {
      if (!comment(field)) found.push(`${message.typeName}.${field.jsonName}`);
      if (field.message) visit(field.message);
    }
  };
  visit(root);
  return found;
}
