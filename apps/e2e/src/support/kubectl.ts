import { execFileSync } from 'node:child_process';

const { clientVersion } = JSON.parse(
  execFileSync('kubectl', ['version', '--client', '--output', 'json'], { encoding: 'utf8' }),
) as { clientVersion: { major: string; minor: string } };

/** Whether the kubectl of this machine is of this release of Kubernetes 1 or a newer one: Debian's is of 1.20. */
export const kubectlSince = (minor: number): boolean => Number.parseInt(clientVersion.minor, 10) >= minor;
