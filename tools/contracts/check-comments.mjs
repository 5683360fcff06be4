// Lists the kinds, and the fields that users reach from them, that have no comment: `kubectl explain` would show
// them without a description. Run by `npm run proto`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { codecs, comment, loadDescriptors } from './descriptors.mjs';

const missing = [];
const seen = new Set();
const registry = describe();
for (const message of registry.messages) {
  if (!registry.kindRules(message)) continue;
  if (!comment(message)) missing.push(message.typeName);
  visit(message);
}

if (missing.length > 0) {
  console.error(`${missing.length} declarations of proto/k8s.io have no comment:\n${missing.join('\n')}`);
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

/** Notes the fields without comment of a message and of all that it holds; a message with a codec shows no fields. */
function visit(message) {
  if (seen.has(message) || codecs.has(message.typeName)) return;
  seen.add(message);
  for (const field of message.fields) {
    if (!comment(field)) missing.push(`${message.typeName}.${field.jsonName}`);
    if (field.message) visit(field.message);
  }
}
