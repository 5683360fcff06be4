import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryPath } from './support/cluster';

const services = ['api-server', 'scheduler', 'controller-manager', 'kubelet', 'proxy', 'dns', 'traces'];

describe.each(services)('%s, run alone,', (service) => {
  const run = (args: readonly string[], env: Record<string, string> = {}) => {
    const program = repositoryPath('dist/apps', service, 'main.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', ...env },
    });
    return { status, stdout, stderr };
  };
  const variable = (name: string): string => `SKIFF_${service.replace('-', '_').toUpperCase()}_${name}`;

  it('says what it is, and what it can be told', () => {
    expect(run(['--version'])).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' });
    const { status, stdout, stderr } = run(['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`--log-level <debug|info|warn|error>\n`);
    expect(stdout).toContain(`${variable('LOG_LEVEL')}, or logLevel in the file\n`);
  });

  it('tells all that is wrong with its configuration at once, wherever it comes from', () => {
    const folder = mkdtempSync(join(tmpdir(), 'skiff-config-'));
    try {
      const file = join(folder, 'config.yaml');
      writeFileSync(file, 'nonsense: 1\nlogLevel: loud\n');
      const { status, stdout, stderr } = run(['--config', file, '--no-such-flag=1', '--bare'], {
        [variable('LOG_FORMAT')]: 'xml',
      });
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr.split('\n')).toEqual(
        expect.arrayContaining([
          'configuration: --no-such-flag=1: unknown flag; --help lists them',
          'configuration: --bare: unknown flag; --help lists them',
          `configuration: ${file}: unknown setting "nonsense"`,
          'configuration: logLevel in the configuration file: expected one of debug, info, warn, error, not "loud"',
          `configuration: ${variable('LOG_FORMAT')}: expected one of json, text, not "xml"`,
        ]),
      );
      const unreadable = run(['--config', join(folder, 'none.yaml')]);
      expect(unreadable.status).toBe(2);
      expect(unreadable.stderr).toMatch(/^configuration: \S+none\.yaml: ENOENT/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
