import { ConfigError, InformationRequest } from '@skiff/platform';
import { makeClientFiles, type ClientFiles } from '@skiff/testing';
import { readConfig } from './config';

const problemsOf = (...argv: string[]): readonly string[] => {
  try {
    readConfig(argv, {});
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

let files: ClientFiles;

beforeAll(async () => {
  files = await makeClientFiles();
});
afterAll(() => files.remove());

describe('The configuration of the controller manager', () => {
  it("has upstream's defaults", () => {
    expect(readConfig(files.flags, {})).toMatchObject({
      controllers: ['*'],
      clusterCidr: '10.244.0.0/16',
      nodeCidrMaskSize: 24,
      nodeMonitorGracePeriod: 40_000,
      nodeMonitorPeriod: 5_000,
      leaderElect: true,
      leaderElectLeaseDuration: 15_000,
    });
  });

  it('comes from flags and from the environment', () => {
    const env = {
      SKIFF_CONTROLLER_MANAGER_NODE_MONITOR_GRACE_PERIOD: '4s',
      SKIFF_CONTROLLER_MANAGER_CA_FILE: files.caFile,
    };
    expect(readConfig([...files.flags.slice(2), '--controllers', '*,-job-controller'], env)).toMatchObject({
      nodeMonitorGracePeriod: 4_000,
      controllers: ['*', '-job-controller'],
    });
  });

  it('is refused with everything that is wrong with it', () => {
    const wrong = ['--ca-file', '/no/such/file', '--controllers', 'foo', '--node-eviction-rate', 'fast'];
    expect(problemsOf(...files.flags, ...wrong)).toEqual([
      '--ca-file: expected a file with certificates (PEM), not "/no/such/file"',
      expect.stringMatching(/^--controllers: "foo" is not in the list of known controllers: /),
      '--node-eviction-rate: expected a number above 0, not "fast"',
    ]);
    expect(problemsOf()).toEqual([
      '--ca-file is needed to trust the API server',
      '--cert-file is needed to be known to the API server',
      '--key-file is needed to be known to the API server',
    ]);
  });

  it('explains itself', () => {
    expect(() => readConfig(['--help'], {})).toThrow(InformationRequest);
  });
});
