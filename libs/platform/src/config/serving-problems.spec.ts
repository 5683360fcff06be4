import { servingProblems } from './common-settings';

const off = { servingCertFile: '', servingKeyFile: '', metricsAddress: '', grpcAddress: '' };

describe('a service without a serving certificate', () => {
  it.each(['127.0.0.1:1', 'localhost:1', '[::1]:1', ''])('may listen on "%s"', (address) => {
    expect(servingProblems({ ...off, metricsAddress: address, grpcAddress: address })).toEqual([]);
  });

  it.each(['0.0.0.0:1', '[::]:1', '10.0.0.1:1', 'node:1'])('may not listen on %s', (address) => {
    expect(servingProblems({ ...off, metricsAddress: address, grpcAddress: address })).toEqual([
      `--metrics-address ${address}: --serving-cert-file and --serving-key-file are needed beyond loopback`,
      `--grpc-address ${address}: --serving-cert-file and --serving-key-file are needed beyond loopback`,
    ]);
  });
});

describe('a service with a serving certificate', () => {
  const pair = { servingCertFile: 'a.crt', servingKeyFile: 'a.key' };

  it('may listen anywhere', () => {
    expect(servingProblems({ ...off, ...pair, metricsAddress: '0.0.0.0:1' })).toEqual([]);
  });

  it('needs its key', () => {
    expect(servingProblems({ ...off, ...pair, servingKeyFile: '' })).toHaveLength(1);
  });
});
