import { ConfigError } from '@skiff/platform';
import { makeClientFiles, type ClientFiles } from '@skiff/testing';
import { readConfig } from './config';

let files: ClientFiles;

beforeAll(async () => {
  files = await makeClientFiles();
});
afterAll(() => files.remove());

it('the proxy is configured by flags, and by environment variables where a flag is absent', () => {
  const argv = [
    ...files.flags,
    '--api-server',
    '10.0.0.1:6443',
    '--node-name',
    'node-1',
    '--cluster-cidr',
    '10.244.0.0/16',
    '--cleanup',
  ];
  const config = readConfig(argv, { SKIFF_PROXY_NODE_PORT_ADDRESSES: '192.0.2.0/24,198.51.100.0/24' });
  expect(config).toMatchObject({
    apiServer: '10.0.0.1:6443',
    nodeName: 'node-1',
    clusterCidr: '10.244.0.0/16',
    nodePortAddresses: ['192.0.2.0/24', '198.51.100.0/24'],
    table: 'skiff-proxy',
    cleanup: true,
  });
});

it('all that is wrong with the configuration is told at once', () => {
  const wrong = (): unknown =>
    readConfig(['--masquerade-bit', '40', '--sync-period', 'often', '--nodename', 'x', '--cluster-cidr', 'all'], {});
  expect(wrong).toThrow(ConfigError);
  expect(wrong).toThrow(
    /--nodename[\s\S]*--ca-file is needed[\s\S]*--cluster-cidr[\s\S]*--masquerade-bit[\s\S]*--sync-period/,
  );
});
