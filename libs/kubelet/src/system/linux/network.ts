import { execFile } from 'node:child_process';
import type { NetworkProgrammer, Route } from '../network';

/** Marks the routes that are the kubelet's in the kernel's table. */
const protocol = '87';

/** Programs the kernel by `ip` and `nft`. */
export class LinuxNetwork implements NetworkProgrammer {
  private egress = '';

  async setRoutes(routes: readonly Route[]): Promise<void> {
    const present = await currentRoutes();
    const wanted = new Map(routes.map((route) => [route.destination, route.via]));
    const lines = [
      ...present
        .filter(({ destination }) => !wanted.has(destination))
        .map(({ destination }) => `route del ${destination} proto ${protocol}`),
      ...routes
        .filter((route) => !present.some((other) => other.destination === route.destination && other.via === route.via))
        .map(({ destination, via }) => `route replace ${destination} via ${via} proto ${protocol}`),
    ];
    if (lines.length > 0) await run('ip', ['-force', '-batch', '-'], `${lines.join('\n')}\n`);
  }

  async setEgress(own: readonly string[], all: readonly string[]): Promise<void> {
    const four = (cidrs: readonly string[]): string[] => cidrs.filter((cidr) => !cidr.includes(':'));
    if (four(own).length === 0) return;
    const text = [
      'table ip skiff-egress',
      'delete table ip skiff-egress',
      'table ip skiff-egress {',
      '  chain postrouting {',
      '    type nat hook postrouting priority srcnat; policy accept;',
      `    ip saddr { ${four(own).join(', ')} } ip daddr != { ${[...new Set(four(all))].join(', ')} } masquerade`,
      '  }',
      '}',
      '',
    ].join('\n');
    if (text === this.egress) return;
    await run('nft', ['-f', '-'], text);
    this.egress = text;
  }
}

async function currentRoutes(): Promise<Route[]> {
  const text = await run('ip', ['-json', 'route', 'show', 'proto', protocol]);
  const parsed = (text.trim() === '' ? [] : JSON.parse(text)) as { dst?: string; gateway?: string }[];
  return parsed.map(({ dst = '', gateway = '' }) => ({ destination: dst, via: gateway }));
}

function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')}: ${stderr.trim() || error.message}`, { cause: error }));
    });
    // A command that ends without reading its input says by its status whether that was right.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
