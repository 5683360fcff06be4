import { makeClientFiles, type ClientFiles } from '@skiff/testing';
import { readConfig } from './config';

let files: ClientFiles;

beforeAll(async () => {
  files = await makeClientFiles();
});
afterAll(() => files.remove());

it('the DNS server is configured by flags, and by environment variables where a flag is absent', () => {
  const argv = [...files.flags, '--bind-address', '10.89.0.2', '--port', '53', '--cluster-domain', 'example.test'];
  expect(readConfig(argv, { SKIFF_DNS_RESOLV_CONF: '/etc/resolv.conf' })).toMatchObject({
    bindAddress: '10.89.0.2',
    port: 53,
    clusterDomain: 'example.test',
    resolvConf: '/etc/resolv.conf',
    ttl: 5,
  });
});
