// Prints the size of each image, as a table for docs/docker-compose.md.
// usage: sizes.mjs      after docker compose build
import { execFileSync } from 'node:child_process';

const prefix = process.env.SKIFF_IMAGE_PREFIX ?? 'skiff';
const version = process.env.SKIFF_VERSION ?? '0.1.0';
const docker = (...args) => execFileSync('docker', args).toString().trim();
const names = ['api-server', 'scheduler', 'controller-manager', 'traces', 'cli', 'node', 'etcd'];
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

console.log('| image | size | its own layers |\n| --- | ---: | ---: |');
for (const name of names) {
  const image = `${prefix}/${name}:${version}`;
  const size = Number(docker('image', 'inspect', '--format', '{{.Size}}', image));
  // The first layer, Node.js with its libraries, is one and the same in all services.
  const layers = docker('history', '--no-trunc', '--human=false', '--format', '{{.Size}}', image)
    .split('\n')
    .map(Number);
  const first = layers.filter(Boolean).at(-1) ?? 0;
  console.log(`| ${name} | ${megabytes(size)} | ${megabytes(size - first)} |`);
}
