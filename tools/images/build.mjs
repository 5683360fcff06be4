// Builds a container image from Debian packages and files, without a registry.
// usage: build.mjs <image.json> <archive to write>
//
// image.json: { "name", "packages": [], "exclude": [], "files": { "/path": "file" },
//   "links": { "/path": "target" }, "folders": ["/path"], "applets": true, "entrypoint": [], "cmd": [], "env": {}, "user": "uid:gid", "workdir" }
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Packages that only installing needs; an image has no package manager. */
const installers =
  /^(adduser|debconf|dpkg|tar|usrmerge|perl.*|libperl.*|init-system-helpers|lsb-base|sysvinit-utils|libsemanage.*|libpam.*|passwd|libdb5.3|libgdbm.*|libaudit.*)$/;

/** Builds the image that a file describes, unless the archive was made from the same; returns its name. */
export function buildImage(file, archive) {
  const folder = dirname(file);
  const spec = JSON.parse(readFileSync(file, 'utf8'));
  const key = createHash('sha256').update(JSON.stringify(spec));
  for (const source of Object.values(spec.files ?? {})) key.update(readFileSync(join(folder, source)));
  const digest = key.digest('hex');
  const stamp = `${archive}.digest`;
  if (existsSync(archive) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return spec.name;
  const scratch = mkdtempSync(join(tmpdir(), 'skiff-image-'));
  try {
    const rootfs = join(scratch, 'rootfs');
    mkdirSync(rootfs);
    for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
      mkdirSync(join(rootfs, 'usr', name), { recursive: true });
      symlinkSync(`usr/${name}`, join(rootfs, name));
    }
    unpackPackages(spec, scratch, rootfs);
    addFiles(spec, folder, rootfs);
    mkdirSync(dirname(archive), { recursive: true });
    // Whole or not at all, for whoever makes or reads the same.
    const unnamed = `${archive}.${process.pid}`;
    writeArchive(spec, scratch, rootfs, unnamed);
    renameSync(unnamed, archive);
    writeFileSync(stamp, digest);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return spec.name;
}

function unpackPackages(spec, scratch, rootfs) {
  if (!spec.packages?.length) return;
  const cache = join(scratch, 'archives');
  mkdirSync(join(cache, 'partial'), { recursive: true });
  const options = [
    '-qq',
    '-o',
    'Dir::State::status=/dev/null',
    '-o',
    `Dir::Cache::archives=${cache}/`,
    '-o',
    'APT::Sandbox::User=root',
    '-o',
    'Debug::NoLocking=1',
  ];
  execFileSync(
    'apt-get',
    [...options, '--no-install-recommends', '--download-only', '--yes', 'install', ...spec.packages],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const unwanted = new Set(spec.exclude ?? []);
  for (const file of readdirSync(cache).filter((name) => name.endsWith('.deb'))) {
    const [name = ''] = file.split('_');
    if (installers.test(name) || unwanted.has(name)) continue;
    // Packages that still ship /bin or /lib land in /usr through the links.
    execFileSync('sh', [
      '-c',
      'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"',
      'sh',
      join(cache, file),
      rootfs,
    ]);
  }
  for (const path of [
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
    'usr/share/lintian',
    'usr/share/info',
    'var/lib/dpkg',
  ]) {
    rmSync(join(rootfs, path), { recursive: true, force: true });
  }
}

function addFiles(spec, folder, rootfs) {
  for (const path of ['tmp', 'etc', 'proc', 'sys', 'dev', ...(spec.folders ?? [])])
    mkdirSync(join(rootfs, path), { recursive: true });
  chmodSync(join(rootfs, 'tmp'), 0o1777);
  for (const path of spec.folders ?? []) chmodSync(join(rootfs, path), 0o1777);
  if (!existsSync(join(rootfs, 'etc/passwd')))
    writeFileSync(join(rootfs, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n');
  if (!existsSync(join(rootfs, 'etc/group'))) writeFileSync(join(rootfs, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  for (const [path, source] of Object.entries(spec.files ?? {})) {
    mkdirSync(dirname(join(rootfs, path)), { recursive: true });
    cpSync(join(folder, source), join(rootfs, path));
    chmodSync(join(rootfs, path), 0o755);
  }
  if (spec.applets) linkApplets(rootfs);
  for (const [path, target] of Object.entries(spec.links ?? {})) {
    mkdirSync(dirname(join(rootfs, path)), { recursive: true });
    if (!existsSync(join(rootfs, path))) symlinkSync(target, join(rootfs, path));
  }
}

/** A link for every program that busybox can be. */
function linkApplets(rootfs) {
  const busybox = join(rootfs, 'usr/bin/busybox');
  for (const applet of execFileSync(busybox, ['--list']).toString().trim().split('\n')) {
    if (!existsSync(join(rootfs, 'usr/bin', applet))) symlinkSync('busybox', join(rootfs, 'usr/bin', applet));
  }
}

function writeArchive(spec, scratch, rootfs, archive) {
  const layer = join(scratch, 'layer.tar');
  const reproducible = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name', '--mtime=@0'];
  execFileSync('tar', [...reproducible, '-C', rootfs, '-cf', layer, '.']);
  const diffId = createHash('sha256').update(readFileSync(layer)).digest('hex');
  const config = JSON.stringify({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: {
      Entrypoint: spec.entrypoint,
      Cmd: spec.cmd,
      User: spec.user,
      WorkingDir: spec.workdir,
      Env: [
        'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        ...Object.entries(spec.env ?? {}).map(([name, value]) => `${name}=${value}`),
      ],
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${diffId}`] },
  });
  const configName = `${createHash('sha256').update(config).digest('hex')}.json`;
  writeFileSync(join(scratch, configName), config);
  const names = [spec.name, ...(spec.tags ?? [])];
  writeFileSync(
    join(scratch, 'manifest.json'),
    JSON.stringify([{ Config: configName, RepoTags: names, Layers: ['layer.tar'] }]),
  );
  execFileSync('tar', [...reproducible, '-C', scratch, '-cf', archive, configName, 'layer.tar', 'manifest.json']);
}

if (process.argv[1] === import.meta.filename) {
  const [file, archive] = process.argv.slice(2);
  if (!file || !archive) {
    console.error('usage: build.mjs <image.json> <archive>');
    process.exit(2);
  }
  console.log(buildImage(resolve(file), resolve(archive)));
}
