import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@skiff/platform';
import { LinuxKernelLog } from './kernel-log';

const id = (digit: string): string => digit.repeat(64);
const killed = (cgroup: string): string =>
  `6,74562,81722899991,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,` +
  `oom_memcg=/kubepods/pod1,task_memcg=${cgroup},task=sh,pid=969,uid=0\n`;

describe('the log of the kernel', () => {
  let directory: string;
  let path: string;
  let log: LinuxKernelLog;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kernel-log-'));
    path = join(directory, 'kmsg');
    log = new LinuxKernelLog(silentLogger, path);
  });

  afterEach(() => {
    log.close();
    rmSync(directory, { recursive: true });
  });

  it('tells whose process was taken, under cgroupfs, systemd and in cgroups of the container', () => {
    writeFileSync(
      path,
      killed(`/kubepods/pod1/${id('a')}`) +
        killed(`/kubepods.slice/kubepods-pod1.slice/cri-containerd-${id('b')}.scope`) +
        killed(`/kubepods/pod1/${id('c')}/worker`),
    );
    for (const digit of ['a', 'b', 'c']) expect(log.hasVictim(id(digit))).toBe(true);
    expect(log.hasVictim(id('d'))).toBe(false);
  });

  it('goes on where it was', () => {
    writeFileSync(path, killed(`/kubepods/pod1/${id('a')}`));
    expect(log.hasVictim(id('b'))).toBe(false);
    appendFileSync(path, killed(`/kubepods/pod1/${id('b')}`));
    expect(log.hasVictim(id('b'))).toBe(true);
    expect(log.hasVictim(id('a'))).toBe(true);
  });

  it('knows of none from other lines, and without a log', () => {
    writeFileSync(path, `4,1,1,-;sh invoked oom-killer: in ${id('a')}\n`);
    expect(log.hasVictim(id('a'))).toBe(false);
    const none = new LinuxKernelLog(silentLogger, join(directory, 'none'));
    expect(none.hasVictim(id('a'))).toBe(false);
    expect(none.hasVictim(id('a'))).toBe(false);
  });

  it('tells of nothing after it was closed', () => {
    writeFileSync(path, killed(`/kubepods/pod1/${id('a')}`));
    log.close();
    expect(log.hasVictim(id('a'))).toBe(false);
  });
});
