import { createHash } from 'node:crypto';

export interface ArchiveFile {
  readonly path: string;
  readonly mode: number;
  readonly data?: Buffer;
  /** Makes it a symbolic link. */
  readonly target?: string;
  readonly directory?: boolean;
}

export interface ImageOptions {
  /** Such as `docker.io/library/busybox:1.29`. */
  readonly reference: string;
  readonly files: readonly ArchiveFile[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** As in image names: amd64, arm64. */
  readonly architecture: string;
}

/** An image of one layer as a docker archive, which containerd imports. */
export function imageArchive(options: ImageOptions): Buffer {
  const layer = tar(options.files);
  const config = Buffer.from(
    JSON.stringify({
      architecture: options.architecture,
      os: 'linux',
      config: { Entrypoint: options.entrypoint, Cmd: options.command, Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] },
      history: [{ created_by: 'skiff' }],
    }),
  );
  const manifest = [{ Config: 'config.json', RepoTags: [options.reference], Layers: ['layer.tar'] }];
  return tar([
    { path: 'config.json', mode: 0o644, data: config },
    { path: 'layer.tar', mode: 0o644, data: layer },
    { path: 'manifest.json', mode: 0o644, data: Buffer.from(JSON.stringify(manifest)) },
  ]);
}

/** Folders and applets of an image around a static busybox. */
export function busyboxFiles(busybox: Buffer, applets: readonly string[]): ArchiveFile[] {
  const folders = ['bin', 'etc', 'dev', 'proc', 'sys', 'tmp'];
  return [
    ...folders.map((path) => ({ path: `${path}/`, mode: path === 'tmp' ? 0o1777 : 0o755, directory: true })),
    { path: 'bin/busybox', mode: 0o755, data: busybox },
    ...applets.map((name) => ({ path: `bin/${name}`, mode: 0o777, target: 'busybox' })),
    { path: 'etc/passwd', mode: 0o644, data: Buffer.from('root:x:0:0:root:/:/bin/sh\n') },
  ];
}

function tar(files: readonly ArchiveFile[]): Buffer {
  const blocks = files.flatMap((file) => {
    const data = file.data ?? Buffer.alloc(0);
    return [tarHeader(file, data.length), data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function tarHeader(file: ArchiveFile, size: number): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, width: number): void => {
    header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at);
  };
  header.write(file.path, 0);
  octal(file.mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  header.fill(' ', 148, 156);
  header.write(file.directory === true ? '5' : file.target === undefined ? '0' : '2', 156);
  if (file.target !== undefined) header.write(file.target, 157);
  header.write('ustar\x0000', 257);
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  header.write(' ', 155);
  return header;
}
