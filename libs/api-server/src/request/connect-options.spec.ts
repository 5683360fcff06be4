import { readConnectOptions } from './connect-options';
import { optionsOf } from './testing/options-of';

const read = (plural: string, name: string, query: string, path = ''): unknown =>
  readConnectOptions(optionsOf(plural, name), new URLSearchParams(query), path);

describe('The options of a connection', () => {
  it.each([
    ['exec', 'command=ls&command=-l&tty=1', { command: ['ls', '-l'], tty: true, stdout: true, stderr: true }],
    ['exec', 'command=ls&stdin=true', { command: ['ls'], stdin: true }],
    ['exec', 'stdout=false', { command: null }],
    ['attach', 'container=c&stdout=0', { container: 'c', stderr: true }],
    ['portforward', 'ports=80,443&ports=8080', { ports: [80, 443, 8080] }],
    ['portforward', '', {}],
  ])('are read from the query of %s: %s', (name, query, options) => {
    const kind = { exec: 'PodExecOptions', attach: 'PodAttachOptions' }[name] ?? 'PodPortForwardOptions';
    expect(read('pods', name, query)).toEqual({ kind, apiVersion: 'v1', ...options });
  });

  it.each([
    ['pods', 'PodProxyOptions'],
    ['services', 'ServiceProxyOptions'],
    ['nodes', 'NodeProxyOptions'],
  ])('hold for the proxy of %s the path that follows it, whatever the query', (plural, kind) => {
    const path = '/a/b/';
    expect(read(plural, 'proxy', 'path=other', path)).toEqual({ kind, apiVersion: 'v1', path });
    expect(read(plural, 'proxy', '')).toEqual({ kind, apiVersion: 'v1' });
  });

  it.each([
    ['ports=http', 'cannot convert to []int32: strconv.ParseUint: parsing "http": invalid syntax'],
    ['ports=65536', 'cannot convert to []int32: strconv.ParseUint: parsing "65536": value out of range'],
  ])('refuse what is no port: %s', (query, message) => {
    expect(() => read('pods', 'portforward', query)).toThrow(message);
  });

  it('are not there for a log, which is read', () => {
    expect(() => optionsOf('pods', 'log')).toThrow(RangeError);
  });
});
