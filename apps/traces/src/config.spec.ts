import { ConfigError } from '@skiff/platform';
import { makeClientFiles } from '@skiff/testing';
import { readConfig } from './config';

function problemsOf(...argv: string[]): readonly string[] {
  try {
    readConfig(argv, {});
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration of the traces service', () => {
  it('lets it listen in plain text on loopback, and nowhere else', () => {
    expect(problemsOf()).toEqual([]);
    expect(problemsOf('--listen', '10.0.0.1:4317', '--metrics-address', ':9090')).toEqual([
      '--listen 10.0.0.1:4317: --serving-cert-file and --serving-key-file are needed beyond loopback',
      '--metrics-address :9090: --serving-cert-file and --serving-key-file are needed beyond loopback',
    ]);
  });

  it('lets it listen with a certificate only if it can ask who calls', async () => {
    const files = await makeClientFiles();
    try {
      const serving = ['--serving-cert-file', files.certFile, '--serving-key-file', files.keyFile];
      expect(problemsOf(...serving)).toEqual([
        '--ca-file is needed with --serving-cert-file',
        '--cert-file is needed with --serving-cert-file',
      ]);
      expect(problemsOf('--listen', '0.0.0.0:4317', ...serving, ...files.flags)).toEqual([]);
    } finally {
      files.remove();
    }
  });
});
