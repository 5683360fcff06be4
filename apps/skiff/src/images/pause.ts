import { createHash } from 'node:crypto';
import { tar } from './tar';

/** The name under which nodes know the image that holds a pod's namespaces. */
export const pauseImage = 'registry.k8s.io/pause:skiff';

/**
 * Machine code that waits for signals for ever: `pause` in a loop. As the first
 * process of its PID namespace it ignores every signal but SIGKILL, which is
 * what the runtime ends a sandbox with.
 */
const code: Record<string, { machine: number; bytes: number[] }> = {
  // mov eax, 34 (pause); syscall; jmp back
  amd64: { machine: 62, bytes: [0xb8, 0x22, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7] },
  // mov x0..x4, 0; mov x8, 73 (ppoll); svc 0; b back
  arm64: {
    machine: 183,
    bytes: [
      ...[0x00, 0x00, 0x80, 0xd2, 0x01, 0x00, 0x80, 0xd2, 0x02, 0x00, 0x80, 0xd2, 0x03, 0x00, 0x80, 0xd2],
      ...[0x04, 0x00, 0x80, 0xd2, 0x28, 0x09, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4, 0xf9, 0xff, 0xff, 0x17],
    ],
  },
};

/** A statically linked ELF program of one segment. */
export function pauseProgram(architecture: string): Buffer {
  const target = code[architecture];
  if (!target) throw new Error(`no pause program for ${architecture}: amd64 and arm64 are known`);
  const base = 0x400000n;
  const headers = 64 + 56;
  const size = headers + target.bytes.length;
  const elf = Buffer.alloc(size);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(elf);
  elf.writeUInt16LE(2, 16);
  elf.writeUInt16LE(target.machine, 18);
  elf.writeUInt32LE(1, 20);
  elf.writeBigUInt64LE(base + BigInt(headers), 24);
  elf.writeBigUInt64LE(64n, 32);
  elf.writeUInt16LE(64, 52);
  elf.writeUInt16LE(56, 54);
  elf.writeUInt16LE(1, 56);
  elf.writeUInt16LE(64, 58);
  elf.writeUInt32LE(1, 64);
  elf.writeUInt32LE(5, 68);
  elf.writeBigUInt64LE(base, 80);
  elf.writeBigUInt64LE(base, 88);
  elf.writeBigUInt64LE(BigInt(size), 96);
  elf.writeBigUInt64LE(BigInt(size), 104);
  elf.writeBigUInt64LE(0x1000n, 112);
  Buffer.from(target.bytes).copy(elf, headers);
  return elf;
}

/** The pause image as an archive that `ctr images import` reads. */
export function pauseArchive(architecture: string): Buffer {
  const layer = tar([{ name: 'pause', mode: 0o755, content: pauseProgram(architecture) }]);
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      config: { Entrypoint: ['/pause'], User: '65535:65535' },
      rootfs: { type: 'layers', diff_ids: [`sha256:${digest(layer)}`] },
    }),
  );
  const manifest = [{ Config: `${digest(config)}.json`, RepoTags: [pauseImage], Layers: ['layer.tar'] }];
  return tar([
    { name: `${digest(config)}.json`, mode: 0o644, content: config },
    { name: 'layer.tar', mode: 0o644, content: layer },
    { name: 'manifest.json', mode: 0o644, content: Buffer.from(JSON.stringify(manifest)) },
  ]);
}
